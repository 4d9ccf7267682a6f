// results: stored runs, the reports that people look at, and verdicts on regressions.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "node/live/file_limit.h"
#include "node/live/flags.h"
#include "node/live/outputs.h"
#include "results/commands/commands.h"

namespace ringlab {
namespace {

std::vector<CLI::App*> CommandsOf(CLI::App& app) {
  return app.get_subcommands([](CLI::App*) { return true; });
}

std::string NamesOf(CLI::App& app) {
  std::string names;
  for (const CLI::App* command : CommandsOf(app)) {
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  return names;
}

// What is wrong with the words where subcommands should be, or "": CLI11 says only that one is
// required.
std::string ComplaintAboutCommand(CLI::App& app, int argc, char** argv) {
  CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "-h" || word == "--help" || word == "--version") return "";
    if (word == "--config") ++i;
    if (word.starts_with('-')) continue;
    const std::vector<CLI::App*> commands = CommandsOf(*at);
    const auto command = std::ranges::find(commands, word, [](auto* c) { return c->get_name(); });
    if (command == commands.end()) return "\"" + word + "\": expected one of " + NamesOf(*at);
    if (CommandsOf(**command).empty()) return "";
    at = *command;
  }
  return (at == &app ? "" : at->get_name() + ": ") + "expected one of " + NamesOf(*at);
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Keeps the results of loadgen, sim and the benchmarks, draws reports of them, and says\n"
      "whether a change made something slower.",
      "results");
  AddCommonFlags(app);
  app.require_subcommand(1);
  int exit = kExitOk;
  AddShow(app, exit);
  AddReport(app, exit);
  AddValidate(app, exit);
  AddMerge(app, exit);
  AddCompare(app, exit);
  AddAb(app, exit);
  AddBaseline(app, exit);
  AddHistory(app, exit);
  if (const std::string wrong = ComplaintAboutCommand(app, argc, argv); !wrong.empty()) {
    std::cerr << "results: " << wrong << "\nTry results --help.\n";
    return kExitUsage;
  }
  ParseCommandLine(app, argc, argv, exit);
  return exit;
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) {
  ringlab::KeepStandardFiles();
  ringlab::RaiseFileLimit();
  return ringlab::AfterStdout("results", ringlab::Main(argc, argv));
}
