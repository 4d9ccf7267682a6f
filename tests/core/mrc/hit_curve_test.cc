#include "core/mrc/hit_curve.h"

#include <catch2/catch.hpp>

#include "core/mrc/distance_counts.h"

namespace ringlab {
namespace {

TEST_CASE("the memory for a hit ratio lies between two points of the curve") {
  const HitCurve curve{.bytes = {100, 400, 1600}, .hit_ratio = {0.5, 0.8, 0.9}};
  CHECK(MemoryFor(curve, 0.8) == 400);
  CHECK(MemoryFor(curve, 0.85) == 800);  // half of the way by the logarithm
  CHECK(MemoryFor(curve, 0.4) == 100);   // at most: the curve begins there
  CHECK(MemoryFor(curve, 0.5) == 100);
  CHECK_FALSE(MemoryFor(curve, 0.95));
  CHECK_FALSE(MemoryFor({}, 0.5));
}

TEST_CASE("a curve that is not monotone is read where it first gets there") {
  const HitCurve curve{.bytes = {100, 200, 300, 400}, .hit_ratio = {0.5, 0.91, 0.89, 0.95}};
  const auto bytes = MemoryFor(curve, 0.9);
  REQUIRE(bytes);
  CHECK(*bytes > 190);
  CHECK(*bytes < 200);
}

TEST_CASE("sizes are evenly spaced by their logarithms") {
  CHECK(SizesBetween(1, 1000, 4) == std::vector<std::uint64_t>{1, 10, 100, 1000});
  CHECK(SizesBetween(1, 3, 9) == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(SizesBetween(5, 5, 3) == std::vector<std::uint64_t>{5});
}

TEST_CASE("distances are counted exactly where they are small, and within 3 % elsewhere") {
  DistanceCounts counts;
  for (std::uint64_t d = 1; d <= 10'000; ++d) counts.Add(d, 2);
  CHECK(counts.Beyond(0) == Approx(20'000));
  CHECK(counts.Beyond(1) == Approx(19'998));
  CHECK(counts.Beyond(40) == Approx(19'920));
  for (std::uint64_t d = 100; d <= 10'000; d += 333) {
    // Of the last bucket only a part was filled.
    CHECK(counts.Beyond(d) == Approx(2.0 * static_cast<double>(10'000 - d)).margin(200));
  }
  CHECK(counts.Beyond(20'000) == 0);
  counts.Add(~std::uint64_t{0}, 1);  // as the largest
  CHECK(counts.Beyond(20'000) == 1);
  CHECK(counts.Beyond(~std::uint64_t{0}) == Approx(0).margin(1e-9));
  counts.Clear();
  CHECK(counts.Beyond(0) == 0);
}

}  // namespace
}  // namespace ringlab
