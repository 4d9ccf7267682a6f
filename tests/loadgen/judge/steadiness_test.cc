// Intervals of a run's percentiles, and from when on it was steady: over whole series.
#include "loadgen/judge/steadiness.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <vector>

#include "core/base/histogram.h"
#include "core/base/random.h"
#include "loadgen/judge/intervals.h"

namespace ringlab {
namespace {

using std::chrono::seconds;

// So many answers a second, with the response times that `draw` gives for their second.
TimeSeries SeriesOf(std::size_t length_s, std::size_t rate,
                    const std::function<double(std::size_t)>& draw) {
  TimeSeries series(seconds(length_s), seconds(1));
  std::vector<TimeSeries::Answer> answers;
  for (std::size_t s = 0; s < length_s; ++s) {
    for (std::size_t i = 0; i < rate; ++i) {
      const auto bucket =
          static_cast<std::uint16_t>(Histogram::IndexOf(static_cast<std::int64_t>(draw(s))));
      answers.push_back(
          {.interval = static_cast<std::uint16_t>(s), .response = bucket, .service = bucket});
    }
  }
  series.Add(answers);
  return series;
}

std::vector<PercentileInterval> IntervalsOfAll(const TimeSeries& series,
                                               const char* percentiles = "50,99") {
  return IntervalsOf(ResponseBatches(series, 0, series.size()), Histogram::kHighestTrackable,
                     *ParsePercentiles(percentiles));
}

TEST_CASE("independent answers are worth nearly what they are, and the truth lies between") {
  Rng rng(1);
  const TimeSeries series =
      SeriesOf(30, 1000, [&](std::size_t) { return 1e6 * rng.Exponential(); });
  const auto intervals = IntervalsOfAll(series);
  REQUIRE(intervals.size() == 2);
  for (const PercentileInterval& interval : intervals) {
    INFO(interval.percentile.key << ": worth " << interval.effective);
    const double truth = -1e6 * std::log1p(-interval.percentile.value / 100);
    CHECK(static_cast<double>(*interval.low) <= truth);
    CHECK(static_cast<double>(*interval.high) * 1.001 >= truth);
    CHECK(interval.effective > 10'000);
    CHECK(interval.effective <= 30'000);
    // Of 30,000 independent ones the median of this law is known to 1.1 % either way.
    CHECK(static_cast<double>(*interval.high - *interval.low) < 0.15 * truth);
  }
}

TEST_CASE("answers that are slow together are worth less") {
  Rng rng(2);
  double load = 1;
  std::size_t last = 0;
  const TimeSeries series = SeriesOf(30, 1000, [&](std::size_t s) {
    if (s != last) load = 0.7 + 0.6 * rng.Uniform();
    last = s;
    return load * 1e6 * rng.Exponential();
  });
  for (const PercentileInterval& interval : IntervalsOfAll(series)) {
    INFO(interval.percentile.key << ": worth " << interval.effective);
    CHECK(interval.effective < 10'000);
  }
}

TEST_CASE("a percentile that few answers bound on one side has no upper end") {
  Rng rng(3);
  const TimeSeries series = SeriesOf(10, 47, [&](std::size_t) { return 1e6 * rng.Exponential(); });
  const auto intervals = IntervalsOfAll(series);  // 470 answers tell a p99 just so
  REQUIRE(intervals.size() == 2);
  REQUIRE(intervals[0].high.has_value());
  if (intervals[1].effective < 366) REQUIRE_FALSE(intervals[1].high.has_value());
  REQUIRE(intervals[1].low.has_value());

  const TimeSeries beyond = SeriesOf(10, 100, [](std::size_t) { return 60e9; });
  REQUIRE_FALSE(IntervalsOfAll(beyond).front().high.has_value());
}

TEST_CASE("answers that are all alike have an interval without width, and few seconds none") {
  const auto intervals = IntervalsOfAll(SeriesOf(10, 100, [](std::size_t) { return 1e6; }), "50");
  REQUIRE(intervals.front().low == intervals.front().high);
  REQUIRE(intervals.front().effective == 1000);
  REQUIRE(IntervalsOfAll(SeriesOf(4, 1000, [](std::size_t) { return 1e6; })).empty());
  REQUIRE(IntervalsOfAll(TimeSeries()).empty());
}

// Readings a second apart whose hit ratio rises from second to second as `ratio` says.
std::vector<NodeReading> ReadingsOf(std::size_t n,
                                    const std::function<double(std::size_t)>& ratio) {
  std::vector<NodeReading> readings(1);
  for (std::size_t i = 0; i < n; ++i) {
    NodeReading next = readings.back();
    next.at += seconds(1);
    next.gets += 10'000;
    next.hits += static_cast<std::uint64_t>(10'000 * ratio(i));
    readings.push_back(next);
  }
  return readings;
}

TEST_CASE("a steady run is so from its start") {
  Rng rng(4);
  const TimeSeries series = SeriesOf(30, 200, [&](std::size_t) { return 1e6 * rng.Exponential(); });
  const auto steady = MeasureSteadiness(
      series, ReadingsOf(30, [&](std::size_t) { return 0.9 + 0.01 * rng.Uniform(); }));
  REQUIRE(steady.has_value());
  REQUIRE(steady->from() == Duration::zero());
  REQUIRE(WarningsOf(*steady, seconds(5)).empty());
  REQUIRE_FALSE(MeasureSteadiness(SeriesOf(19, 10, [](std::size_t) { return 1e6; }), {}));
  REQUIRE_FALSE(MeasureSteadiness({}, {}));
}

TEST_CASE("a warm-up that was too short is cut, and the warning says how long it should be") {
  Rng rng(5);
  const TimeSeries series = SeriesOf(40, 200, [&](std::size_t s) {
    return (s < 10 ? 5e6 - 4e5 * static_cast<double>(s) : 1e6) * rng.Exponential();
  });
  const auto steady = MeasureSteadiness(series, {});
  REQUIRE(steady->from() == seconds(10));
  REQUIRE(steady->settled);
  REQUIRE_FALSE(steady->hit_ratio_from.has_value());
  REQUIRE(steady->response_before_ns > 2 * steady->response_after_ns);
  const auto warnings = WarningsOf(*steady, seconds(5));
  REQUIRE(warnings.size() == 1);
  REQUIRE_THAT(warnings.front(), Catch::Contains("raise --warmup to 15 s"));
}

TEST_CASE("a hit ratio that still rises is told") {
  const TimeSeries series = SeriesOf(30, 10, [](std::size_t) { return 1e6; });
  Rng rng(6);
  const auto rising =
      MeasureSteadiness(series, ReadingsOf(30, [&](std::size_t i) {
                          return 0.70 + 0.005 * static_cast<double>(i) + 0.005 * rng.Uniform();
                        }));
  REQUIRE(rising->rise.has_value());
  REQUIRE(rising->rise->from == Approx(0.7025).margin(0.01));
  REQUIRE(rising->rise->to == Approx(0.8475).margin(0.01));
  REQUIRE_THAT(WarningsOf(*rising, {}).back(), Catch::StartsWith("the hit ratio still rose"));
  // By less than a point: who cares?
  const auto hardly = MeasureSteadiness(
      series, ReadingsOf(30, [&](std::size_t i) { return 0.7 + 0.0002 * static_cast<double>(i); }));
  REQUIRE_FALSE(hardly->rise.has_value());
}

}  // namespace
}  // namespace ringlab
