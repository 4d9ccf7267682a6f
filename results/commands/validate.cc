#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "node/live/flags.h"
#include "results/commands/commands.h"
#include "results/format/result_file.h"
#include "results/format/schema.h"

namespace ringlab {

namespace {

// Whether the file keeps to the schema; else it says what does not, a place a line.
bool Validate(const std::string& file) {
  const auto result = ReadResult(file);
  if (!result) {
    std::cerr << "results: validate: " << result.error().message << '\n';
    return false;
  }
  const std::vector<std::string> complaints = ComplaintsAbout(*result);
  for (const std::string& complaint : complaints) {
    std::cerr << "results: validate: \"" << file << "\": " << complaint << '\n';
  }
  if (!complaints.empty()) return false;
  std::cout << file << ": a sound result of " << result->at("tool").get<std::string>() << '\n';
  return true;
}

}  // namespace

void AddValidate(CLI::App& results, int& exit) {
  CLI::App* const validate =
      results.add_subcommand("validate",
                             "Say whether files keep to the schema of results, add up, and\n"
                             "draw their conclusions rightly; exit code 2 if not");
  const auto files = std::make_shared<std::vector<std::string>>();
  validate->add_option("FILE", *files, "Results to read; - for stdin")->required();
  validate->callback([files, &exit] {
    for (const std::string& file : *files) {
      if (!Validate(file)) exit = kExitUsage;
    }
  });
}

}  // namespace ringlab
