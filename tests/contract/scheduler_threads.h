// The part of the Scheduler's contract about threads and the end.
#pragma once

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "core/base/scheduler.h"

namespace ringlab::scheduler_contract {

using std::chrono::hours;
using std::chrono::milliseconds;

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
    auto token = std::make_shared<int>(0);  // a const one would be copied where a task is moved
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

}  // namespace ringlab::scheduler_contract
