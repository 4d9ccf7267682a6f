#include "loadgen/search/isotonic.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/base/random.h"

namespace ringlab {
namespace {

constexpr double kNowhere = std::numeric_limits<double>::infinity();

TEST_CASE("points that rise are their own steps, in any order") {
  const auto steps = IsotonicSteps({{3, 5}, {1, -1}, {2, 0}});
  REQUIRE(steps.size() == 3);
  REQUIRE(steps[0].y == -1);
  REQUIRE(steps[2].x == 3);
  REQUIRE(ZeroOf(steps) == Approx(2));
}

TEST_CASE("points that fall are pooled, by their weights") {
  const auto steps = IsotonicSteps({{1, -2}, {2, 3, 1}, {3, 0, 2}, {4, 4}});
  REQUIRE(steps.size() == 3);
  REQUIRE(steps[1].y == Approx(1));  // (3 + 2 * 0) / 3
  REQUIRE(steps[1].x == Approx(8.0 / 3));
  REQUIRE(steps[1].weight == 3);
}

TEST_CASE("points of one x are one") {
  const auto steps = IsotonicSteps({{1, 2}, {1, 4}, {2, 5}});
  REQUIRE(steps.size() == 2);
  REQUIRE(steps[0].y == Approx(3));
}

TEST_CASE("steps rise, and keep the weighted mean, whatever the points") {
  Rng rng(7);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<WeightedPoint> points(1 + rng.Below(30));
    double weight = 0;
    double sum = 0;
    for (WeightedPoint& p : points) {
      p = {.x = 10 * rng.Uniform(), .y = 4 * rng.Uniform() - 2, .weight = 0.5 + rng.Uniform()};
      weight += p.weight;
      sum += p.weight * p.y;
    }
    const auto steps = IsotonicSteps(points);
    double steps_weight = 0;
    double steps_sum = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      steps_weight += steps[i].weight;
      steps_sum += steps[i].weight * steps[i].y;
      if (i == 0) continue;
      REQUIRE(steps[i].y > steps[i - 1].y);
      REQUIRE(steps[i].x > steps[i - 1].x);
    }
    REQUIRE(steps_weight == Approx(weight));
    REQUIRE(steps_sum == Approx(sum).margin(1e-9));
  }
}

TEST_CASE("without a zero it is below or beyond") {
  REQUIRE(ZeroOf({}) == kNowhere);
  REQUIRE(ZeroOf({{1, -3}, {2, 0}}) == kNowhere);
  REQUIRE(ZeroOf({{1, 1}, {2, 2}}) == -kNowhere);
}

}  // namespace
}  // namespace ringlab
