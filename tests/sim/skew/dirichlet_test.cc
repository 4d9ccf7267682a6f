// The exact expectations against published and independently computed tables.
#include "sim/skew/dirichlet.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace ringlab {
namespace {

struct Row {
  std::uint64_t nodes, replicas;
  double peak, min, cv;
};

Points Equal(std::uint64_t nodes, std::uint64_t replicas) { return Points(nodes, replicas); }

TEST_CASE("expected peak and least share and cv are those of the table for 50 replicas") {
  const Row rows[] = {{3, 50, 1.1212, 0.8825, 0.1151},  {4, 50, 1.1489, 0.8584, 0.1222},
                      {8, 50, 1.2102, 0.8084, 0.1321},  {10, 50, 1.2286, 0.7942, 0.1340},
                      {16, 50, 1.2654, 0.7667, 0.1368}, {32, 50, 1.3158, 0.7311, 0.1392},
                      {50, 50, 1.3463, 0.7106, 0.1400}, {100, 50, 1.3910, 0.6818, 0.1407}};
  for (const Row& row : rows) {
    CAPTURE(row.nodes);
    const Points points = Equal(row.nodes, row.replicas);
    CHECK(ExpectedPeak(points) == Approx(row.peak).margin(0.00006));
    CHECK(ExpectedMin(points) == Approx(row.min).margin(0.00006));
    CHECK(std::sqrt(ExpectedSquaredCv(points)) == Approx(row.cv).margin(0.00006));
  }
}

TEST_CASE("expected figures follow the table over replicas") {
  const Row rows[] = {{8, 1, 2.718, 0.125, 0.882},       {8, 10, 1.492, 0.601, 0.294},
                      {8, 100, 1.147, 0.863, 0.094},     {8, 160, 1.115, 0.890, 0.074},
                      {8, 200, 1.103, 0.902, 0.066},     {8, 512, 1.064, 0.938, 0.041},
                      {8, 1000, 1.046, 0.956, 0.030},    {1000, 50, 1.523, 0.605, 0.1414},
                      {1000, 100, 1.357, 0.708, 0.1},    {1000, 200, 1.245, 0.787, 0.0707},
                      {1000, 1000, 1.106, 0.901, 0.0316}};
  for (const Row& row : rows) {
    CAPTURE(row.nodes, row.replicas);
    const Points points = Equal(row.nodes, row.replicas);
    CHECK(ExpectedPeak(points) == Approx(row.peak).margin(0.0006));
    CHECK(ExpectedMin(points) == Approx(row.min).margin(0.0006));
    CHECK(std::sqrt(ExpectedSquaredCv(points)) == Approx(row.cv).margin(0.0006));
  }
}

TEST_CASE("one point a node has the harmonic number for a peak") {
  double harmonic = 0;
  for (std::uint64_t n = 1; n <= 64; ++n) {
    harmonic += 1 / static_cast<double>(n);
    REQUIRE(ExpectedPeak(Equal(n, 1)) == Approx(harmonic).epsilon(1e-9));
    REQUIRE(ExpectedMin(Equal(n, 1)) == Approx(1 / static_cast<double>(n)).epsilon(1e-9));
  }
}

TEST_CASE("expected gini follows the table and is absent where points differ") {
  const std::pair<std::uint64_t, double> rows[] = {{3, 0.053},  {4, 0.060},  {8, 0.070},
                                                   {10, 0.072}, {16, 0.074}, {32, 0.077},
                                                   {50, 0.078}, {100, 0.079}};
  for (const auto& [nodes, gini] : rows) {
    REQUIRE(*ExpectedGini(Equal(nodes, 50)) == Approx(gini).margin(0.001));
  }
  REQUIRE(*ExpectedGini(Equal(8, 50)) == Approx(0.0697).margin(0.00006));
  REQUIRE(*ExpectedGini(Equal(2, 1)) == Approx(0.25));  // |2u - 1| / 2 for a uniform u
  REQUIRE(*ExpectedGini(Equal(8, 1'000'000)) == Approx(0.000494).epsilon(0.01));
  REQUIRE(!ExpectedGini({50, 100}));
}

TEST_CASE("weighted nodes are measured against their own share") {
  // Two nodes of 1 and 2 points: the lighter one's share is Beta(1, 2), so peak is the greater of
  // 3 u and (1 - u) 3 / 2. Its mean, by hand: u has density 2 (1 - u), and they cross at 1 / 3.
  const double expected_peak = 13.0 / 9;
  REQUIRE(ExpectedPeak({1, 2}) == Approx(expected_peak).epsilon(1e-8));
  REQUIRE(ExpectedSquaredCv({1, 2}) == Approx(0.25));
  REQUIRE(ExpectedSquaredCv({50, 100, 150}) == Approx(2.0 / 301));
  // The order of nodes does not matter; equal weights are equal nodes.
  REQUIRE(ExpectedMin({50, 100, 150}) == Approx(ExpectedMin({150, 50, 100})));
  REQUIRE(ExpectedPeak({50, 50, 50}) == ExpectedPeak(Equal(3, 50)));
  // More points bring every node nearer to its share.
  REQUIRE(ExpectedPeak({50, 100, 150}) > ExpectedPeak({100, 200, 300}));
}

TEST_CASE("the range of one node is that of the published table") {
  // Gamma(V) / V, the limit of many nodes; J. Lamping and E. Veach (2014) print 0.005 to 5.25, 0.37
  // to 1.98, 0.76 to 1.28 and 0.92 to 1.09 for 1, 10, 100 and 1000 points.
  const std::tuple<std::uint64_t, double, double> rows[] = {
      {1, 0.0050, 5.298}, {10, 0.3717, 2.000}, {100, 0.7612, 1.2763}, {1000, 0.9204, 1.0833}};
  for (const auto& [replicas, low, high] : rows) {
    const Band band = NodeBand(replicas, replicas * 1'000'000, 0.99);
    CHECK(band.low == Approx(low).margin(0.0006));
    CHECK(band.high == Approx(high).margin(0.0006));
  }
  REQUIRE(NodeBand(50, 50, 0.99).high == 1);
}

TEST_CASE("gammas and normals have their moments") {
  constexpr int kDraws = 100'000;
  Rng rng(11);
  for (const double shape : {1.0, 2.5, 50.0, 1000.0}) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double x = DrawGamma(shape, rng);
      sum += x;
      squares += (x - shape) * (x - shape);
    }
    // Mean and variance are the shape. Within 4.5 standard errors.
    CHECK(sum / kDraws == Approx(shape).margin(4.5 * std::sqrt(shape / kDraws)));
    CHECK(squares / kDraws / shape == Approx(1).margin(4.5 * std::sqrt((2 + 6 / shape) / kDraws)));
  }
  double below = 0;
  for (int i = 0; i < kDraws; ++i) below += DrawNormal(rng) < -1 ? 1 : 0;
  REQUIRE(below / kDraws == Approx(0.158655).margin(4.5 * std::sqrt(0.1587 * 0.8413 / kDraws)));
}

}  // namespace
}  // namespace ringlab
