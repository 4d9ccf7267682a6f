// JobThreads: the threads of one process that do jobs, while its main thread does other things.
//
// From one thread at a time, but for the jobs themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "sim/jobs/dealer.h"

namespace ringlab {

class JobThreads {
 public:
  using Work = std::function<std::string(std::uint64_t job)>;

  // As many threads as this process may use cores.
  explicit JobThreads(Work work);

  // Begins no further job. Does not wait for those under way: they share what they need.
  ~JobThreads();
  JobThreads(const JobThreads&) = delete;
  JobThreads& operator=(const JobThreads&) = delete;

  // These too, in their order, after those that were added before.
  void Add(JobRange jobs);

  // Forgets what was added and is not begun.
  void DropWaiting();

  // How many more jobs it would have: so many that no thread has to wait for the next message.
  std::uint64_t wanted() const;

  // Added, and neither done nor dropped.
  std::uint64_t under_way() const;

  // The results that came since the last call; waits for one, `patience` at most.
  std::vector<JobResult> TakeDone(Duration patience);

 private:
  struct State;

  static void Serve(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
  std::uint64_t threads_;
};

}  // namespace ringlab
