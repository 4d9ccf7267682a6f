// What every Scheduler promises (core/base/scheduler.h), as one suite over all of them.
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
#include <utility>
#include <vector>

#include "core/base/scheduler.h"
#include "tests/contract/scheduler_record.h"
#include "tests/contract/scheduler_threads.h"

namespace ringlab {

namespace scheduler_contract {

template <class Fixture>
void CheckTime(Fixture& f) {
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
}

template <class Fixture>
void CheckOrder(Fixture& f) {
  Scheduler& scheduler = f.scheduler();
  Record record;

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

}  // namespace scheduler_contract

template <class Fixture>
void CheckSchedulerContract(Fixture& fixture) {
  scheduler_contract::CheckTime(fixture);
  scheduler_contract::CheckOrder(fixture);
  scheduler_contract::CheckThreadsAndEnd(fixture);
}

}  // namespace ringlab
