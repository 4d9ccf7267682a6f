#include "results/hdr/layout.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "core/base/histogram.h"

namespace ringlab {
namespace {

TEST_CASE("our own layout is the histogram's of loadgen") {
  const HdrLayout layout = HdrLayout::OfRinglab();
  REQUIRE(layout.counters() == Histogram::kCountsLength);
  REQUIRE(layout.sub_buckets() == 2048);
  for (std::uint32_t i = 0; i < layout.counters(); ++i) {
    REQUIRE(layout.LowestAt(i) == Histogram::LowestAt(i));
    REQUIRE(layout.HighestAt(i) == Histogram::HighestAt(i));
  }
  REQUIRE(layout.IndexOf(123'456'789) == Histogram::IndexOf(123'456'789));
}

TEST_CASE("a layout that cannot be is refused with what would do") {
  const auto why = [](std::int64_t lowest, std::int64_t highest, int digits) {
    const auto layout = HdrLayout::Create(lowest, highest, digits);
    return layout ? "" : layout.error().message;
  };
  using Catch::Matchers::Contains;
  REQUIRE_THAT(why(1, 100, 0), Contains("0 significant digits; expected 1 to 5"));
  REQUIRE_THAT(why(1, 100, 6), Contains("6 significant digits"));
  REQUIRE_THAT(why(0, 100, 3), Contains("lowest value 0; expected 1 or more"));
  REQUIRE_THAT(why(INT64_MIN, INT64_MIN, 3), Contains("expected 1 or more"));
  REQUIRE_THAT(why(100, 199, 3), Contains("highest value 199; expected twice"));
  REQUIRE_THAT(why(std::int64_t{1} << 52, INT64_MAX, 3), Contains("too high for 3"));
  REQUIRE(why(std::int64_t{1} << 51, INT64_MAX, 3).empty());
  REQUIRE(why(1, 2, 1).empty());
}

TEST_CASE("the finest layout of all has the counters that are promised at most") {
  REQUIRE(HdrLayout::Create(1, INT64_MAX, 5)->counters() == HdrLayout::kCountersMax);
}

// Vectors of HdrHistogram's own tests: sizes of buckets in units of the lowest value.
TEST_CASE("a lowest value above 1 makes the steps wider") {
  const HdrLayout layout = *HdrLayout::Create(1000, 3'600'000'000, 3);
  const auto size = [&](std::int64_t value) {
    const std::uint32_t i = layout.IndexOf(value);
    return layout.HighestAt(i) - layout.LowestAt(i) + 1;
  };
  REQUIRE(size(1) == 512);
  REQUIRE(size(1'000'000) == 512);
  REQUIRE(size(2'500'000) == 2048);
  REQUIRE(size(10'000'000) == 8192);
}

TEST_CASE("every layout covers its values without a gap") {
  REQUIRE(rc::check("neighbours touch, and values find their counter", [] {
    const auto unit = *rc::gen::inRange(0, 40);
    const std::int64_t lowest = std::int64_t{1} << unit;
    const auto highest = *rc::gen::inRange<std::int64_t>(2 * lowest, INT64_MAX);
    const auto layout = HdrLayout::Create(lowest, highest, *rc::gen::inRange(1, 6));
    RC_PRE(layout.has_value());
    RC_ASSERT(layout->IndexOf(highest) < layout->counters());
    const auto i = *rc::gen::inRange<std::uint32_t>(0, layout->counters());
    RC_ASSERT(layout->IndexOf(layout->LowestAt(i)) == i);
    RC_ASSERT(layout->IndexOf(layout->HighestAt(i)) == i);
    RC_ASSERT(layout->MiddleAt(i) >= layout->LowestAt(i));
    RC_ASSERT(layout->MiddleAt(i) <= layout->HighestAt(i));
    if (i > 0) RC_ASSERT(layout->HighestAt(i - 1) + 1 == layout->LowestAt(i));
  }));
}

}  // namespace
}  // namespace ringlab
