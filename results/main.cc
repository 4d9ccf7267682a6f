// results: stored runs, the reports that people look at, and verdicts on regressions.
#include "node/flags.h"
#include "results/commands.h"

namespace ringlab {
namespace {

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
  AddCompare(app, exit);
  AddAb(app, exit);
  AddBaseline(app, exit);
  AddHistory(app, exit);
  ParseCommandLine(app, argc, argv, exit);
  return exit;
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
