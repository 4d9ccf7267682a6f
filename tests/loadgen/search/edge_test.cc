#include "loadgen/search/edge.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tests/loadgen/search/told.h"

namespace ringlab {
namespace {

TEST_CASE("a strain is above 0 exactly where a bound is broken") {
  for (const char* const text :
       {"p99<5ms", "p99<=5ms", "failed<1%", "failed<=0", "hit_ratio>0.9", "goodput>=99%"}) {
    const Threshold bound = BoundOf(text);
    for (const double part : {0.0, 0.5, 0.999, 1.0, 1.001, 2.0}) {
      const double measured = bound.limit == 0 ? part : part * bound.limit;
      INFO(text << " at " << measured);
      REQUIRE((StrainOf(bound, measured, false) < 0) == bound.Holds(measured));
    }
  }
  REQUIRE(StrainOf(BoundOf("p99<5ms"), 1e6, true) == kStrainMax);  // that, or more
  REQUIRE(StrainOf(BoundOf("p99<5ms"), 1e12, false) == kStrainMax);
  REQUIRE(StrainOf(BoundOf("p99<5ms"), 10e6, false) == Approx(std::log(2)));
  // Of a share that should be high, what is missing counts.
  REQUIRE(StrainOf(BoundOf("goodput>99%"), 0.98, false) == Approx(std::log(2)));
}

TEST_CASE("the edge is where the first of the demands breaks") {
  std::vector<Sample> samples;
  for (const double qps : {100.0, 200.0, 400.0, 800.0}) {
    samples.push_back({.qps = qps, .strains = {std::log(qps / 700), std::log(qps / 300)}});
  }
  const Edge edge = FindEdge(samples);
  REQUIRE(edge.is_inside());
  REQUIRE(edge.binding == 1);
  REQUIRE(edge.qps == Approx(300));
  REQUIRE(edge.low <= edge.qps);
  REQUIRE(edge.high >= edge.qps);
}

TEST_CASE("what was not told is no sample, and nothing is known beyond the samples") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  REQUIRE_FALSE(FindEdge({{.qps = 10, .strains = {-1, kNan}}}).is_inside());
  REQUIRE_FALSE(FindEdge({{.qps = 10, .strains = {0.2, kNan}}}).is_inside());
  const Edge edge = FindEdge({{.qps = 10, .strains = {-1, kNan}},
                              {.qps = 20, .strains = {kNan, 0.5}},
                              {.qps = 40, .strains = {1, 0.5}}});
  REQUIRE(edge.is_inside());
  REQUIRE(edge.qps > 10);
  REQUIRE(edge.high <= 40);
}

TEST_CASE("one probe that is far off does not move the edge of many") {
  std::vector<Sample> samples;
  for (int i = -5; i <= 5; ++i) {
    const double qps = 1000 * (1 + 0.02 * i);
    samples.push_back({.qps = qps, .strains = {5 * std::log(qps / 1000)}});
  }
  samples.push_back({.qps = 930, .strains = {0.4}});
  REQUIRE(FindEdge(samples).qps == Approx(1000).epsilon(0.03));
}

TEST_CASE("growth tells a cliff from a slope") {
  std::vector<RateFigure> slope;
  std::vector<RateFigure> cliff;
  for (int i = -4; i <= 4; ++i) {
    const double qps = 1000 * (1 + 0.02 * i);
    slope.push_back({.qps = qps, .figure = std::pow(qps / 1000, 3)});
    cliff.push_back({.qps = qps, .figure = std::pow(qps / 1000, 40)});
  }
  REQUIRE(GrowthAt(1000, slope).value() == Approx(std::pow(1.05, 3)));
  REQUIRE(GrowthAt(1000, slope).value() < kCliffGrowth);
  REQUIRE(GrowthAt(1000, cliff).value() > kCliffGrowth);
  REQUIRE_FALSE(GrowthAt(1000, {{.qps = 990, .figure = 1}}).has_value());
  REQUIRE_FALSE(
      GrowthAt(1000, {{.qps = 500, .figure = 1}, {.qps = 2000, .figure = 2}}).has_value());
}

}  // namespace
}  // namespace ringlab
