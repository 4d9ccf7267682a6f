// sim-mpi: the sweep of sim, its swarm or its map: rings, seeds or cells dealt over all ranks that
// mpirun started.
// Rank 0 has the result, which is that of sim.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "loadgen/ranks/agreement.h"
#include "loadgen/ranks/ranks.h"
#include "node/live/environment.h"
#include "node/live/file_limit.h"
#include "node/live/flags.h"
#include "node/live/interrupt.h"
#include "node/live/outputs.h"
#include "node/live/shell_command.h"
#include "node/live/terminal.h"
#include "sim/mpi/rank_jobs.h"
#include "sim/run/job_run.h"
#include "sim/run/options.h"
#include "sim/run/outcome.h"

namespace ringlab {
namespace {

constexpr const char* kTool = "sim-mpi";

class RankMain {
 public:
  RankMain(const CLI::App& app, const SimOptions& options, Ranks& ranks, Interrupt& interrupt)
      : app_(app),
        options_(options),
        ranks_(ranks),
        interrupt_(interrupt),
        outputs_(ranks.is_first() ? FilesOf(options) : NamedFiles{},
                 [&] { return interrupt.Requested(); }),
        status_(ranks.is_first() && !options.quiet),
        agreement_(ranks, [this](const std::string& why) { Refuse(why); }) {}

  // The exit code, the same on every rank.
  int Run() {
    const NamedFiles inputs = ranks_.is_first() ? InputsOf(app_, options_) : NamedFiles{};
    if (!agreement_.AllAgree(outputs_.Open(inputs))) return kExitUsage;
    // A file of flags may be another on every host.
    const bool alike = agreement_.AllHave("version", DescribeEnvironment()["version"]) &&
                       agreement_.AllHave("configuration", ConfigJson(options_).dump());
    if (!alike) return kExitUsage;
    interrupt_.EndsWith(nullptr);
    SimResult result = BeginSimResult();
    RankJobs jobs(ranks_);
    const auto run = Share(jobs, result);
    status_.Clear();
    // Of the others the first one alone knows whether all went well.
    const int exit =
        static_cast<int>(ranks_.FromFirst(ranks_.is_first() ? ReportFirst(run, result) : kExitOk));
    if (run && !run->end.stopped) return exit;
    // Nobody waits for the jobs that are still being done.
    ranks_.Leave();
    std::_Exit(AfterStdout(kTool, exit));
  }

 private:
  // What the ranks do together.
  Result<JobRun> Share(RankJobs& jobs, SimResult& result) {
    const auto watch = [this](const std::string& progress) {
      status_.Show(progress + " by " + std::to_string(ranks_.size()) +
                   (ranks_.size() == 1 ? " rank" : " ranks"));
      return !interrupt_.Requested();
    };
    return RunJobs(options_, jobs, watch, result);
  }

  // Told by rank 0, for all.
  void Refuse(const std::string& why) {
    interrupt_.EndsWith(nullptr);
    status_.Clear();
    if (ranks_.is_first()) UsageError(app_, why);
  }

  // The exit code; where ranks are lost, the end of all.
  int ReportFirst(const Result<JobRun>& run, SimResult& result) {
    if (!run) return UsageError(app_, run.error().message);
    for (const std::size_t rank : run->end.lost) {
      result.problems.push_back(agreement_.NameOf(rank) +
                                ": no word came from it, so it has died or hangs");
    }
    const int exit = ReportRun(app_, options_, run->text, run->left_out, result, outputs_);
    if (run->end.lost.empty()) return exit;
    std::fflush(nullptr);
    ranks_.Abandon(exit);
  }

  const CLI::App& app_;
  const SimOptions& options_;
  Ranks& ranks_;
  Interrupt& interrupt_;
  Outputs outputs_;
  StatusLine status_;
  Agreement agreement_;
};

int Main(int argc, char** argv) {
  Interrupt interrupt;
  interrupt.EndsWith([] { return static_cast<int>(kExitInconclusive); });
  auto ranks = Ranks::Start(kTool, &argc, &argv);
  CLI::App app(
      "Measures a sweep as sim does (--sweep), runs a swarm (--swarm) or draws a map (--map), its\n"
      "rings, seeds or cells dealt over all ranks that mpirun starts; rank 0 reports. The result\n"
      "is that of sim, however many ranks there are.",
      kTool);
  SimOptions options;
  AddSimFlags(app, options);
  if (!ranks) return UsageError(app, ranks.error().message);
  options.command = ShellCommand(kTool, argc, argv);
  if (const auto ended = ParseTogether(**ranks, app, argc, argv, options.command)) return *ended;
  std::string wrong = CompleteOptions(app, options);
  if (wrong.empty() && options.sweep_texts.empty() && options.swarm.seeds == 0 &&
      !options.map.asked()) {
    wrong =
        "expected --sweep, --swarm or --map: their jobs are what ranks share; sim does the rest "
        "alone";
  }
  if (IsRefused(**ranks, app, wrong)) return kExitUsage;
  return RankMain(app, options, **ranks, interrupt).Run();
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) {
  ringlab::KeepStandardFiles();
  ringlab::RaiseFileLimit();
  return ringlab::AfterStdout(ringlab::kTool, ringlab::Main(argc, argv));
}
