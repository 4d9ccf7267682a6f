// LocalJobs: jobs on all cores that this process may use. For one thread at a time.
#pragma once

#include "sim/jobs/jobs.h"

namespace ringlab {

class LocalJobs final : public JobRunner {
 public:
  // A run that is stopped waits for the jobs that were begun: they are the first ones.
  Result<JobsEnd> Run(const Jobs& jobs) override;
};

}  // namespace ringlab
