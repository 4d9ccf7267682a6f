#include "loadgen/measure/time_series.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <vector>

#include "core/base/random.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Answer = TimeSeries::Answer;

std::uint16_t Bucket(std::int64_t ns) { return static_cast<std::uint16_t>(Histogram::IndexOf(ns)); }

TEST_CASE("intervals are whole seconds and never too many") {
  REQUIRE(TimeSeries::IntervalFor(milliseconds(1)) == seconds(1));
  REQUIRE(TimeSeries::IntervalFor(seconds(30)) == seconds(1));
  REQUIRE(TimeSeries::IntervalFor(seconds(3600)) == seconds(1));
  REQUIRE(TimeSeries::IntervalFor(seconds(3600) + Duration(1)) == seconds(2));
  const Duration most = std::chrono::hours(1000);
  REQUIRE(TimeSeries::IntervalFor(most) == seconds(1000));
  REQUIRE(TimeSeries(most, TimeSeries::IntervalFor(most)).size() == TimeSeries::kIntervalsMax);
}

TEST_CASE("a planned start has its interval") {
  const TimeSeries series(milliseconds(2500), seconds(1));
  REQUIRE(series.size() == 3);
  REQUIRE(series.At(Duration(0)) == 0);
  REQUIRE(series.At(milliseconds(999)) == 0);
  REQUIRE(series.At(seconds(1)) == 1);
  REQUIRE(series.At(milliseconds(2499)) == 2);
  REQUIRE(series.At(seconds(9)) == 2);  // and one that is none has the nearest
  REQUIRE(series.At(-seconds(9)) == 0);
  REQUIRE(TimeSeries().empty());
}

TEST_CASE("a percentile of the counters is the histogram's") {
  Rng rng(4);
  Histogram histogram;
  TimeSeries series(seconds(1), seconds(1));
  std::vector<Answer> answers;
  for (int i = 0; i < 10'000; ++i) {
    const auto ns = static_cast<std::int64_t>(rng.Exponential() * 4e5);
    histogram.Record(ns);
    answers.push_back({.response = Bucket(ns), .service = Bucket(ns / 2)});
  }
  series.Add(answers);
  for (const double percentile : {0.01, 50.0, 90.0, 99.0, 99.99, 100.0}) {
    REQUIRE(ValueAtPercentile(series.response(0), percentile, histogram.max()) ==
            histogram.ValueAtPercentile(percentile));
  }
  REQUIRE(ValueAtPercentile(series.service(0), 50, INT64_MAX) <=
          histogram.ValueAtPercentile(50) / 2 + 256);
  REQUIRE(ValueAtPercentile({}, 50, 7) == 0);
}

TEST_CASE("answers land in their interval and operation however they are handed in") {
  REQUIRE(rc::check("one list, many lists, one by one, merged series", [] {
    const auto answers = *rc::gen::container<std::vector<Answer>>(rc::gen::map(
        rc::gen::tuple(rc::gen::inRange<std::uint16_t>(0, 4), rc::gen::inRange<std::uint16_t>(0, 3),
                       rc::gen::inRange<std::uint16_t>(0, 9),
                       rc::gen::inRange<std::uint16_t>(0, 9)),
        [](const auto& t) {
          return Answer{std::get<0>(t), std::get<1>(t), std::get<2>(t), std::get<3>(t)};
        }));
    const auto make = [] { return TimeSeries(seconds(4), seconds(1)); };
    TimeSeries whole = make();
    std::vector<Answer> all = answers;
    whole.Add(all);

    TimeSeries by_one = make();
    TimeSeries parts[] = {make(), make()};
    for (std::size_t i = 0; i < answers.size(); ++i) {
      by_one.AddMany(answers[i], 1);
      std::vector<Answer> one{answers[i]};
      parts[i % 2].Add(one);
    }
    TimeSeries merged;  // takes the others' shape
    for (const TimeSeries& part : parts) merged.Merge(part);

    for (std::size_t at = 0; at < 4; ++at) {
      std::uint64_t expected = 0;
      for (const Answer& answer : answers) expected += answer.interval == at ? 1 : 0;
      RC_ASSERT(CountOf(whole.response(at)) == expected);
      for (const TimeSeries* other : {&by_one, &merged}) {
        RC_ASSERT(other->service(at) == whole.service(at));
        for (const Operation operation : {Operation::kGet, Operation::kSet, Operation::kRemove}) {
          RC_ASSERT(other->response(at, operation) == whole.response(at, operation));
        }
      }
    }
  }));
}

TEST_CASE("counters far apart and large counts are kept whole") {
  TimeSeries series(seconds(1), seconds(1));
  const auto last = static_cast<std::uint16_t>(Histogram::kCountsLength - 1);
  for (const std::uint16_t bucket :
       {std::uint16_t{0}, std::uint16_t{127}, std::uint16_t{128}, std::uint16_t{20'000}, last}) {
    for (int i = 0; i < 3; ++i) {
      series.AddMany({.operation = 1, .response = bucket, .service = last}, 4'000'000'000);
    }
  }
  const BucketCounts set = series.response(0, Operation::kSet);
  REQUIRE(set.size() == 5);
  for (const BucketCount& each : set) REQUIRE(each.count == 12'000'000'000);
  REQUIRE(set[3].index == 20'000);
  REQUIRE(set[4].index == last);
  REQUIRE(series.service(0) == BucketCounts{{.index = last, .count = 60'000'000'000}});
  REQUIRE(series.response(0, Operation::kGet).empty());
}

TEST_CASE("counts of merged series add up and the highest stays") {
  TimeSeries a(seconds(2), seconds(1));
  a.counts(1) = {.scheduled = 5, .sent = 4, .skipped = 1, .late = 2, .ok = 3, .response_max = 70};
  a.counts(1).levels[2] = 3;
  TimeSeries b = a;
  b.counts(1).response_max = 90;
  a.Merge(b);
  a.Merge(TimeSeries());
  REQUIRE(a.counts(0) == TimeSeries::Counts());
  REQUIRE(a.counts(1).scheduled == 10);
  REQUIRE(a.counts(1).late == 4);
  REQUIRE(a.counts(1).levels[2] == 6);
  REQUIRE(a.counts(1).response_max == 90);
}

}  // namespace
}  // namespace ringlab
