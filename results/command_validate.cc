#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "node/flags.h"
#include "results/commands.h"
#include "results/result_file.h"

namespace ringlab {

void AddValidate(CLI::App& results, int& exit) {
  CLI::App* const validate =
      results.add_subcommand("validate", "Say whether files keep to the schema of results");
  const auto files = std::make_shared<std::vector<std::string>>();
  validate->add_option("FILE", *files, "Results to read; - for stdin")->required();
  validate->callback([files, &exit] {
    for (const std::string& file : *files) {
      const auto result = ReadResult(file);
      if (!result) {
        std::cerr << "results: validate: " << result.error().message << '\n';
        exit = kExitUsage;
        continue;
      }
      std::cout << file << ": a result of " << result->at("tool").get<std::string>() << '\n';
    }
  });
}

}  // namespace ringlab
