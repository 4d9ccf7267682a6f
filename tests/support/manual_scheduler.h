// ManualScheduler: virtual time that passes only when a test says so.
//
// Deterministic: tasks run inside AdvanceTo, on its thread, each at exactly its time. Thread-safe;
// tasks must not advance the time themselves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

#include "core/base/scheduler.h"

namespace ringlab {

class ManualScheduler final : public Scheduler {
 public:
  TimePoint Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  void RunAt(TimePoint when, Task task) override {
    const std::lock_guard lock(mutex_);
    tasks_.emplace(when, std::move(task));  // behind its equals
  }

  // Runs everything due up to `when`, also what those tasks add, and leaves the time there.
  void AdvanceTo(TimePoint when) {
    const std::lock_guard one_at_a_time(advancing_);
    while (Task task = NextUntil(when)) task();
  }

  void AdvanceBy(Duration wait) { AdvanceTo(SaturatingAdd(Now(), wait)); }

  // Runs what is due now.
  void RunDue() { AdvanceTo(Now()); }

  // Forgets what is pending, as the end of a scheduler does, and stays usable: a source's tasks
  // hold callbacks into a group, and must go before it.
  void DropPending() {
    std::multimap<TimePoint, Task> dropped;  // destroyed outside the lock
    const std::lock_guard lock(mutex_);
    dropped.swap(tasks_);
  }

  std::size_t pending() const {
    const std::lock_guard lock(mutex_);
    return tasks_.size();
  }

 private:
  // The next task due by `when`, the time moved to it; empty, with the time at `when`, if none is.
  Task NextUntil(TimePoint when) {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty() || tasks_.begin()->first > when || tasks_.begin()->first == kNever) {
      now_ = std::max(now_, when);
      return nullptr;
    }
    now_ = std::max(now_, tasks_.begin()->first);
    return std::move(tasks_.extract(tasks_.begin()).mapped());
  }

  std::mutex advancing_;
  mutable std::mutex mutex_;
  TimePoint now_{std::chrono::hours(1)};  // not 0: a time left unset shows
  std::multimap<TimePoint, Task> tasks_;
};

}  // namespace ringlab
