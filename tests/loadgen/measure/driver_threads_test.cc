// The driver on real threads, for ThreadSanitizer: its phases end on one thread and are sent on
// another. Nothing here asserts how long anything takes.
#include <catch2/catch.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/ring/spec.h"
#include "core/source/synthetic_value.h"
#include "loadgen/measure/driver.h"
#include "node/live/timer_thread.h"
#include "tests/support/get_only_transport.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Answers on two threads of its own, as soon as they get round to it: Gets as the source would, and
// Sets that it forgets.
class PooledTransport final : public GetOnlyTransport {
 public:
  PooledTransport() {
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { Answer(); });
  }
  ~PooledTransport() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void Get(std::string_view, const GetRequest& request, GetCallback done) override {
    Take([key = std::string(request.key), done = std::move(done)]() mutable {
      done(GetReply{.value = MakeSyntheticValue(key, 0, 64)});
    });
  }
  void Set(std::string_view, const SetRequest&, WriteCallback done) override {
    Take([done = std::move(done)]() mutable { done({}); });
  }

 private:
  void Take(Function<void()> call) {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(std::move(call));
    }
    wake_.notify_one();
  }
  void Answer() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stopping_ || !calls_.empty(); });
      if (calls_.empty()) return;
      Function<void()> call = std::move(calls_.front());
      calls_.pop_front();
      lock.unlock();
      call();
      call = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Function<void()>> calls_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// The last answer of a phase may come while the sender is still finding out that it was the last
// request. Each phase's end here begins the next one at once, and the last ends the driver.
TEST_CASE("phases follow each other at once on real threads") {
  constexpr int kPhases = 200;
  constexpr Duration kPhase = milliseconds(1);
  const auto ring = *BuildRing({}, EqualNodes({"n0", "n1", "n2"}));
  const auto plan = *Workload::Create({.qps = 5'000, .duration = kPhases * kPhase, .keys = 100});
  TimerThread scheduler;
  PooledTransport transport;
  auto driver =
      std::make_unique<Driver>(DriverOptions{}, PlanSlice(plan, 0, 1), *ring, scheduler, transport);
  Totals sum;
  for (int i = 0; i < kPhases; ++i) {
    std::promise<void> end;
    driver->Run({TimerThread::SteadyNow(), i * kPhase, (i + 1) * kPhase}, [&] { end.set_value(); });
    sum.Add(driver->totals());  // while it goes on
    end.get_future().get();
    const Measurements m = driver->measurements();
    REQUIRE(CheckIdentities(m) == "");
    REQUIRE(m.totals.ok == m.totals.scheduled);
    REQUIRE(m.totals.wrong_values == 0);
  }
  const std::string hash = driver->plan_hash().ToString();
  driver.reset();
  REQUIRE(hash == HashPlan(plan).ToString());
}

TEST_CASE("workers on real threads share one ledger") {
  const auto ring = *BuildRing({}, EqualNodes({"n0", "n1", "n2"}));
  const auto plan = *Workload::Create(
      {.qps = 20'000, .duration = milliseconds(300), .keys = 50, .mix = {.get = 1, .set = 1}});
  VersionLedger ledger;
  TimerThread schedulers[2];
  PooledTransport transport;
  Measurements sum(3);
  std::vector<std::unique_ptr<Driver>> drivers;
  std::promise<void> ends[2];
  for (std::uint64_t i = 0; i < 2; ++i) {
    drivers.push_back(std::make_unique<Driver>(DriverOptions{}, PlanSlice(plan, i, 2), *ring,
                                               schedulers[i], transport, &ledger));
    drivers[i]->Run({TimerThread::SteadyNow(), Duration::zero(), milliseconds(300),
                     TimeSeries::IntervalFor(milliseconds(300))},
                    [&end = ends[i]] { end.set_value(); });
  }
  // Their answers are collected while they come.
  TimeSeries series(milliseconds(300), seconds(1));
  std::vector<TimeSeries::Answer> answers;
  for (std::uint64_t i = 0; i < 2; ++i) {
    const auto ended = ends[i].get_future();
    while (ended.wait_for(milliseconds(1)) != std::future_status::ready) {
      for (const auto& driver : drivers) {
        driver->TakeAnswers(answers);
        series.Add(answers);
      }
    }
  }
  for (const auto& driver : drivers) sum.Merge(driver->measurements());
  sum.series.Merge(series);
  REQUIRE(CheckIdentities(sum) == "");
  REQUIRE(sum.totals.ok == sum.totals.sent);
  REQUIRE(sum.totals.wrong_values == 0);
  REQUIRE(sum.staleness.reads == sum.keys.ok);
  REQUIRE(sum.staleness.stale == 0);
  REQUIRE(sum.staleness.reverted > 0);
}

TEST_CASE("a phase is stopped and watched from another thread") {
  const auto ring = *BuildRing({}, EqualNodes({"n0", "n1", "n2"}));
  const auto plan = *Workload::Create({.qps = 20'000, .duration = seconds(60), .keys = 100});
  TimerThread scheduler;
  PooledTransport transport;
  Driver driver(DriverOptions{}, PlanSlice(plan, 0, 1), *ring, scheduler, transport);
  std::promise<void> end;
  driver.Run({TimerThread::SteadyNow(), Duration::zero(), seconds(60)}, [&] { end.set_value(); });
  while (driver.totals().ok < 500) std::this_thread::yield();
  driver.StopSending();
  end.get_future().get();
  REQUIRE(driver.in_flight() == 0);
  const Totals totals = driver.totals();
  REQUIRE(CheckIdentities(driver.measurements()) == "");
  REQUIRE(totals.ok >= 500);
  REQUIRE(totals.ok < 20'000 * 60);
}

}  // namespace
}  // namespace ringlab
