// TimerThread: the Scheduler of the real world, one thread on the monotonic clock.
//
// Thread-safe. Tasks run on its thread, so they must be short; what is pending at Stop is dropped.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "core/scheduler.h"

namespace ringlab {

class TimerThread final : public Scheduler {
 public:
  // A pacing thread runs before others when it may: a load generator's schedule must not wait for
  // the very work that it makes.
  enum class Urgency : std::uint8_t { kNormal, kPacing };

  explicit TimerThread(Urgency urgency = Urgency::kNormal);
  ~TimerThread() override;

  TimePoint Now() const override { return SteadyNow(); }
  void RunAt(TimePoint when, Task task) override;

  // Drops what is pending and ends the thread; RunAt drops its task from then on. Not from a task.
  void Stop();

  // CPU time that the thread has used.
  Duration cpu_time() const;

  // The monotonic clock on our time line: the one place that reads it.
  static TimePoint SteadyNow() {
    return TimePoint(std::chrono::steady_clock::now().time_since_epoch());
  }

 private:
  struct Pending {
    TimePoint when;
    std::uint64_t sequence;
    Task task;
  };

  static bool Later(const Pending& a, const Pending& b);
  void Run();

  const Urgency urgency_;
  mutable std::mutex mutex_;  // standard: the condition variable wants it
  std::condition_variable wake_;
  std::vector<Pending> heap_;  // the earliest first
  std::uint64_t sequence_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace ringlab
