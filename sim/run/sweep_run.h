// A sweep as jobs: measured by whoever runs them, and what it gives.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "sim/jobs/jobs.h"
#include "sim/run/options.h"
#include "sim/sweep/sweep.h"

namespace ringlab {

struct SweepRun {
  std::vector<SweepRow> rows;  // of the cells that were measured: fewer, if the run was stopped
  std::uint64_t cells = 0;     // of the whole sweep
  JobsEnd end;
};

// `watch` is told how many rings of how many are measured, and stops the run by returning false.
// An error is the flag's: too many cells, a ring that cannot be built. The rows are the runner's
// first process's; the same of any runner.
Result<SweepRun> RunSweep(const SimOptions& options, JobRunner& runner,
                          const std::function<bool(const std::string& progress)>& watch);

// "interrupted: 3 of 12 cells were measured", or "" where the run was not stopped.
std::string StoppedText(const SweepRun& run);

}  // namespace ringlab
