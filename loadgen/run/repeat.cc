#include "loadgen/run/repeat.h"

#include <string>
#include <utility>

#include "loadgen/judge/verdict.h"

namespace ringlab {

namespace {

Result<RunResult> RunOnce(const LoadgenOptions& options, const RepeatSteps& steps,
                          std::uint64_t number) {
  auto cluster = steps.start();
  if (!cluster) return tl::unexpected<Error>(std::move(cluster.error()));
  auto ring = RingOf(options.cluster.ring, **cluster);
  if (!ring) return tl::unexpected<Error>(std::move(ring.error()));
  auto session = Session::Open(options, **cluster, *std::move(ring), steps.follower);
  if (!session) return tl::unexpected<Error>(std::move(session.error()));
  if (const auto connected = (*session)->Connect(); !connected) {
    return tl::unexpected<Error>(connected.error());
  }
  RunResult run =
      (*session)->Run([&](const Progress& progress) { return steps.goes_on(number, progress); });
  if (run.interrupted) (*cluster)->EndSoon();
  run.command = options.command;
  Judge(options.thresholds, run);
  return run;
}

}  // namespace

Result<Repeats> RunRepeats(LoadgenOptions& options, const RepeatSteps& steps) {
  Repeats repeats;
  std::vector<RunResult>& runs = repeats.runs;
  while (runs.size() < options.repeat && (runs.empty() || steps.may_begin())) {
    auto run = RunOnce(options, steps, runs.size() + 1);
    if (!run) {
      const std::string why = "run " + std::to_string(runs.size() + 1) + " of " +
                              std::to_string(options.repeat) + ": " + run.error().message;
      if (runs.empty()) return Fail(run.error().code, why);
      repeats.could_not_begin = why;
      break;
    }
    runs.push_back(*std::move(run));
    if (runs.back().was_cut_short()) break;
  }
  return repeats;
}

}  // namespace ringlab
