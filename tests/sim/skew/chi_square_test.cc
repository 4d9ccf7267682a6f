#include "sim/skew/chi_square.h"

#include <catch2/catch.hpp>

#include "core/base/random.h"

namespace ringlab {
namespace {

TEST_CASE("the tails of a chi-square statistic are those of the tables") {
  // Critical values, 7 degrees of freedom: 14.067 at 5 %, 2.167 at 95 %.
  const ChiSquare far = ChiSquareOf(14.067, 7);
  REQUIRE(far.p_high == Approx(0.05).margin(1e-5));
  REQUIRE(far.p_two_tailed == Approx(0.10).margin(2e-5));
  const ChiSquare near = ChiSquareOf(2.167, 7);
  REQUIRE(near.p_low == Approx(0.05).margin(1e-4));
  REQUIRE(near.p_two_tailed == Approx(0.10).margin(2e-4));
  REQUIRE(ChiSquareOf(0, 1).p_high == 1);
}

TEST_CASE("counts are tested cell by cell") {
  const auto test = TestCounts({30, 14, 34, 45, 57, 20}, {0.2, 0.1, 0.2, 0.2, 0.2, 0.1});
  REQUIRE(test);
  // By hand, of 200: 10^2/40 + 6^2/20 + 6^2/40 + 5^2/40 + 17^2/40 + 0.
  REQUIRE(test->statistic == Approx(13.05));
  REQUIRE(test->cells == 6);
  REQUIRE(test->degrees == 5);
}

TEST_CASE("cells that expect too little are merged and what fits nowhere is not tested") {
  // 100 counts: 1 + 2 + 3 expected are one cell of 6, 94 stays.
  const auto merged = TestCounts({0, 94, 3, 3}, {0.01, 0.94, 0.02, 0.03});
  REQUIRE(merged);
  REQUIRE(merged->cells == 2);
  REQUIRE(merged->statistic == Approx(0));
  REQUIRE(!TestCounts({3, 3}, {0.5, 0.5}));
  REQUIRE(!TestCounts({0, 0}, {0.5, 0.5}));
  REQUIRE(!TestCounts({1000}, {1.0}));
  // What nothing was expected of counts with the next larger cell: 45^2 / 80 + 45^2 / 120.
  REQUIRE(TestCounts({50, 75, 75}, {0, 0.4, 0.6})->statistic == Approx(42.1875));
}

TEST_CASE("the chi-square of honest draws is neither small nor large and of rigged ones is") {
  Rng rng(7);
  std::vector<std::uint64_t> counts(8, 0);
  for (int i = 0; i < 80'000; ++i) ++counts[rng.Below(8)];
  const std::vector<double> even(8, 0.125);
  REQUIRE(TestCounts(counts, even)->p_two_tailed > 0.01);
  counts[0] += 800;
  REQUIRE(TestCounts(counts, even)->p_high < 1e-6);
  REQUIRE(TestCounts(std::vector<std::uint64_t>(8, 10'000), even)->p_low < 1e-6);
}

}  // namespace
}  // namespace ringlab
