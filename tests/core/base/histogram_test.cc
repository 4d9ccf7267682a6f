#include "core/base/histogram.h"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/random.h"

namespace ringlab {
namespace {

// What a percentile means, on the values themselves.
std::int64_t NearestRank(const std::vector<std::int64_t>& sorted, double percentile) {
  const double rank = std::ceil(percentile * static_cast<double>(sorted.size()) / 100 - 1e-9);
  return sorted.at(static_cast<std::size_t>(std::max(1.0, rank)) - 1);
}

std::int64_t Lowest(std::int64_t value) { return Histogram::LowestAt(Histogram::IndexOf(value)); }
std::int64_t Highest(std::int64_t value) { return Histogram::HighestAt(Histogram::IndexOf(value)); }

TEST_CASE("buckets are those of HdrHistogram") {
  // Vectors of the HdrHistogram family's own tests at three digits: sizes, then equivalent values.
  const auto size = [](std::int64_t value) { return Highest(value) - Lowest(value) + 1; };
  REQUIRE(size(1) == 1);
  REQUIRE(size(1025) == 1);
  REQUIRE(size(2047) == 1);
  REQUIRE(size(2048) == 2);
  REQUIRE(size(2500) == 2);
  REQUIRE(size(8191) == 4);
  REQUIRE(size(8192) == 8);
  REQUIRE(size(10'000) == 8);
  REQUIRE(Lowest(10'007) == 10'000);
  REQUIRE(Lowest(10'009) == 10'008);
  REQUIRE(Highest(8180) == 8183);
  REQUIRE(Highest(8191) == 8191);
  REQUIRE(Highest(8193) == 8199);
  REQUIRE(Highest(9995) == 9999);
  REQUIRE(Highest(10'007) == 10'007);
  REQUIRE(Highest(10'008) == 10'015);
}

TEST_CASE("every counter holds one unbroken range") {
  std::int64_t next = 0;
  for (std::size_t i = 0; i < Histogram::kCountsLength; ++i) {
    REQUIRE(Histogram::LowestAt(i) == next);
    const std::int64_t highest = Histogram::HighestAt(i);
    REQUIRE(highest >= next);
    REQUIRE(Histogram::IndexOf(next) == i);
    REQUIRE(Histogram::IndexOf(highest) == i);
    next = highest + 1;
  }
  REQUIRE(next > Histogram::kHighestTrackable);
  // Not one doubling more than needed: the counts array has HdrHistogram's length.
  REQUIRE(Histogram::LowestAt(Histogram::kCountsLength - 1024) <= Histogram::kHighestTrackable);
}

TEST_CASE("the classic raw data set has its percentiles") {
  // HdrHistogram's test data: ten thousand fast responses and one stall.
  Histogram histogram;
  histogram.RecordMany(1000, 10'000);
  histogram.Record(100'000'000);
  REQUIRE(histogram.count() == 10'001);
  REQUIRE(histogram.ValueAtPercentile(30) == 1000);
  REQUIRE(histogram.ValueAtPercentile(99) == 1000);
  REQUIRE(histogram.ValueAtPercentile(99.99) == 1000);
  REQUIRE(histogram.ValueAtPercentile(99.999) == 100'000'000);
  REQUIRE(histogram.ValueAtPercentile(100) == 100'000'000);
  REQUIRE(histogram.min() == 1000);
  REQUIRE(histogram.max() == 100'000'000);
  const double mean = (1000.0 * 10'000 + 100'000'000) / 10'001;
  REQUIRE(histogram.mean() == Approx(mean).epsilon(1e-12));
  const double variance = (10'000 * std::pow(1000 - mean, 2) + std::pow(1e8 - mean, 2)) / 10'001;
  REQUIRE(histogram.stddev() == Approx(std::sqrt(variance)).epsilon(1e-3));
}

TEST_CASE("percentiles stay within a thousandth of the values") {
  const auto holds = [] {
    Rng rng(*rc::gen::arbitrary<std::uint64_t>());
    const auto size = *rc::gen::inRange<std::size_t>(1, 3000);
    Histogram histogram;
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < size; ++i) {
      // Log-uniform over the whole range: every bucket width takes part.
      values.push_back(static_cast<std::int64_t>(std::exp(rng.Uniform() * std::log(6e10))));
      histogram.Record(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const double p : {0.0, 0.1, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
      const std::int64_t exact = NearestRank(values, p);
      const std::int64_t got = histogram.ValueAtPercentile(p);
      RC_ASSERT(got >= exact);
      RC_ASSERT(static_cast<double>(got - exact) <= 1e-3 * static_cast<double>(exact));
    }
    RC_ASSERT(histogram.min() == values.front());
    RC_ASSERT(histogram.max() == values.back());
    RC_ASSERT(histogram.clamped() == 0u);
  };
  REQUIRE(rc::check("histogram against a sorted vector", holds));
}

TEST_CASE("merging is recording everything in one") {
  REQUIRE(rc::check("merge equals concatenation", [] {
    constexpr std::int64_t kTop = Histogram::kHighestTrackable;
    // Both ends and beyond them as often as what lies between.
    const auto values = rc::gen::container<std::vector<std::int64_t>>(rc::gen::oneOf(
        rc::gen::inRange<std::int64_t>(-5, 5), rc::gen::inRange<std::int64_t>(0, kTop),
        rc::gen::inRange<std::int64_t>(kTop - 5, kTop + 5)));
    const auto a = *values;
    const auto b = *values;
    Histogram one;
    Histogram two;
    Histogram all;
    for (const std::int64_t v : a) one.Record(v), all.Record(v);
    for (const std::int64_t v : b) two.Record(v), all.Record(v);
    one.Merge(two);
    RC_ASSERT(one == all);
  }));
}

TEST_CASE("buckets add up to the count") {
  Histogram histogram;
  Rng rng(6);
  for (int i = 0; i < 10'000; ++i) {
    histogram.Record(static_cast<std::int64_t>(rng.Below(5'000'000)));
  }
  std::uint64_t count = 0;
  std::int64_t last = -1;
  histogram.ForEachBucket([&](std::int64_t lowest, std::int64_t highest, std::uint64_t c) {
    REQUIRE(lowest > last);
    REQUIRE(c == histogram.CountAt(Histogram::IndexOf(highest)));
    last = highest;
    count += c;
  });
  REQUIRE(count == histogram.count());
}

TEST_CASE("values out of range are clamped and counted") {
  Histogram histogram;
  histogram.Record(-1);
  histogram.Record(0);
  histogram.Record(Histogram::kHighestTrackable);
  REQUIRE(histogram.clamped() == 1);
  histogram.RecordMany(Histogram::kHighestTrackable + 1, 3);
  histogram.Record(std::numeric_limits<std::int64_t>::max());
  REQUIRE(histogram.clamped() == 5);
  REQUIRE(histogram.count() == 7);
  REQUIRE(histogram.min() == 0);
  REQUIRE(histogram.max() == Histogram::kHighestTrackable);
  REQUIRE(histogram.ValueAtPercentile(99) == Histogram::kHighestTrackable);
}

TEST_CASE("an empty and a reset histogram say nothing") {
  Histogram histogram;
  histogram.RecordMany(5, 0);
  REQUIRE(histogram == Histogram());
  histogram.Record(123);
  histogram.Record(-7);
  histogram.Reset();
  REQUIRE(histogram == Histogram());
  REQUIRE(histogram.count() == 0);
  REQUIRE(histogram.ValueAtPercentile(50) == 0);
  REQUIRE(histogram.min() == 0);
  REQUIRE(histogram.max() == 0);
  REQUIRE(histogram.mean() == 0);
  REQUIRE(histogram.stddev() == 0);
}

TEST_CASE("one value is every percentile") {
  Histogram histogram;
  histogram.RecordMany(123'456'789, 1000);
  for (const double p : {-1.0, 0.0, 50.0, 99.9, 100.0, 200.0}) {
    REQUIRE(histogram.ValueAtPercentile(p) == 123'456'789);
  }
  REQUIRE(histogram.mean() == 123'456'789);
  REQUIRE(histogram.stddev() == 0);
}

TEST_CASE("percentile ranks are not pushed up by rounding") {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.Record(i);
  REQUIRE(histogram.ValueAtPercentile(99.9) == 999);
  REQUIRE(histogram.ValueAtPercentile(99) == 990);
  REQUIRE(histogram.ValueAtPercentile(50) == 500);
  REQUIRE(histogram.ValueAtPercentile(0.1) == 1);
  // 99.9 * 41,000 / 100 is 40,959 but comes out a hair above it in doubles.
  histogram.Reset();
  histogram.RecordMany(10, 40'959);
  histogram.RecordMany(20, 41);
  REQUIRE(histogram.ValueAtPercentile(99.9) == 10);
}

TEST_CASE("sums of many long values do not overflow") {
  Histogram histogram;
  histogram.RecordMany(Histogram::kHighestTrackable, 1'000'000'000'000);
  REQUIRE(histogram.mean() == 6e10);
}

TEST_CASE("a percentile needs its number of samples") {
  struct Row {
    double percentile;
    std::uint64_t needed;
  };
  for (const Row& row :
       {Row{50, 7}, Row{90, 44}, Row{99, 459}, Row{99.9, 4603}, Row{99.99, 46050}}) {
    CAPTURE(row.percentile);
    REQUIRE(SupportsPercentile(row.needed, row.percentile));
    REQUIRE_FALSE(SupportsPercentile(row.needed - 1, row.percentile));
  }
  REQUIRE(SupportsPercentile(1, 100));
  REQUIRE_FALSE(SupportsPercentile(0, 100));
  REQUIRE_FALSE(SupportsPercentile(1'000'000, std::nan("")));
}

}  // namespace
}  // namespace ringlab
