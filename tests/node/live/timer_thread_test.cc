#include "node/live/timer_thread.h"

#include <atomic>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

#include "core/source/synthetic_source.h"
#include "tests/contract/scheduler_contract.h"
#include "tests/contract/source_contract.h"

namespace ringlab {
namespace {

// Lets real time pass, and then waits until the timer has caught up with it: what was due before
// runs before the marker.
void LetPass(TimerThread& timer, Duration wait) {
  std::this_thread::sleep_for(wait);
  std::binary_semaphore reached(0);
  timer.RunAt(timer.Now(), [&] { reached.release(); });
  reached.acquire();
}

class TimerFixture {
 public:
  explicit TimerFixture(TimerThread::Urgency urgency) : timer_(std::in_place, urgency) {}
  Scheduler& scheduler() { return *timer_; }
  void AdvanceBy(Duration wait) { LetPass(*timer_, wait); }
  void End() { timer_.reset(); }

 private:
  std::optional<TimerThread> timer_;
};

TEST_CASE("TimerThread keeps the scheduler contract") {
  TimerFixture fixture(TimerThread::Urgency::kNormal);
  CheckSchedulerContract(fixture);
}

TEST_CASE("a pacing TimerThread keeps the scheduler contract") {
  TimerFixture fixture(TimerThread::Urgency::kPacing);
  CheckSchedulerContract(fixture);
}

class SourceOnTimer {
 public:
  explicit SourceOnTimer(Duration latency) {
    SyntheticSpec spec;
    spec.latency = latency;
    spec.exponential = true;
    spec.not_found = 0.5;
    for (int i = 0; present_.empty() || absent_.empty(); ++i) {
      const std::string key = "key-" + std::to_string(i);
      (SyntheticExists(spec, key) ? present_ : absent_) = key;
    }
    source_.emplace(spec, 1, timer_);
  }
  Source& source() { return *source_; }
  std::string present_key() const { return present_; }
  std::string absent_key() const { return absent_; }
  void AdvanceBy(Duration) {}
  void End() {
    timer_.Stop();
    source_.reset();
  }

 private:
  std::string present_;
  std::string absent_;
  TimerThread timer_;
  std::optional<SyntheticSource> source_;
};

TEST_CASE("SyntheticSource on a real timer keeps the source contract") {
  SourceOnTimer fixture(std::chrono::milliseconds(1));
  CheckSourceContract(fixture);
}

TEST_CASE("SyntheticSource without latency on a real timer keeps the source contract") {
  SourceOnTimer fixture(Duration::zero());
  CheckSourceContract(fixture);
}

TEST_CASE("a stopped TimerThread drops what it is asked, and what that carries") {
  TimerThread timer;
  auto token = std::make_shared<int>(0);
  std::atomic<bool> ran{false};
  timer.Stop();
  timer.Stop();  // idempotent
  timer.RunAt(timer.Now(), [token, &ran] { ran = true; });
  REQUIRE(token.use_count() == 1);
  REQUIRE_FALSE(ran);
}

TEST_CASE("what a dropped task carries may ask the TimerThread again") {
  struct AsksAtItsEnd {
    explicit AsksAtItsEnd(TimerThread& t) : timer(t) {}
    AsksAtItsEnd(const AsksAtItsEnd&) = delete;
    ~AsksAtItsEnd() {
      timer.RunAt(timer.Now(), [] {});
    }
    TimerThread& timer;
  };
  TimerThread timer;
  timer.RunAt(timer.Now() + std::chrono::hours(1), [p = std::make_shared<AsksAtItsEnd>(timer)] {});
  timer.Stop();  // must not deadlock
}

TEST_CASE("an earlier task overtakes the one that the thread sleeps for") {
  TimerThread timer;
  std::binary_semaphore ran(0);
  timer.RunAt(timer.Now() + std::chrono::hours(1), [] {});
  timer.RunAt(timer.Now() + std::chrono::milliseconds(1), [&] { ran.release(); });
  REQUIRE(ran.try_acquire_for(std::chrono::seconds(30)));
}

TEST_CASE("threads may schedule while the TimerThread stops") {
  for (int round = 0; round < 20; ++round) {
    auto timer = std::make_unique<TimerThread>();
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        while (!go) std::this_thread::yield();
        for (int i = 0; i < 200; ++i) timer->RunAt(timer->Now(), [] {});
      });
    }
    go = true;
    timer->Stop();
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_CASE("a TimerThread tells the CPU time that it used, and none when stopped") {
  TimerThread timer;
  std::binary_semaphore burned(0);
  timer.RunAt(timer.Now(), [&] {
    const TimePoint until = timer.Now() + std::chrono::milliseconds(20);
    while (timer.Now() < until) {
    }
    burned.release();
  });
  burned.acquire();
  REQUIRE(timer.cpu_time() > Duration::zero());
  timer.Stop();
  REQUIRE(timer.cpu_time() == Duration::zero());
}

class LaneFixture {
 public:
  Scheduler& scheduler() { return *lane_; }
  void AdvanceBy(Duration wait) { LetPass(timer_, wait); }
  void End() { lane_.reset(); }

 private:
  TimerThread timer_;
  std::optional<TimerLane> lane_{std::in_place, timer_};
};

TEST_CASE("TimerLane keeps the scheduler contract") {
  LaneFixture fixture;
  CheckSchedulerContract(fixture);
}

TEST_CASE("the end of a lane drops its tasks and nobody else's") {
  TimerThread timer;
  TimerLane stays(timer);
  auto token = std::make_shared<int>(0);
  std::atomic<int> ran{0};
  std::binary_semaphore over(0);
  stays.RunAt(timer.Now(), [&over] { over.acquire(); });  // meanwhile no other task runs
  {
    TimerLane ends(timer);
    for (int i = 0; i < 20; ++i) {
      (i % 2 == 0 ? ends : stays).RunAt(timer.Now(), [token, &ran] { ++ran; });
    }
    ends.Stop();
    CHECK(token.use_count() == 11);
    ends.RunAt(timer.Now(), [&ran] { ran = 100; });  // too late
  }
  over.release();
  LetPass(timer, Duration::zero());
  REQUIRE(ran == 10);
}

TEST_CASE("the end of a lane waits for its running task and no other") {
  TimerThread timer;
  TimerLane lane(timer);
  TimerLane other(timer);
  std::binary_semaphore runs(0);
  std::atomic<bool> through{false};
  lane.RunAt(timer.Now(), [&] {
    runs.release();
    other.Drop();  // from a task, of another lane
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    lane.Drop();  // its own
    through = true;
  });
  runs.acquire();
  other.Stop();
  lane.Stop();
  REQUIRE(through);
}

TEST_CASE("many lanes may end while their tasks run") {
  TimerThread timer;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&timer] {
        TimerLane lane(timer);
        int ran = 0;  // gone with the lane: a task that outlived it would be found out
        for (int i = 0; i < 50; ++i) lane.RunAt(timer.Now(), [&ran] { ++ran; });
        std::this_thread::yield();
        lane.Stop();
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace ringlab
