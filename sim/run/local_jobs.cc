#include "sim/run/local_jobs.h"

#include <optional>
#include <utility>

#include "core/base/check.h"
#include "core/base/sync.h"
#include "node/live/parallel.h"
#include "sim/jobs/dealer.h"

namespace ringlab {

Result<JobsEnd> LocalJobs::Run(const Jobs& jobs) {
  JobDealer dealer(jobs.count);
  Mutex mutex;  // of the dealer
  std::optional<Error> failed;
  const auto take_ready = [&] {
    std::vector<JobResult> ready;
    {
      MutexLock lock(mutex);
      ready = dealer.TakeReady();
    }
    for (const JobResult& result : ready) {
      if (failed) return;
      const auto taken = jobs.take(result.job, result.bytes);
      if (!taken) failed = taken.error();
    }
  };
  dealer.Deal(jobs.count);  // RunInParallel begins them in that order
  const std::uint64_t done = RunInParallel(
      jobs.count,
      [&](std::uint64_t job) {
        JobResult result{.job = job, .bytes = jobs.work(job)};
        MutexLock lock(mutex);
        RL_CHECK(dealer.Keep(std::move(result)));
      },
      [&](std::uint64_t so_far) {
        take_ready();
        return jobs.watch(so_far) && !failed;
      });
  if (failed) return tl::unexpected<Error>(*std::move(failed));
  RL_CHECK(dealer.taken() == done);
  return JobsEnd{.taken = done, .stopped = done < jobs.count, .lost = {}};
}

}  // namespace ringlab
