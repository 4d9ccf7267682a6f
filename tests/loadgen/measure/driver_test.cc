// What a driver sends, when and to whom, and what it measures of it.
#include "loadgen/measure/driver.h"

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/loadgen/measure/driver_world.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A scheduler whose thread is taken away for a while: tasks due in [from, until) run at `until`.
class PausedScheduler final : public Scheduler {
 public:
  PausedScheduler(Scheduler& inner, TimePoint from, TimePoint until)
      : inner_(inner), from_(from), until_(until) {}

  TimePoint Now() const override { return inner_.Now(); }
  void RunAt(TimePoint when, Task task) override {
    inner_.RunAt(when >= from_ && when < until_ ? until_ : when, std::move(task));
  }

 private:
  Scheduler& inner_;
  const TimePoint from_;
  const TimePoint until_;
};

TEST_CASE("an undisturbed run sends the plan on time and measures the service alone") {
  World world;
  const Measurements m = world.RunAll();
  RequireWhole(m);
  REQUIRE(m.totals.scheduled == world.PlannedBetween(Duration::zero(), seconds(10)));
  REQUIRE(m.totals.ok == m.totals.scheduled);
  REQUIRE(m.totals.wrong_values == 0);
  REQUIRE(m.latencies.send_lag.max() == 0);
  REQUIRE(m.latencies.response.min() == 1'000'000);
  REQUIRE(m.latencies.response.max() == 1'000'000);
  REQUIRE(m.latencies.service == m.latencies.response);
}

TEST_CASE("every request leaves at its intended time with its key and deadline") {
  World world;
  world.options.group = "pages";
  Driver driver = world.MakeDriver();
  const TimePoint start = world.scheduler.Now() + milliseconds(20);
  driver.Run({start, Duration::zero(), seconds(10)}, [] {});
  world.scheduler.AdvanceBy(seconds(20));

  Workload plan = world.Plan();
  PlannedRequest request;
  std::size_t i = 0;
  for (; plan.Next(request); ++i) {
    const ScriptedTransport::Call& call = world.transport.calls.at(i);
    std::string key;
    AppendKey(request.key_index, key);
    REQUIRE(call.key == key);
    REQUIRE(call.at == start + request.intended);
    REQUIRE(call.deadline == call.at + seconds(5));
    REQUIRE(call.group == "pages");
  }
  REQUIRE(i == world.transport.calls.size());
  const Measurements m = driver.measurements();
  REQUIRE(m.sent_times.size() == i);
  REQUIRE(m.sent_times.front() == world.transport.calls.front().at - start);
  REQUIRE(m.last_sent == world.transport.calls.back().at - start);
}

TEST_CASE("a server that stalls for a second shows in the response tail and stops no sending") {
  World world([](const auto&, GetCallback) {});
  const TimePoint stall = world.scheduler.Now() + seconds(5);
  ScriptedTransport transport(world.scheduler, [&](const auto& call, GetCallback done) {
    const TimePoint now = world.scheduler.Now();
    const bool stalled = now >= stall && now < stall + seconds(1);
    world.AnswerAt((stalled ? stall + seconds(1) : now) + milliseconds(1), Right(call.key),
                   std::move(done));
  });
  Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, world.scheduler,
                transport);
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 1);

  std::uint64_t sent_in_stall = 0;
  for (const auto& call : transport.calls) {
    sent_in_stall += call.at >= stall && call.at < stall + seconds(1) ? 1 : 0;
  }
  REQUIRE(sent_in_stall == world.PlannedBetween(seconds(5), seconds(6)));
  REQUIRE(sent_in_stall > 1800);

  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.ok == world.PlannedBetween(Duration::zero(), seconds(10)));
  // A tenth of the requests waited for 0 to 1 s, so a hundredth waited for 0.9 s and more.
  REQUIRE(m.latencies.response.ValueAtPercentile(99) == Approx(0.9e9).epsilon(0.05));
  REQUIRE(m.latencies.response.ValueAtPercentile(99) >= 400'000'000);
  REQUIRE(m.latencies.response.ValueAtPercentile(50) == Approx(1e6).epsilon(0.001));
  REQUIRE(m.latencies.send_lag.max() == 0);  // it was the server's second, not ours
  REQUIRE(m.latencies.service == m.latencies.response);
}

TEST_CASE("a sender that stalls is charged in response and send lag and not in service") {
  World world;
  const TimePoint stall = world.scheduler.Now() + seconds(5);
  PausedScheduler paused(world.scheduler, stall, stall + seconds(1));
  Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, paused, world.transport);
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 1);

  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.ok == world.PlannedBetween(Duration::zero(), seconds(10)));  // none forgotten
  REQUIRE(m.latencies.service.max() == 1'000'000);
  REQUIRE(m.latencies.send_lag.ValueAtPercentile(99) == Approx(0.9e9).epsilon(0.05));
  REQUIRE(
      m.latencies.response.ValueAtPercentile(99) ==
      Approx(static_cast<double>(m.latencies.send_lag.ValueAtPercentile(99)) + 1e6).epsilon(0.002));
}

TEST_CASE("the warm-up is a phase of its own and no part of the measurement") {
  World world;
  Driver driver = world.MakeDriver();
  world.Start(driver, Duration::zero(), seconds(4));
  world.scheduler.AdvanceBy(seconds(4) + milliseconds(500));
  REQUIRE(world.ends == 1);
  const Measurements warm = driver.measurements();
  const std::size_t warm_calls = world.transport.calls.size();
  REQUIRE(warm.totals.ok == world.PlannedBetween(Duration::zero(), seconds(4)));

  const TimePoint start = world.scheduler.Now() + seconds(3);
  driver.Run({start, seconds(4), seconds(10)}, [&] { ++world.ends; });
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 2);
  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.ok == world.PlannedBetween(seconds(4), seconds(10)));
  REQUIRE(m.latencies.send_lag.max() == 0);

  // The plan goes on where the warm-up left it, in the time of its own phase.
  Workload plan = world.Plan();
  PlannedRequest request;
  for (std::size_t i = 0; i <= warm_calls; ++i) REQUIRE(plan.Next(request));
  REQUIRE(world.transport.calls.at(warm_calls).at == start + (request.intended - seconds(4)));
  REQUIRE(m.sent_times.front() == request.intended - seconds(4));
  REQUIRE(m.last_sent == world.transport.calls.back().at - start);
  REQUIRE(m.last_sent < seconds(6));
}

TEST_CASE("the route is the nodes in turn or the owner of the key") {
  World world;
  SECTION("any") {
    world.options.route = Route::kAny;
    const Measurements m = world.RunAll();
    for (std::size_t i = 0; i < 30; ++i) {
      REQUIRE(world.transport.calls.at(i).to == world.ring->nodes()[i % 3]);
    }
    RequireWhole(m);
  }
  SECTION("owner") {
    world.options.route = Route::kOwner;
    const Measurements m = world.RunAll();
    std::vector<std::uint64_t> requests(3);
    for (const auto& call : world.transport.calls) {
      const NodeIndex owner = world.ring->OwnerOf(call.key);
      REQUIRE(call.to == world.ring->nodes()[owner]);
      ++requests[owner];
    }
    for (std::size_t i = 0; i < 3; ++i) REQUIRE(m.owners[i].requests == requests[i]);
  }
}

TEST_CASE("workers share the plan and its hash") {
  const std::string whole = HashPlan(World().Plan()).ToString();
  for (const std::uint64_t workers : {1, 2, 3}) {
    CAPTURE(workers);
    World world;
    std::vector<std::unique_ptr<Driver>> drivers;
    for (std::uint64_t i = 0; i < workers; ++i) {
      drivers.push_back(std::make_unique<Driver>(world.options, PlanSlice(world.Plan(), i, workers),
                                                 *world.ring, world.scheduler, world.transport));
      world.Start(*drivers.back(), Duration::zero(), seconds(10));
    }
    world.scheduler.AdvanceBy(seconds(60));
    REQUIRE(world.ends == static_cast<int>(workers));
    Measurements merged(3);
    for (const auto& driver : drivers) {
      REQUIRE(driver->plan_hash().ToString() == whole);
      merged.Merge(driver->measurements());
    }
    RequireWhole(merged);
    REQUIRE(merged.totals.ok == world.PlannedBetween(Duration::zero(), seconds(10)));
    REQUIRE(merged.latencies.send_lag.max() == 0);
  }
}

TEST_CASE("a driver says how far into its phase it has sent") {
  World world;
  world.workload.process = ArrivalProcess::kConstant;
  Driver driver = world.MakeDriver();
  world.scheduler.AdvanceBy(seconds(2));
  driver.Run({.start = world.scheduler.Now() + seconds(1),
              .begin = seconds(1),
              .end = seconds(9),
              .interval = seconds(1)},
             [&world] { ++world.ends; });
  CHECK(driver.reached() == Duration::zero());
  world.scheduler.AdvanceBy(milliseconds(2500));
  CHECK(driver.reached() > milliseconds(1500));
  CHECK(driver.reached() <= milliseconds(1501));
  CHECK(driver.counts(0).scheduled == 2000);
  world.scheduler.AdvanceBy(seconds(20));
  CHECK(world.ends == 1);
  CHECK(driver.reached() == seconds(8));
}

}  // namespace
}  // namespace ringlab
