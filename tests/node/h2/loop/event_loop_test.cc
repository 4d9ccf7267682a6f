#include "node/h2/loop/event_loop.h"

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "tests/contract/scheduler_contract.h"
#include "tests/node/h2/loop/loops.h"

namespace ringlab {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

class LoopFixture {
 public:
  explicit LoopFixture(const EventLoopOptions& options) : loop_(StartLoop(options)) {}
  Scheduler& scheduler() { return *loop_; }
  void AdvanceBy(Duration wait) {
    std::this_thread::sleep_for(wait);
    std::binary_semaphore reached(0);
    loop_->RunAt(loop_->Now(), [&] { reached.release(); });
    reached.acquire();
  }
  void End() { loop_.reset(); }

 private:
  std::unique_ptr<EventLoop> loop_;
};

TEST_CASE("EventLoop keeps the scheduler contract") {
  LoopFixture fixture({});
  CheckSchedulerContract(fixture);
}

TEST_CASE("a spinning EventLoop keeps the scheduler contract") {
  LoopFixture fixture({.spin = microseconds(200), .pacing = true});
  CheckSchedulerContract(fixture);
}

TEST_CASE("posted tasks run on the loop's thread, in order, never inside the call") {
  const auto loop = StartLoop();
  std::vector<int> order;
  bool in_loop = true;
  On(*loop, [&] {
    for (int i = 0; i < 5; ++i) {
      loop->Post([&, i] {
        in_loop = in_loop && loop->InLoop();
        order.push_back(i);
      });
    }
    REQUIRE(order.empty());
  });
  On(*loop, [] {});
  REQUIRE(order == std::vector<int>{0, 1, 2, 3, 4});
  REQUIRE(in_loop);
  REQUIRE_FALSE(loop->InLoop());
}

TEST_CASE("each of many threads has its posts run in their order") {
  constexpr int kThreads = 4;
  constexpr int kPosts = 2000;
  const auto loop = StartLoop();
  std::array<int, kThreads> next{};
  std::atomic<bool> in_order{true};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kPosts; ++i) {
        loop->Post([&, t, i] {
          if (std::exchange(next[static_cast<std::size_t>(t)], i + 1) != i) in_order = false;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  On(*loop, [] {});
  REQUIRE(in_order);
  REQUIRE(next == std::array<int, kThreads>{kPosts, kPosts, kPosts, kPosts});
}

TEST_CASE("what another thread asked for before is run before") {
  const auto loop = StartLoop();
  std::vector<int> order;
  std::binary_semaphore ran(0);
  On(*loop, [&] {
    const TimePoint now = loop->Now();
    std::thread([&] { loop->RunAt(now, [&] { order.push_back(1); }); }).join();
    loop->RunAt(now, [&] {
      order.push_back(2);
      ran.release();
    });
  });
  ran.acquire();
  REQUIRE(order == std::vector<int>{1, 2});
}

TEST_CASE("a loop is woken once for a burst of posts, and busy for a part of its age") {
  const auto loop = StartLoop();
  On(*loop, [] {});
  const LoopUsage before = loop->usage();
  On(*loop, [&] {
    for (int i = 0; i < 1000; ++i) loop->Post([] {});
  });
  On(*loop, [] {});
  const LoopUsage after = loop->usage();
  REQUIRE(after.turns - before.turns < 100);
  REQUIRE(after.busy > before.busy);
  REQUIRE(after.longest <= after.busy);
  REQUIRE(after.busy_share() > 0);
  REQUIRE(after.busy_share() <= 1);
  REQUIRE(loop->cpu_time() > Duration::zero());
  loop->Stop();
  REQUIRE(loop->cpu_time() == Duration::zero());
}

TEST_CASE("what asks for a turn's end acts once, after the turn's tasks, unless it is forgotten") {
  const auto loop = StartLoop();
  struct End final : TurnEnd {
    void OnTurnEnd() override {
      order->push_back(id);
      if (id == 1 && order->size() < 3) loop->AtTurnEnd(*this);  // the next turn's
      if (forgets != nullptr) loop->Forget(*forgets);
    }
    EventLoop* loop = nullptr;
    std::vector<int>* order = nullptr;
    int id = 0;
    End* forgets = nullptr;
  };
  std::vector<int> order;
  std::array<End, 3> ends;
  On(*loop, [&] {
    for (std::size_t i = 0; i < 3; ++i) {
      ends[i].loop = loop.get();
      ends[i].order = &order;
      ends[i].id = static_cast<int>(i);
      loop->AtTurnEnd(ends[i]);
      loop->AtTurnEnd(ends[i]);
    }
    ends[0].forgets = &ends[2];
    loop->Post([&] { order.push_back(9); });
  });
  On(*loop, [] {});
  On(*loop, [] {});
  REQUIRE(order == std::vector<int>{0, 1, 9, 1});
}

TEST_CASE("threads may post and schedule while a loop stops, and nothing of it is kept") {
  auto token = std::make_shared<int>(0);
  for (int round = 0; round < 20; ++round) {
    auto loop = StartLoop();
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        while (!go) std::this_thread::yield();
        for (int i = 0; i < 200; ++i) {
          loop->Post([token] {});
          loop->RunAt(loop->Now() + hours(i % 2), [token] {});
        }
      });
    }
    go = true;
    loop->Stop();
    for (std::thread& thread : threads) thread.join();
    loop->Stop();  // idempotent
    REQUIRE(token.use_count() == 1);
  }
}

TEST_CASE("what a dropped task carries may ask the loop again") {
  struct AsksAtItsEnd {
    explicit AsksAtItsEnd(EventLoop& l) : loop(l) {}
    AsksAtItsEnd(const AsksAtItsEnd&) = delete;
    ~AsksAtItsEnd() {
      loop.RunAt(loop.Now(), [] {});
      loop.Post([] {});
    }
    EventLoop& loop;
  };
  const auto loop = StartLoop();
  loop->RunAt(loop->Now() + hours(1), [p = std::make_shared<AsksAtItsEnd>(*loop)] {});
  loop->Stop();  // must not deadlock
}

TEST_CASE("an earlier task overtakes the one that the loop sleeps for") {
  const auto loop = StartLoop();
  std::binary_semaphore ran(0);
  loop->RunAt(loop->Now() + hours(1), [] {});
  loop->RunAt(loop->Now() + milliseconds(1), [&] { ran.release(); });
  REQUIRE(ran.try_acquire_for(std::chrono::seconds(30)));
}

}  // namespace
}  // namespace ringlab
