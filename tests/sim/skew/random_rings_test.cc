// Real rings of random names against theory: hash, ring, exact arcs, statistics and formulas all
// have to be right for these to hold.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/skew/skew.h"
#include "sim/skew/theory.h"
#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

struct Means {
  double peak = 0;
  double min = 0;
  double cv = 0;  // rms
  double gini = 0;
};

Means MeanOver(int rings, std::size_t nodes, std::uint32_t replicas) {
  Rng rng = Rng(2014).Split(std::to_string(nodes) + "x" + std::to_string(replicas));
  Means means;
  for (int i = 0; i < rings; ++i) {
    const auto ring = RingOf({"xx64", replicas}, RandomNames(nodes, rng));
    const BalanceStats balance = MeasureSkew(*ring, {}).balance;
    means.peak += balance.peak_to_mean / rings;
    means.min += balance.min_to_mean / rings;
    means.cv += balance.cv * balance.cv / rings;
    means.gini += balance.gini / rings;
  }
  means.cv = std::sqrt(means.cv);
  return means;
}

TEST_CASE("two thousand rings of 8 nodes and 50 replicas fit theory") {
  const Means means = MeanOver(2000, 8, 50);
  CHECK(means.peak == Approx(1.2102).margin(0.007));
  CHECK(means.min == Approx(0.8084).margin(0.006));
  CHECK(means.cv == Approx(0.1321).margin(0.003));
  CHECK(means.gini == Approx(0.0697).margin(0.0015));
}

TEST_CASE("rings of few and many replicas fit theory") {
  struct RingRow {
    int rings;
    std::uint32_t replicas;
    double tolerance;  // relative; 3.5 standard errors or more
  };
  for (const RingRow& row : {RingRow{2000, 1, 0.045}, RingRow{2000, 10, 0.03},
                             RingRow{2000, 100, 0.035}, RingRow{400, 1000, 0.07}}) {
    CAPTURE(row.replicas);
    const Means means = MeanOver(row.rings, 8, row.replicas);
    const Points points(8, row.replicas);
    const auto off_one = [&](double measured, double expected) {
      CHECK(measured - 1 == Approx(expected - 1).epsilon(row.tolerance));
    };
    off_one(means.peak, ExpectedPeak(points));
    off_one(means.min, ExpectedMin(points));
    CHECK(means.cv == Approx(std::sqrt(ExpectedSquaredCv(points))).epsilon(row.tolerance));
    CHECK(means.gini == Approx(*ExpectedGini(points)).epsilon(row.tolerance));
  }
}

TEST_CASE("200 nodes have the standard errors that Lamping and Veach published") {
  // J. Lamping and E. Veach (2014): 0.9979, 0.3152, 0.0997, 0.0316 for 1, 10, 100, 1000 points.
  // One ring's CV is good to 1 / sqrt(2 x 199), more with one point; within 3 standard errors.
  CHECK(MeanOver(50, 200, 1).cv == Approx(0.9979).epsilon(0.03));
  CHECK(MeanOver(50, 200, 10).cv == Approx(0.3152).epsilon(0.025));
  CHECK(MeanOver(50, 200, 100).cv == Approx(0.0997).epsilon(0.022));
  CHECK(MeanOver(15, 200, 1000).cv == Approx(0.0316).epsilon(0.04));
}

TEST_CASE("the mean peak of one point a node is the harmonic number") {
  // H_8 = 2.718; a peak's deviation is 0.87, so 4 standard errors of 2,000 rings are 0.078.
  CHECK(MeanOver(2000, 8, 1).peak == Approx(2.718).margin(0.078));
}

TEST_CASE("a random ring stands anywhere in its theory") {
  // Percentiles of 200 good rings are uniform: Kolmogorov's 0.1 % point is 1.95 / sqrt(200).
  constexpr int kRings = 200;
  Rng rng(31);
  std::vector<double> percentiles;
  const Theory theory = RandomPointsTheory(Points(8, 50), 1);
  for (int i = 0; i < kRings; ++i) {
    const auto ring = RingOf({"xx64", 50}, RandomNames(8, rng));
    percentiles.push_back(theory.Judge(MeasureSkew(*ring, {}).balance).cv->percentile);
  }
  std::sort(percentiles.begin(), percentiles.end());
  double distance = 0;
  for (int i = 0; i < kRings; ++i) {
    distance = std::max(
        distance, std::abs(percentiles[static_cast<std::size_t>(i)] / 100 - (i + 0.5) / kRings));
  }
  REQUIRE(distance < 1.95 / std::sqrt(kRings));
}

}  // namespace
}  // namespace ringlab
