// What every Scheduler promises (core/scheduler.h), as one suite over all of them.
//
// In a TEST_CASE: `ManualFixture f; CheckSchedulerContract(f);`. The fixture is built anew for each
// section, and provides
//   Scheduler& scheduler()
//   void AdvanceBy(Duration)   lets time pass; everything that became due has run when it returns
//   void End()                 destroys the scheduler
// Nothing here depends on how fast the machine is: what must not have run yet is hours away, and
// what must run in order is queued from inside a task, while no other can run.
#pragma once

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/scheduler.h"

namespace ringlab {

namespace scheduler_contract {

using std::chrono::hours;
using std::chrono::milliseconds;

// What ran, in order; filled from any thread.
class Record {
 public:
  void Add(int id) {
    const std::lock_guard lock(mutex_);
    ids_.push_back(id);
  }
  std::vector<int> ids() const {
    const std::lock_guard lock(mutex_);
    return ids_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<int> ids_;
};

template <class Fixture>
void CheckTimeAndOrder(Fixture& f) {
  Scheduler& scheduler = f.scheduler();
  Record record;

  SECTION("time passes and never goes back") {
    const TimePoint start = scheduler.Now();
    TimePoint last = start;
    for (int i = 0; i < 1000; ++i) {
      const TimePoint now = scheduler.Now();
      REQUIRE(now >= last);
      last = now;
    }
    f.AdvanceBy(milliseconds(2));
    REQUIRE(scheduler.Now() >= start + milliseconds(2));
  }

  SECTION("a task runs once and not before its time") {
    const TimePoint when = scheduler.Now() + milliseconds(3);
    std::atomic<bool> early{false};
    scheduler.RunAt(when, [&] {
      if (scheduler.Now() < when) early = true;
      record.Add(1);
    });
    f.AdvanceBy(milliseconds(5));
    f.AdvanceBy(milliseconds(5));
    REQUIRE(record.ids() == std::vector<int>{1});
    REQUIRE_FALSE(early);
  }

  SECTION("what is due in hours does not run now") {
    scheduler.RunAt(scheduler.Now() + hours(10), [&] { record.Add(1); });
    scheduler.RunAt(kNever, [&] { record.Add(2); });
    f.AdvanceBy(milliseconds(5));
    REQUIRE(record.ids().empty());
  }

  SECTION("a past time means now but never inside the call") {
    static thread_local bool inside = false;
    std::atomic<int> nested{0};
    for (const TimePoint when : {TimePoint::min(), TimePoint{}, scheduler.Now()}) {
      inside = true;
      scheduler.RunAt(when, [&] {
        if (inside) ++nested;
        record.Add(1);
      });
      inside = false;
    }
    f.AdvanceBy(milliseconds(1));
    REQUIRE(record.ids().size() == 3);
    REQUIRE(nested == 0);
  }

  SECTION("tasks run in order of time and equal times in order of calls") {
    scheduler.RunAt(scheduler.Now(), [&] {
      const TimePoint t = scheduler.Now();
      scheduler.RunAt(t + milliseconds(2), [&] { record.Add(4); });
      scheduler.RunAt(t + milliseconds(1), [&] { record.Add(1); });
      scheduler.RunAt(t + milliseconds(1), [&] { record.Add(2); });
      scheduler.RunAt(t + milliseconds(3), [&] { record.Add(5); });
      scheduler.RunAt(t + milliseconds(1), [&] { record.Add(3); });
      scheduler.RunAt(t - milliseconds(1), [&] { record.Add(0); });
    });
    f.AdvanceBy(milliseconds(10));
    f.AdvanceBy(milliseconds(10));  // the tasks' own times began when the first one ran
    REQUIRE(record.ids() == std::vector<int>{0, 1, 2, 3, 4, 5});
  }

  SECTION("a task may schedule itself again") {
    auto again = std::make_shared<Function<void(int)>>();
    *again = [&, weak = std::weak_ptr(again)](int left) {
      record.Add(left);
      if (left == 0) return;
      scheduler.RunAt(scheduler.Now(), [self = weak.lock(), left] { (*self)(left - 1); });
    };
    (*again)(5);
    for (int i = 0; i < 6; ++i) f.AdvanceBy(milliseconds(1));
    REQUIRE(record.ids() == std::vector<int>{5, 4, 3, 2, 1, 0});
  }
}

template <class Fixture>
void CheckThreadsAndEnd(Fixture& f) {
  Scheduler& scheduler = f.scheduler();

  SECTION("tasks of many threads all run, one at a time") {
    constexpr int kThreads = 4;
    constexpr int kTasks = 250;
    std::atomic<int> ran{0};
    std::atomic<int> running{0};
    std::atomic<bool> overlap{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kTasks; ++i) {
          scheduler.RunAt(scheduler.Now() + std::chrono::microseconds(i % 7), [&] {
            if (running.fetch_add(1) != 0) overlap = true;
            ++ran;
            running.fetch_sub(1);
          });
        }
      });
    }
    f.AdvanceBy(milliseconds(1));  // while they schedule
    for (std::thread& thread : threads) thread.join();
    f.AdvanceBy(milliseconds(1));
    REQUIRE(ran == kThreads * kTasks);
    REQUIRE_FALSE(overlap);
  }

  SECTION("what is pending at the end is dropped unrun and freed") {
    const auto token = std::make_shared<int>(0);
    std::atomic<bool> ran{false};
    for (int i = 0; i < 10; ++i) {
      scheduler.RunAt(scheduler.Now() + hours(i + 1), [token, &ran] { ran = true; });
    }
    REQUIRE(token.use_count() == 11);
    f.End();
    REQUIRE(token.use_count() == 1);
    REQUIRE_FALSE(ran);
  }
}

}  // namespace scheduler_contract

template <class Fixture>
void CheckSchedulerContract(Fixture& fixture) {
  scheduler_contract::CheckTimeAndOrder(fixture);
  scheduler_contract::CheckThreadsAndEnd(fixture);
}

}  // namespace ringlab
