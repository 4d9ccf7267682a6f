// RankJobs: jobs dealt over the ranks of mpirun, rank 0 among them.
//
// Every rank works on its cores while its main thread reports to rank 0 every 100 ms or sooner, so
// a job may take as long as it likes: a rank that says nothing for 15 s, or for 0.6 s once the run
// is stopped, has died or hangs, and is lost. A rank to which rank 0 says nothing for twice as long
// ends its process. A launcher that ends all ranks leaves about a second, so a run that is stopped
// waits for the jobs under way for 0.6 s and no longer.
//
// For main's thread, and with nothing collective going on meanwhile (loadgen/ranks/ranks.h).
#pragma once

#include <memory>

#include "loadgen/ranks/mail.h"
#include "loadgen/ranks/ranks.h"
#include "sim/jobs/jobs.h"
#include "sim/jobs/messages.h"
#include "sim/mpi/job_threads.h"

namespace ringlab {

class RankJobs final : public JobRunner {
 public:
  // `ranks` must outlive it.
  explicit RankJobs(const Ranks& ranks) : ranks_(ranks), mail_(ranks) {}

  // Every rank's `watch` may stop the run. Of other ranks than the first `taken` and `lost` say
  // nothing. After a loss nothing may follow but Ranks::Abandon(): who is lost may only hang.
  Result<JobsEnd> Run(const Jobs& jobs) override;

 private:
  class First;

  Result<JobsEnd> RunAsOther(const Jobs& jobs);

  const Ranks& ranks_;
  RankMail mail_;
};

}  // namespace ringlab
