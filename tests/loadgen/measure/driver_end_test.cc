// How requests and phases end: every request in exactly one count, every phase once.
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/loadgen/measure/driver_world.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("every answer is one count and has its latencies") {
  World world([](const auto&, GetCallback) {});
  ScriptedTransport transport(world.scheduler, [&](const auto& call, GetCallback done) {
    Result<GetReply> reply = Right(call.key);
    switch (transport.calls.size() % 5) {
      case 1: reply = Fail(Code::kNotFound, "no such key"); break;
      case 2: reply = Fail(Code::kUnavailable, "node " + call.to + " is down"); break;
      case 3: reply = Fail(Code::kDeadlineExceeded, "late"); break;
      default: break;
    }
    const bool inside = transport.calls.size() % 2 == 0;
    if (inside) return done(std::move(reply));
    world.AnswerAt(world.scheduler.Now() + milliseconds(3), std::move(reply), std::move(done));
  });
  world.workload.process = ArrivalProcess::kConstant;
  Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, world.scheduler,
                transport);
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceBy(seconds(60));

  REQUIRE(world.ends == 1);
  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.scheduled == 20'000);
  REQUIRE(m.totals.ok == 8'000);
  REQUIRE(m.totals.not_found == 4'000);
  REQUIRE(m.totals.errors == 4'000);
  REQUIRE(m.totals.timeouts == 4'000);
  REQUIRE(m.totals.skipped == 0);
  REQUIRE(m.totals.wrong_values == 0);
  REQUIRE(m.first_error.code == Code::kUnavailable);  // not being found is no error
  REQUIRE_THAT(m.first_error.message, Contains("is down"));
  REQUIRE(m.latencies.response.min() == 0);
  REQUIRE(m.latencies.response.max() == 3'000'000);
}

TEST_CASE("requests beyond the limit in flight are skipped and counted") {
  World world;
  world.options.in_flight_max = 3;  // of 2 in flight on average: 1 ms each at 2,000 a second
  const Measurements m = world.RunAll();
  RequireWhole(m);
  REQUIRE(m.totals.scheduled == world.PlannedBetween(Duration::zero(), seconds(10)));
  REQUIRE(m.totals.skipped > 0);
  REQUIRE(m.totals.sent == world.transport.calls.size());
  // Erlang's loss formula: with 3 places and a load of 2, 4/19 of the arrivals are lost.
  const double lost =
      static_cast<double>(m.totals.skipped) / static_cast<double>(m.totals.scheduled);
  REQUIRE(lost == Approx(4.0 / 19).margin(0.02));
}

TEST_CASE("requests that are never answered count as timeouts when the phase is given up") {
  std::vector<GetCallback> held;
  World world([&](const auto&, GetCallback done) { held.push_back(std::move(done)); });
  world.options.in_flight_max = 10;
  Driver driver = world.MakeDriver();
  const TimePoint start = world.scheduler.Now();
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceTo(start + seconds(10));
  REQUIRE(driver.in_flight() == 10);
  // Sending ended with the last planned request; the patience is the timeout and the slack.
  world.scheduler.AdvanceTo(start + seconds(14));
  REQUIRE(world.ends == 0);
  world.scheduler.AdvanceTo(start + seconds(15) + Driver::kDrainSlack);
  REQUIRE(world.ends == 1);
  REQUIRE(driver.in_flight() == 0);

  const Measurements given_up = driver.measurements();
  RequireWhole(given_up);
  REQUIRE(given_up.totals.sent == 10);
  REQUIRE(given_up.totals.timeouts == 10);
  REQUIRE(given_up.totals.skipped == given_up.totals.scheduled - 10);
  REQUIRE(given_up.first_error.code == Code::kDeadlineExceeded);
  // Counted as slow as they are known to be: not left out, which would flatter the tail.
  REQUIRE(given_up.latencies.failed.min() == Duration(seconds(5) + Driver::kDrainSlack).count());
  REQUIRE(given_up.latencies.response.count() == 0);

  SECTION("answers that still come change nothing") {
    for (GetCallback& done : held) done(Right("key-1"));
    const Measurements m = driver.measurements();
    RequireWhole(m);
    REQUIRE(m.totals.ok == 0);
    REQUIRE(m.totals.timeouts == 10);
    REQUIRE(world.ends == 1);
  }
}

TEST_CASE("answers of a phase that was given up do not reach the next one") {
  std::vector<GetCallback> held;
  bool holding = true;
  World world([&](const auto& call, GetCallback done) {
    if (holding) return held.push_back(std::move(done));
    done(Right(call.key));
  });
  Driver driver = world.MakeDriver();
  world.Start(driver, Duration::zero(), seconds(1));
  world.scheduler.AdvanceBy(seconds(20));
  REQUIRE(world.ends == 1);
  REQUIRE(driver.totals().timeouts == held.size());

  holding = false;
  world.Start(driver, seconds(1), seconds(3));
  REQUIRE(driver.totals().timeouts == 0);
  world.scheduler.AdvanceBy(seconds(1));
  for (GetCallback& done : held) done(Fail(Code::kInternal, "of the phase before"));
  world.scheduler.AdvanceBy(seconds(20));
  REQUIRE(world.ends == 2);
  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.ok == world.PlannedBetween(seconds(1), seconds(3)));
  REQUIRE(m.totals.errors == 0);
}

TEST_CASE("answers may come after the driver has ended") {
  std::vector<GetCallback> held;
  World world([&](const auto&, GetCallback done) { held.push_back(std::move(done)); });
  {
    Driver driver = world.MakeDriver();
    world.Start(driver, Duration::zero(), milliseconds(100));
    world.scheduler.AdvanceBy(seconds(20));
    REQUIRE(world.ends == 1);
  }
  REQUIRE(held.size() > 100);
  for (GetCallback& done : held) done(Right("key-1"));
  REQUIRE(world.ends == 1);
}

TEST_CASE("the end of a phase may end the driver") {
  const bool inside_the_last_sending = GENERATE(false, true);
  const auto at_once = [](const auto& call, GetCallback done) { done(Right(call.key)); };
  World world(inside_the_last_sending ? ScriptedTransport::Script(at_once) : nullptr);
  auto driver = std::make_unique<Driver>(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring,
                                         world.scheduler, world.transport);
  driver->Run({world.scheduler.Now(), Duration::zero(), milliseconds(100)}, [&] {
    driver.reset();
    ++world.ends;
  });
  world.scheduler.AdvanceBy(seconds(20));
  REQUIRE(world.ends == 1);
}

TEST_CASE("an answer inside Get ends the phase with its last request") {
  World world([](const auto& call, GetCallback done) { done(Right(call.key)); });
  Driver driver = world.MakeDriver();
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceBy(seconds(10));
  REQUIRE(world.ends == 1);
  RequireWhole(driver.measurements());
  REQUIRE(driver.measurements().latencies.response.max() == 0);
  REQUIRE(world.scheduler.pending() == 0);  // no patience needed, nothing left behind
}

TEST_CASE("a phase without requests ends") {
  World world;
  Driver driver = world.MakeDriver();
  REQUIRE(driver.totals().scheduled == 0);  // before the first phase: nothing, no crash
  REQUIRE(driver.in_flight() == 0);
  REQUIRE(driver.measurements().owners.size() == 3);
  driver.StopSending();

  world.Start(driver, Duration::zero(), Duration::zero());
  REQUIRE(world.ends == 0);  // never inside Run
  world.scheduler.RunDue();
  REQUIRE(world.ends == 1);
  RequireWhole(driver.measurements());
  REQUIRE(driver.totals().scheduled == 0);

  world.Start(driver, seconds(10), seconds(20));  // beyond the plan
  world.scheduler.AdvanceBy(seconds(20));
  REQUIRE(world.ends == 2);
  REQUIRE(driver.totals().scheduled == 0);
}

TEST_CASE("stopping sends nothing more and still counts what is in flight") {
  World world([](const auto&, GetCallback) {});
  ScriptedTransport transport(world.scheduler, [&](const auto& call, GetCallback done) {
    world.AnswerAt(world.scheduler.Now() + milliseconds(700), Right(call.key), std::move(done));
  });
  Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, world.scheduler,
                transport);
  world.Start(driver, Duration::zero(), seconds(5));
  world.scheduler.AdvanceBy(seconds(1));
  driver.StopSending();
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 1);
  Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.ok == world.PlannedBetween(Duration::zero(), seconds(1)));
  REQUIRE(m.totals.scheduled == m.totals.ok);  // what was not sent any more was not scheduled
  REQUIRE(m.last_sent <= seconds(1));

  // The rest of the stopped phase is not sent at the start of the next one.
  const TimePoint start = world.scheduler.Now();
  const std::size_t before = transport.calls.size();
  world.Start(driver, seconds(5), seconds(10));
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 2);
  m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.ok == world.PlannedBetween(seconds(5), seconds(10)));
  REQUIRE(m.latencies.send_lag.max() == 0);
  REQUIRE(transport.calls.at(before).at >= start);
}

TEST_CASE("stopping is heeded between two requests that are far apart") {
  World world;
  world.workload = {.process = ArrivalProcess::kConstant,
                    .qps = 0.001,
                    .duration = hours(1),
                    .keys = 10};  // the first is due after 500 s
  Driver driver = world.MakeDriver();
  world.Start(driver, Duration::zero(), hours(1));
  world.scheduler.AdvanceBy(seconds(2));
  driver.StopSending();
  world.scheduler.AdvanceBy(milliseconds(100));
  REQUIRE(world.ends == 1);
  REQUIRE(driver.totals().scheduled == 0);
}

TEST_CASE("a wrong value is counted among those that came") {
  struct Case {
    const char* name;
    std::function<Value(const std::string&)> answer;
    bool wrong;
  };
  const Case cases[] = {
      {"right", [](const std::string& key) { return MakeSyntheticValue(key, 0, 100); }, false},
      {"newer", [](const std::string& key) { return MakeSyntheticValue(key, 7, 100); }, false},
      {"another key's",
       [](const std::string& key) { return MakeSyntheticValue(key + "0", 0, 100); }, true},
      {"truncated",
       [](const std::string& key) {
         return Value::Copy(MakeSyntheticValue(key, 0, 100).view().substr(0, 99));
       },
       true},
      {"one bit off",
       [](const std::string& key) {
         std::string bytes(MakeSyntheticValue(key, 0, 100).view());
         bytes[50] = static_cast<char>(bytes[50] ^ 1);
         return Value::Copy(bytes);
       },
       true}};
  for (const Case& c : cases) {
    for (const bool verify : {true, false}) {
      CAPTURE(c.name, verify);
      World world(
          [&](const auto& call, GetCallback done) { done(GetReply{.value = c.answer(call.key)}); });
      world.workload.duration = milliseconds(100);
      world.options.verify = verify;
      const Measurements m = world.RunAll();
      RequireWhole(m);
      REQUIRE(m.totals.ok > 100);
      REQUIRE(m.totals.wrong_values == (c.wrong && verify ? m.totals.ok : 0));
    }
  }
}

TEST_CASE("a timeout beyond the line of time is for ever and not an overflow") {
  World world;
  world.options.timeout = Duration::max();
  const Measurements m = world.RunAll();
  RequireWhole(m);
  REQUIRE(world.transport.calls.front().deadline == kNever);
}

}  // namespace
}  // namespace ringlab
