// The series of a run from the driver to its JSON.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <numeric>

#include "loadgen/report/report.h"
#include "loadgen/report/series_json.h"
#include "tests/loadgen/measure/driver_world.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::uint64_t SumOf(const Json& column) {
  return std::accumulate(
      column.begin(), column.end(), std::uint64_t{0},
      [](std::uint64_t sum, const Json& n) { return sum + n.get<std::uint64_t>(); });
}

TEST_CASE("requests are in the second in which they were planned whenever they are answered") {
  // From 3 s to 5 s every answer waits until 5 s: a stall.
  World world;
  const TimePoint stall = world.scheduler.Now() + seconds(3);
  ScriptedTransport transport(world.scheduler, [&](const auto& call, GetCallback done) {
    const TimePoint now = world.scheduler.Now();
    const bool stalls = now >= stall && now < stall + seconds(2);
    world.AnswerAt(stalls ? stall + seconds(2) : now + milliseconds(1), Right(call.key),
                   std::move(done));
  });
  Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, world.scheduler,
                transport);
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceBy(seconds(20));
  REQUIRE(world.ends == 1);
  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.series.size() == 10);
  for (std::size_t at = 0; at < 10; ++at) {
    INFO(at);
    const auto begin = seconds(static_cast<std::int64_t>(at));
    const TimeSeries::Counts& counts = m.series.counts(at);
    REQUIRE(counts.scheduled == world.PlannedBetween(begin, begin + seconds(1)));
    REQUIRE(counts.ok == counts.scheduled);
    // The first who came during the stall waited for all of it.
    const auto expected = at == 3   ? milliseconds(1999)
                          : at == 4 ? milliseconds(999)
                                    : milliseconds(1);
    REQUIRE(counts.response_max <= (expected + milliseconds(2)).count() * 1'000'000);
    REQUIRE(counts.response_max >= (expected - milliseconds(10)).count() * 1'000'000);
  }
}

TEST_CASE("late sendings and skipped ones are in their second") {
  World world([](const auto&, GetCallback) {});  // nobody answers
  world.options.in_flight_max = 3000;
  Driver driver = world.MakeDriver();
  world.scheduler.AdvanceBy(milliseconds(1));
  driver.Run({.start = world.scheduler.Now() - seconds(1),  // the first second is gone already
              .begin = Duration::zero(),
              .end = seconds(3),
              .interval = seconds(1)},
             [&] { ++world.ends; });
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 1);
  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.series.counts(0).late <= m.series.counts(0).sent);
  REQUIRE(m.series.counts(0).late + 20 > m.series.counts(0).sent);  // of the last millisecond
  REQUIRE(m.series.counts(1).late == 0);
  REQUIRE(m.series.counts(0).skipped == 0);
  REQUIRE(m.series.counts(2).sent == 0);
  REQUIRE(m.series.counts(2).skipped == m.series.counts(2).scheduled);
  REQUIRE(m.series.counts(0).failed == m.series.counts(0).sent);  // given up
}

TEST_CASE("answers that are taken away are in the taker's series alone") {
  World world;
  Driver driver = world.MakeDriver();
  world.Start(driver, Duration::zero(), seconds(10));
  TimeSeries taken(seconds(10), seconds(1));
  std::vector<TimeSeries::Answer> answers;
  for (int i = 0; i < 30; ++i) {
    world.scheduler.AdvanceBy(milliseconds(400));
    driver.TakeAnswers(answers);
    taken.Add(answers);
  }
  Measurements m = driver.measurements();
  REQUIRE(CountOf(taken.response(3)) > 0);
  REQUIRE(CountOf(m.series.response(3)) == 0);
  REQUIRE_THAT(CheckIdentities(m), Contains("interval 0: responses 0 is not"));
  m.series.Merge(taken);
  RequireWhole(m);
}

TEST_CASE("a phase without intervals keeps no series") {
  World world;
  Driver driver = world.MakeDriver();
  driver.Run({.start = world.scheduler.Now(), .begin = {}, .end = seconds(2)}, [] {});
  world.scheduler.AdvanceBy(seconds(9));
  REQUIRE(driver.measurements().series.empty());
  REQUIRE(CheckIdentities(driver.measurements()).empty());
}

TEST_CASE("the check of the series names what does not add up") {
  const auto complaint = [](auto spoil) {
    RunResult run = MixedSample();
    REQUIRE(CheckSeries(run.measured).empty());
    spoil(run.measured);
    return CheckSeries(run.measured);
  };
  REQUIRE_THAT(complaint([](auto& m) { m.ranks.Count(3); }),
               Contains("requests by rank 99991 is not 99990"));
  REQUIRE_THAT(complaint([](auto& m) { ++m.series.counts(2).ok; }),
               Contains("interval 2: ok + not_found + failed"));
  REQUIRE_THAT(complaint([](auto& m) { ++m.series.counts(2).skipped; }),
               Contains("interval 2: sent + skipped"));
  REQUIRE_THAT(complaint([](auto& m) { m.series.counts(2).late = 100'000; }), Contains("late"));
  REQUIRE_THAT(complaint([](auto& m) { m.series.AddMany({.interval = 9}, 2); }),
               Contains("interval 9: responses 9992 is not 9990"));
  REQUIRE_THAT(complaint([](auto& m) { ++m.totals.skipped, ++m.totals.scheduled; }),
               Contains("series' scheduled 100000 is not 100001"));
  REQUIRE_THAT(complaint([](auto& m) { ++m.totals.ok, --m.totals.not_found; }),
               Contains("series' ok 97900 is not 97901"));
  REQUIRE_THAT(complaint([](auto& m) { ++m.series.counts(0).levels[1]; }), Contains("a level"));
  REQUIRE_THAT(complaint([](auto& m) { std::swap(m.operations[0], m.operations[1]); }),
               Contains("responses of an operation"));
}

TEST_CASE("the series of the JSON report add up to its totals") {
  const Json json = ToJson(MixedSample());
  const Json& series = json["series"];
  REQUIRE(series["interval_s"] == 1.0);
  REQUIRE(series["at_s"] == Json{0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0});
  for (const char* name : {"scheduled", "sent", "ok", "not_found", "skipped"}) {
    INFO(name);
    REQUIRE(SumOf(series[name]) == json["totals"][name]);
  }
  REQUIRE(SumOf(series["failed"]) == json["totals"]["errors"].get<std::uint64_t>() +
                                         json["totals"]["timeouts"].get<std::uint64_t>());
  for (const auto& [name, column] : series["levels"].items()) {
    INFO(name);
    REQUIRE(SumOf(column) == json["levels"][name]["keys"]);
  }
  REQUIRE(series["levels"].size() == 3);
  const Json& heat = series["heat"];
  REQUIRE(heat["counts"].size() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    REQUIRE(heat["counts"][i].size() + 1 == heat["bounds_ns"].size());
    REQUIRE(SumOf(heat["counts"][i]) ==
            series["ok"][i].get<std::uint64_t>() + series["not_found"][i].get<std::uint64_t>());
    REQUIRE(series["response_p50_ns"][i] <= series["response_p99_ns"][i]);
    REQUIRE(series["response_p99_ns"][i] <= series["response_max_ns"][i]);
  }
  REQUIRE(std::is_sorted(heat["bounds_ns"].begin(), heat["bounds_ns"].end()));
  REQUIRE(heat["bounds_ns"].front() <= json["latency_ns"]["response"]["min"]);
  REQUIRE(heat["bounds_ns"].back() > json["latency_ns"]["response"]["max"]);
}

TEST_CASE("what an interval cannot support is null") {
  TimeSeries series(seconds(3), seconds(1));
  series.AddMany({.interval = 1, .response = 100, .service = 90}, 50);
  series.counts(1) = {.scheduled = 50, .sent = 50, .ok = 50, .response_max = 100};
  const Json json = SeriesJson(series);
  REQUIRE(json["response_p50_ns"] == Json{nullptr, 100, nullptr});
  REQUIRE(json["response_p90_ns"] == Json{nullptr, 100, nullptr});
  REQUIRE(json["response_p99_ns"] == Json{nullptr, nullptr, nullptr});
  REQUIRE(json["response_max_ns"] == Json{nullptr, 100, nullptr});
  REQUIRE(json["service_p50_ns"] == Json{nullptr, 90, nullptr});
  REQUIRE(json["levels"].empty());
  REQUIRE(json["heat"]["bounds_ns"] == Json{96, 112});
  REQUIRE(json["heat"]["counts"] == Json{{0}, {50}, {0}});
}

TEST_CASE("the intervals of a run that was cut short are those that were measured") {
  TimeSeries series(milliseconds(9'500), seconds(1));
  REQUIRE(series.LengthOf(8) == seconds(1));
  REQUIRE(series.LengthOf(9) == milliseconds(500));
  series.Cut(seconds(60));  // longer than it was: nothing to cut
  REQUIRE(series.size() == 10);
  series.counts(2).scheduled = 7;
  series.Cut(milliseconds(2'300));
  const Json json = SeriesJson(series);
  REQUIRE(json["at_s"] == Json{0.0, 1.0, 2.0});
  REQUIRE(json["length_s"].size() == 3);
  REQUIRE(json["length_s"][1] == 1.0);
  REQUIRE(json["length_s"][2] == Approx(0.3));
  REQUIRE(json["scheduled"] == Json{0, 0, 7});
}

}  // namespace
}  // namespace ringlab
