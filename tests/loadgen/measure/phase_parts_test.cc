#include "loadgen/measure/phase_parts.h"

#include <catch2/catch.hpp>

#include "loadgen/judge/phases.h"
#include "tests/loadgen/measure/driver_world.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Phase WithParts(TimePoint start, std::vector<Duration> ends) {
  return {.start = start,
          .begin = {},
          .end = ends.back(),
          .part_ends = std::make_shared<const std::vector<Duration>>(std::move(ends))};
}

TEST_CASE("a request belongs to the part in which it was planned to start") {
  // The second part's first half is answered late enough to end in the third.
  TimePoint start{};
  World world([&](const ScriptedTransport::Call& call, GetCallback done) {
    const Duration at = call.at - start;
    const bool slow = at >= seconds(3) && at < seconds(4);
    if (at >= seconds(5)) {
      return world.AnswerAt(call.at + milliseconds(1),
                            tl::unexpected<Error>({Code::kUnavailable, "gone"}), std::move(done));
    }
    world.AnswerAt(call.at + (slow ? seconds(1) : milliseconds(1)), Right(call.key),
                   std::move(done));
  });
  world.options.timeout = seconds(2);
  Driver driver = world.MakeDriver();
  start = world.scheduler.Now() + seconds(1);
  driver.Run(WithParts(start, {seconds(3), seconds(5), seconds(10)}), [&] { ++world.ends; });
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 1);
  const Measurements m = driver.measurements();
  CHECK(CheckIdentities(m).empty());
  REQUIRE(m.parts.size() == 3);
  CHECK(m.parts[0].totals.ok == world.PlannedBetween({}, seconds(3)));
  CHECK(m.parts[1].totals.ok == world.PlannedBetween(seconds(3), seconds(5)));
  CHECK(m.parts[2].totals.errors == world.PlannedBetween(seconds(5), seconds(10)));
  CHECK(m.parts[0].latencies.response.max() < Duration(milliseconds(2)).count());
  CHECK(m.parts[1].latencies.response.max() >= Duration(seconds(1)).count());
  CHECK(m.parts[2].latencies.response.count() == 0);
  CHECK(m.parts[2].latencies.failed.count() == m.parts[2].totals.errors);

  const std::vector<ProfilePhase> planned = {
      {.name = "phase1", .what = "", .to = seconds(3)},
      {.name = "phase2", .what = "", .from = seconds(3), .to = seconds(5)},
      {.name = "phase3", .what = "", .from = seconds(5), .to = seconds(10)}};
  const auto cut = PhasesOf(planned, m.parts, seconds(4));  // as if it had been ended then
  REQUIRE(cut.size() == 2);
  CHECK(cut[1].length() == seconds(1));
  CHECK(PhasesOf(planned, m.parts, seconds(10)).size() == 3);
}

TEST_CASE("what is given up ends in the part in which it was planned") {
  World world([](const ScriptedTransport::Call&, GetCallback) {});  // nobody answers
  world.options.in_flight_max = 15'000;
  Driver driver = world.MakeDriver();
  const TimePoint start = world.scheduler.Now() + seconds(1);
  driver.Run(WithParts(start, {seconds(4), seconds(10)}), [&] { ++world.ends; });
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 1);
  const Measurements m = driver.measurements();
  CHECK(CheckIdentities(m).empty());
  CHECK(m.parts[0].totals.scheduled == world.PlannedBetween({}, seconds(4)));
  CHECK(m.parts[1].totals.scheduled == world.PlannedBetween(seconds(4), seconds(10)));
  CHECK(m.parts[0].totals.timeouts == m.parts[0].totals.scheduled);
  CHECK(m.parts[1].totals.skipped == m.totals.scheduled - 15'000);
}

}  // namespace
}  // namespace ringlab
