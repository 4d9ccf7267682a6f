// --until: what it accepts, and that a driver ends where it is told to.
#include "loadgen/judge/until.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "tests/loadgen/measure/driver_world.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("a width names a percentile, how near it must be known, and a bound") {
  const auto until = ParseUntil("p99+-5%");
  REQUIRE(until.has_value());
  REQUIRE(until->percentile.value == 99);
  REQUIRE(until->share == Approx(0.05));
  REQUIRE(until->at_most == Duration::zero());
  const auto bounded = ParseUntil("p99.9+-2.5%,max=5m");
  REQUIRE(bounded.has_value());
  REQUIRE(bounded->percentile.key == "p999");
  REQUIRE(bounded->share == Approx(0.025));
  REQUIRE(bounded->at_most == minutes(5));
  REQUIRE(bounded->text == "p99.9+-2.5%");
}

TEST_CASE("other texts are refused with what is accepted") {
  for (const char* text : {"",
                           "p99",
                           "99+-5%",
                           "p99+-5",
                           "p99+-0%",
                           "p99+-60%",
                           "p99+-",
                           "+-5%",
                           "p+-5%",
                           "p100+-5%",
                           "p99+-5%,",
                           "p99+-5%,max",
                           "p99+-5%,max=",
                           "p99+-5%,max=0s",
                           "p99+-5%,5m",
                           "p99+-5%,max=5",
                           "p50,99+-5%",
                           "mean+-5%",
                           "p99+-nan%",
                           "p99+-5%,max=-1s"}) {
    INFO(text);
    const auto until = ParseUntil(text);
    REQUIRE_FALSE(until.has_value());
    REQUIRE_THAT(until.error().message, Catch::Contains(std::string("\"") + text + "\""));
    REQUIRE_THAT(until.error().message, Catch::Contains("such as p99+-5%"));
  }
}

TEST_CASE("the longer a run the narrower the interval, until it is narrow enough") {
  Rng rng(1);
  TimeSeries series(seconds(60), seconds(1));
  std::vector<TimeSeries::Answer> answers;
  for (std::uint16_t s = 0; s < 60; ++s) {
    for (int i = 0; i < 500; ++i) {
      const auto ns = static_cast<std::int64_t>(1e6 * rng.Exponential());
      answers.push_back(
          {.interval = s, .response = static_cast<std::uint16_t>(Histogram::IndexOf(ns))});
    }
  }
  series.Add(answers);
  const Until until = *ParseUntil("p99+-5%");
  REQUIRE_FALSE(HalfWidthOf(until, series, 4).has_value());
  const double early = *HalfWidthOf(until, series, 8);
  const double late = *HalfWidthOf(until, series, 60);
  REQUIRE(early > 0.05);
  REQUIRE(late < 0.05);
  REQUIRE(*HalfWidthOf(until, series, 1000) == late);
}

TEST_CASE("a driver that is told an end sends what is planned until then, and waits for it") {
  World world;
  Driver driver = world.MakeDriver();
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceBy(milliseconds(3500));
  driver.EndAt(seconds(5));
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 1);
  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.ok == world.PlannedBetween(Duration::zero(), seconds(5)));
  // The next phase goes on behind it.
  world.Start(driver, seconds(8), seconds(10));
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(driver.measurements().totals.ok == world.PlannedBetween(seconds(8), seconds(10)));
}

}  // namespace
}  // namespace ringlab
