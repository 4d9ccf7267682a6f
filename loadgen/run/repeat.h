// Several runs of one command, one after the other, each with a cluster of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/judge/run_result.h"
#include "loadgen/run/cluster.h"
#include "loadgen/run/options.h"
#include "loadgen/run/session.h"

namespace ringlab {

struct RepeatSteps {
  // Starts the nodes of a run, or finds the targets, which are the same each time.
  std::function<Result<std::unique_ptr<Cluster>>()> start;
  // Every now and then: the run, from 1 up, and how far it is; false ends it, and all others.
  std::function<bool(std::uint64_t run, const Progress& progress)> goes_on;
  // Whether to begin another one.
  std::function<bool()> may_begin;
  LiveFollower* follower = nullptr;  // shows each; null for none
};

struct Repeats {
  std::vector<RunResult> runs;    // judged, in their order; one at least
  std::string could_not_begin{};  // the run that ended the row, and why; "" when none did
};

// Of `options.repeat` runs fewer when somebody ended them, or when one could not begin: what the
// earlier ones measured is kept. Every run sends the same plan. Blocks; an error is of the first
// run.
Result<Repeats> RunRepeats(LoadgenOptions& options, const RepeatSteps& steps);

}  // namespace ringlab
