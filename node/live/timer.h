// Timer: a Scheduler that several share, each by a TimerLane, which ends apart from the others.
//
// Thread-safe as the timer is. Live it is a thread (node/live/timer_thread.h); a simulation has one
// in virtual time.
#pragma once

#include <utility>

#include "core/base/scheduler.h"

namespace ringlab {

class TimerLane;

class Timer : public Scheduler {
 protected:
  friend class TimerLane;

  // A lane marks itself here as stopped, guarded by what guards the timer's tasks.
  static bool IsStopped(const TimerLane& lane);
  static bool MarkStopped(TimerLane& lane);  // true when it was marked before

  virtual void Push(TimePoint when, Task task, const TimerLane* lane) = 0;
  virtual void Drop(TimerLane& lane) = 0;
  virtual void AwaitRunning(const TimerLane& lane) = 0;
};

// The timer must outlive its lanes. Ending one looks through all that is pending on the timer.
class TimerLane final : public Scheduler {
 public:
  explicit TimerLane(Timer& timer) : timer_(timer) {}
  ~TimerLane() override { Stop(); }

  TimePoint Now() const override { return timer_.Now(); }
  void RunAt(TimePoint when, Task task) override { timer_.Push(when, std::move(task), this); }

  // Drops what is pending of this lane, and its tasks from then on. Does not wait for one that
  // runs, so it may be called from a task.
  void Drop() { timer_.Drop(*this); }

  // Drop, and then none of its tasks runs any more. Not from one of its own tasks.
  void Stop() {
    Drop();
    timer_.AwaitRunning(*this);
  }

 private:
  friend class Timer;

  Timer& timer_;
  bool stopped_ = false;
};

inline bool Timer::IsStopped(const TimerLane& lane) { return lane.stopped_; }
inline bool Timer::MarkStopped(TimerLane& lane) { return std::exchange(lane.stopped_, true); }

}  // namespace ringlab
