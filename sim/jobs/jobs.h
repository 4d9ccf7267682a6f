// Jobs: work in independent pieces, "job i of N", and who does them.
//
// A job's result is bytes, so that it may be done by another process: what a job finds must follow
// from its number alone (and from what every process was told before). Then the results do not
// depend on how many threads or processes did them. Two implementations: sim/run/local_jobs.h, on
// the cores of this process, and sim/mpi/rank_jobs.h, dealt over the ranks of mpirun.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

struct Jobs {
  std::uint64_t count = 0;

  // Does job i, below `count`, and returns its result. Each is called once in one of the processes,
  // from several threads at a time, and may still run when JobRunner::Run has returned, if the run
  // was stopped: it must own, or share, what it uses.
  std::function<std::string(std::uint64_t job)> work;

  // Takes the results in the order of the jobs, the first without a gap, on the thread of Run. An
  // error ends the run, and is its error.
  std::function<Result<void>(std::uint64_t job, std::string_view result)> take;

  // Every 100 ms or so, and at the end, on the thread of Run: how many jobs are done. When it
  // returns false, no further job is begun, wherever.
  std::function<bool(std::uint64_t done)> watch;
};

struct JobsEnd {
  std::uint64_t taken = 0;        // the first so many jobs
  bool stopped = false;           // by `watch` of some process, before all were done
  std::vector<std::size_t> lost;  // ranks that died or hang, and their jobs with them
};

class JobRunner {
 public:
  virtual ~JobRunner() = default;

  // Blocks until all jobs are done and taken, or the run has ended before. Of several processes
  // every one calls it, with the same jobs; `take` is called in the first of them alone.
  virtual Result<JobsEnd> Run(const Jobs& jobs) = 0;
};

}  // namespace ringlab
