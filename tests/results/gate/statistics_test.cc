#include "results/gate/statistics.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "core/base/random.h"

namespace ringlab {
namespace {

std::vector<double> Normal(std::size_t n, double mean, double sd, Rng& rng) {
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;  // of twelve uniforms: variance 1, and no library's idea of a normal
    for (int k = 0; k < 12; ++k) sum += rng.Uniform();
    values.push_back(mean + sd * (sum - 6));
  }
  return values;
}

TEST_CASE("the trimmed mean leaves out a fifth at either end") {
  REQUIRE(TrimmedMean({}) == 0);
  REQUIRE(TrimmedMean({7}) == 7);
  REQUIRE(TrimmedMean({1, 2, 3, 4}) == 2.5);          // a fifth of four is none
  REQUIRE(TrimmedMean({1000, 2, 3, 4, -1000}) == 3);  // one at either end
  REQUIRE(TrimmedMean({9, 1, 1, 1, 2, 3, 9, 9, 9, 1}) == Approx(25.0 / 6));
}

TEST_CASE("hodges and lehmann's estimate is the median of means of two") {
  REQUIRE(HodgesLehmann(std::vector<double>{}) == 0);
  REQUIRE(HodgesLehmann(std::vector<double>{4}) == 4);
  // Means of two of 1 2 10: 1 1.5 5.5 2 6 10.
  REQUIRE(HodgesLehmann(std::vector<double>{1, 2, 10}) == Approx((2 + 5.5) / 2));
}

TEST_CASE("the same samples always give the same interval") {
  Rng rng(1);
  const std::vector<double> logs = Normal(30, 0.05, 0.1, rng);
  const RatioInterval a = PairedRatio(logs, 7);
  const RatioInterval b = PairedRatio(logs, 7);
  REQUIRE((a.ratio == b.ratio && a.low == b.low && a.high == b.high));
  std::vector<double> backwards(logs.rbegin(), logs.rend());
  REQUIRE(PairedRatio(backwards, 7).low == a.low);
  REQUIRE(PairedRatio(logs, 8).low != a.low);
}

TEST_CASE("equal pairs have an interval without width") {
  const RatioInterval even = PairedRatio(std::vector<double>(20, std::log(1.25)), 1);
  REQUIRE(even.ratio == Approx(1.25));
  REQUIRE(even.half_width() == Approx(0).margin(1e-12));
}

TEST_CASE("the interval holds the truth about as often as it says") {
  // 98 % two-sided; a bootstrap of 30 is a little narrow. 400 of a true 1.1: at least 93 % hold it.
  Rng rng(2);
  int held = 0;
  for (int i = 0; i < 400; ++i) {
    const RatioInterval interval = PairedRatio(Normal(30, std::log(1.1), 0.05, rng), 1);
    held += interval.low <= 1.1 && 1.1 <= interval.high ? 1 : 0;
  }
  REQUIRE(held >= 372);
}

TEST_CASE("two samples measured apart") {
  Rng rng(4);
  const std::vector<double> base = Normal(30, std::log(100.0), 0.02, rng);
  const std::vector<double> head = Normal(25, std::log(120.0), 0.02, rng);
  const RatioInterval interval = UnpairedRatio(base, head, 1);
  REQUIRE(interval.ratio == Approx(1.2).epsilon(0.02));
  REQUIRE(interval.low > 1.16);
  REQUIRE(interval.high < 1.24);
}

TEST_CASE("an interval holds its ratio and turns over with its samples") {
  REQUIRE(rc::check("low <= ratio <= high, and negated logarithms give the inverse", [] {
    const auto tenths =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-1000, 1000)));
    std::vector<double> logs;
    std::vector<double> negated;
    for (const int t : tenths) {
      logs.push_back(t / 1000.0);
      negated.push_back(-t / 1000.0);
    }
    const RatioInterval forth = PairedRatio(logs, 1);
    const RatioInterval back = PairedRatio(negated, 1);
    RC_ASSERT(forth.low <= forth.ratio * (1 + 1e-9));
    RC_ASSERT(forth.ratio <= forth.high * (1 + 1e-9));
    RC_ASSERT(std::abs(forth.ratio * back.ratio - 1) < 1e-9);
  }));
}

TEST_CASE("a few runs a side hold the truth as often as the interval says") {
  Rng rng(5);
  int held = 0;
  for (int i = 0; i < 1000; ++i) {
    const RatioInterval interval = RatioOfFew(Normal(5, 0, 0.03, rng), Normal(4, 0.05, 0.06, rng));
    held += interval.low <= std::exp(0.05) && std::exp(0.05) <= interval.high ? 1 : 0;
  }
  REQUIRE((held >= 970 && held <= 992));  // 98 %
  const RatioInterval even = RatioOfFew(std::vector<double>{1, 1}, std::vector<double>{1, 1});
  REQUIRE((even.low == 1 && even.high == 1));
}

}  // namespace
}  // namespace ringlab
