#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "node/live/flags.h"
#include "results/commands/commands.h"
#include "results/format/result_text.h"
#include "results/format/sound_result.h"

namespace ringlab {

void AddShow(CLI::App& results, int& exit) {
  CLI::App* const show =
      results.add_subcommand("show", "Show a stored result as the tool did that made it");
  const auto file = std::make_shared<std::string>();
  show->add_option("FILE", *file, "A result; - for stdin")->required();
  show->callback([file, &exit] {
    const auto result = ReadSoundResult(*file);
    if (!result) {
      std::cerr << "results: show: " << result.error().message << '\n';
      exit = kExitUsage;
      return;
    }
    std::cout << TextOfAny(*result) << std::flush;
  });
}

}  // namespace ringlab
