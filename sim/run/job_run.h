// What sim does as jobs: a sweep, a swarm or a map, whichever was asked for.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "sim/jobs/jobs.h"
#include "sim/loopback/sim_result.h"
#include "sim/run/options.h"

namespace ringlab {

struct JobRun {
  JobsEnd end;
  std::string text;      // what there is to read
  std::string left_out;  // by an early end
};

bool AsksForJobs(const SimOptions& options);

// Of options that ask for jobs: has the runner do them, and puts what they gave into `result`.
// `watch` is told how far it is, and stops the run by returning false. What is told is the runner's
// first process's, and the same of any runner. An error names the flag.
Result<JobRun> RunJobs(const SimOptions& options, JobRunner& runner,
                       const std::function<bool(const std::string& progress)>& watch,
                       SimResult& result);

}  // namespace ringlab
