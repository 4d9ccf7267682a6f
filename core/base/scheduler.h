// Scheduler, the seam of time: the only way to learn it, and to act later.
#pragma once

#include "core/base/function.h"
#include "core/base/time.h"

namespace ringlab {

using Task = Function<void()>;

// Thread-safe. Ends before what its tasks capture.
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  // Never goes back.
  virtual TimePoint Now() const = 0;

  // Runs `task` once, at `when` or as soon after as it can; a past time means now, but never
  // inside the call. Tasks run one at a time, in order of time, equal times in order of calls.
  // Tasks must not block. Those still pending when the scheduler ends are dropped unrun.
  virtual void RunAt(TimePoint when, Task task) = 0;
};

}  // namespace ringlab
