// Means, trends and warm-ups: what moves, and what only wanders.
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/base/random.h"
#include "results/statistics/steady.h"
#include "results/statistics/student.h"
#include "results/statistics/trend.h"

namespace ringlab {
namespace {

// A series around `mean`, each value correlated with the one before.
std::vector<double> Wander(std::size_t n, double mean, double correlation, Rng& rng) {
  std::vector<double> values;
  double last = 0;
  for (std::size_t i = 0; i < n + 50; ++i) {
    const double draw = std::sqrt(-2 * std::log(rng.UniformPositive())) *
                        std::cos(2 * std::numbers::pi * rng.Uniform());
    last = correlation * last + std::sqrt(1 - correlation * correlation) * draw;
    if (i >= 50) values.push_back(mean + last);
  }
  return values;
}

TEST_CASE("the interval of a mean is Student's") {
  REQUIRE_FALSE(IntervalOfMean({}));
  REQUIRE_FALSE(IntervalOfMean(std::vector<double>{1}));
  const auto interval = IntervalOfMean(std::vector<double>{1, 2, 3, 4, 5});
  REQUIRE(interval->mean == 3);
  REQUIRE(interval->deviation == Approx(std::sqrt(2.5)));
  // t of 4 at 0.975 is 2.7764.
  REQUIRE(interval->high - 3 == Approx(2.7764 * std::sqrt(2.5 / 5)).epsilon(1e-4));
  REQUIRE(interval->high - 3 == Approx(3 - interval->low));
}

TEST_CASE("the interval of a mean holds the truth in 95 % of all cases") {
  Rng rng(1);
  int held = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto interval = IntervalOfMean(Wander(5, 7, 0, rng));
    held += interval->low <= 7 && 7 <= interval->high ? 1 : 0;
  }
  REQUIRE((held >= 930 && held <= 970));
}

TEST_CASE("a trend is told from chance, whether neighbours depend on one another or not") {
  for (const double correlation : {0.0, 0.5, 0.8}) {
    Rng rng(2);
    int rises = 0;
    for (int i = 0; i < 1000; ++i)
      rises += TrendOf(Wander(30, 5, correlation, rng))->rises() ? 1 : 0;
    INFO("correlation " << correlation << ": " << rises << " of 1000");
    CHECK(rises <= 70);  // 25 where the correlation is known
  }
  Rng rng(3);
  int rises = 0;
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> values = Wander(30, 5, 0.5, rng);
    for (std::size_t k = 0; k < values.size(); ++k) values[k] += 0.3 * static_cast<double>(k);
    rises += TrendOf(values)->rises() ? 1 : 0;
  }
  CHECK(rises >= 990);
}

TEST_CASE("a straight line has its slope, without doubt") {
  const auto trend = TrendOf(std::vector<double>{1, 3, 5, 7, 9, 11});
  REQUIRE(trend->slope == Approx(2));
  REQUIRE(trend->low == Approx(2));
  REQUIRE(trend->mean == Approx(6));
  REQUIRE_FALSE(TrendOf(std::vector<double>{1, 3, 5, 7}));
  REQUIRE_FALSE(TrendOf(std::vector<double>(10, 4))->rises());
}

TEST_CASE("a steady series loses nothing but by rare chance") {
  Rng rng(4);
  int cut = 0;
  for (int i = 0; i < 1000; ++i) cut += FindSteady(Wander(30, 10, 0, rng))->from > 0 ? 1 : 0;
  INFO(cut << " of 1000 were cut");
  CHECK(cut <= 40);
  REQUIRE_FALSE(FindSteady(Wander(19, 10, 0, rng)));
  REQUIRE(FindSteady(std::vector<double>(60, 3))->from == 0);
}

TEST_CASE("a warm-up is cut where it ends") {
  Rng rng(5);
  int right = 0;
  for (int i = 0; i < 100; ++i) {
    std::vector<double> values = Wander(60, 10, 0, rng);
    for (std::size_t k = 0; k < 10; ++k) values[k] += 20 - 2 * static_cast<double>(k);
    const auto steady = FindSteady(values);
    REQUIRE(steady->from >= 5);
    right += steady->from <= 15 && steady->settled ? 1 : 0;
  }
  INFO(right << " of 100 were cut within 15 s");
  REQUIRE(right >= 90);
}

TEST_CASE("what moves to the end has not settled") {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(std::sqrt(i));
  REQUIRE_FALSE(FindSteady(values)->settled);
}

}  // namespace
}  // namespace ringlab
