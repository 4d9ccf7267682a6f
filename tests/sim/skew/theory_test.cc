#include "sim/skew/theory.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

TEST_CASE("bands of one ring are those of the table for 50 replicas") {
  struct Row {
    std::uint64_t nodes;
    Band peak, min, cv;
  };
  const Row rows[] = {{3, {1.020, 1.286}, {0.737, 0.980}, {0.018, 0.223}},
                      {4, {1.039, 1.321}, {0.717, 0.962}, {0.032, 0.215}},
                      {8, {1.089, 1.392}, {0.671, 0.912}, {0.065, 0.199}},
                      {16, {1.143, 1.441}, {0.641, 0.864}, {0.088, 0.184}},
                      {100, {1.274, 1.563}, {0.586, 0.758}, {0.121, 0.160}}};
  for (const Row& row : rows) {
    CAPTURE(row.nodes);
    const Theory theory = RandomPointsTheory(Points(row.nodes, 50), 1);
    const Expectation& expected = theory.expected();
    // Both sides come from some thousands of draws: a peak's 97.5 % point is good to about 0.006.
    CHECK(expected.peak_band->low == Approx(row.peak.low).margin(0.008));
    CHECK(expected.peak_band->high == Approx(row.peak.high).margin(0.015));
    CHECK(expected.min_band->low == Approx(row.min.low).margin(0.012));
    CHECK(expected.min_band->high == Approx(row.min.high).margin(0.008));
    CHECK(expected.cv_band->low == Approx(row.cv.low).margin(0.005));
    CHECK(expected.cv_band->high == Approx(row.cv.high).margin(0.006));
  }
}

TEST_CASE("the draws agree with the exact expectations") {
  for (const Points& points : {Points(8, 50), Points{50, 100, 25, 200}, Points(40, 1)}) {
    const Theory theory = RandomPointsTheory(points, 3);
    const auto moments = theory.squared_cv();
    REQUIRE(moments);
    REQUIRE(moments->mean == Approx(ExpectedSquaredCv(points)));
    // The exact peak lies in the middle of its band, and stands near the middle of the draws.
    const Standings at_mean = theory.Judge({.peak_to_mean = *theory.expected().peak,
                                            .min_to_mean = *theory.expected().min,
                                            .cv = *theory.expected().cv});
    CHECK(at_mean.peak->percentile == Approx(55).margin(7));
    CHECK(at_mean.min->percentile == Approx(50).margin(14));
    CHECK(at_mean.cv->percentile == Approx(57).margin(7));
  }
  // One ring of 8 x 50: cv^2 is near gamma with 7/2 degrees, so its deviation is sqrt(2/7) and a
  // little more of its mean.
  const auto moments = RandomPointsTheory(Points(8, 50), 3).squared_cv();
  REQUIRE(moments->deviation / moments->mean == Approx(std::sqrt(2.0 / 7)).epsilon(0.1));
}

TEST_CASE("standings count draws and never claim more than there are") {
  const Theory theory = RandomPointsTheory(Points(8, 50), 1);
  const Standings even = theory.Judge({.peak_to_mean = 1, .min_to_mean = 1, .cv = 0});
  REQUIRE(even.cv->percentile == 0);
  REQUIRE(even.cv->p_two_tailed == Approx(2.0 / 4001));
  REQUIRE(even.min->percentile == 100);
  const Standings skewed = theory.Judge({.peak_to_mean = 4.7, .min_to_mean = 0, .cv = 0.78});
  REQUIRE(skewed.peak->percentile == 100);
  REQUIRE(skewed.cv->p_two_tailed == Approx(2.0 / 4001));
  const Band band = *theory.expected().cv_band;
  REQUIRE(theory.Judge({.cv = band.high}).cv->percentile == Approx(97.5).margin(0.1));
  REQUIRE(theory.Judge({.cv = band.high}).cv->p_two_tailed == Approx(0.05).margin(0.002));
}

TEST_CASE("one seed gives one theory") {
  const auto band = [](std::uint64_t seed) {
    return RandomPointsTheory(Points(5, 20), seed).expected().cv_band->low;
  };
  REQUIRE(band(1) == band(1));
  REQUIRE(band(1) != band(2));
}

TEST_CASE("one node is as even as theory can be") {
  const Expectation expected = RandomPointsTheory({50}, 1).expected();
  REQUIRE(*expected.peak == 1);
  REQUIRE(*expected.cv == 0);
  REQUIRE(expected.cv_band->high == 0);
  REQUIRE(*RandomKeysTheory({1}, 100).expected().cv == 0);
}

TEST_CASE("random keys follow the multinomial") {
  const Theory theory = RandomKeysTheory(std::vector<double>(8, 0.125), 1'000'000);
  const Expectation& expected = theory.expected();
  REQUIRE(*expected.cv == Approx(0.002646).margin(1e-6));
  REQUIRE(*expected.peak == Approx(1 + 1.42360 * std::sqrt(8e-6)).margin(1e-8));
  REQUIRE(*expected.min == Approx(1 - 1.42360 * std::sqrt(8e-6)).margin(1e-8));
  // The 99.9 % point of the CV is 0.0050 (chi-square of 7 degrees: 24.32).
  const Standing far = *theory.Judge({.cv = std::sqrt(24.322e-6)}).cv;
  REQUIRE(far.percentile == Approx(99.9).margin(0.001));
  REQUIRE(far.p_two_tailed == Approx(0.002).epsilon(0.01));
  REQUIRE(theory.Judge({.cv = std::sqrt(0.8e-6)}).cv->p_two_tailed < 0.01);
  REQUIRE(!theory.Judge({.cv = 0.1}).peak);
  // Weights leave cv what it is and make peaks of another law.
  const Expectation weighted = RandomKeysTheory({0.25, 0.75}, 10'000).expected();
  REQUIRE(*weighted.cv == Approx(0.01));
  REQUIRE(!weighted.peak);
}

TEST_CASE("the multinomial is what sampled keys do") {
  constexpr std::uint64_t kKeys = 4'000;
  constexpr int kRuns = 500;
  const Expectation expected = RandomKeysTheory(std::vector<double>(8, 0.125), kKeys).expected();
  Rng rng(4);
  double peaks = 0;
  double ginis = 0;
  double squares = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> counts(8, 0);
    for (std::uint64_t i = 0; i < kKeys; ++i) counts[rng.Below(8)] += 1;
    const auto stats = MeasureBalance(counts);
    peaks += stats->peak_to_mean;
    ginis += stats->gini;
    squares += stats->cv * stats->cv;
  }
  // 4 standard errors of the means, about; deviations of 0.026, 0.006 and half the mean.
  REQUIRE(peaks / kRuns == Approx(*expected.peak).margin(0.005));
  REQUIRE(ginis / kRuns == Approx(*expected.gini).margin(0.0012));
  REQUIRE(squares / kRuns == Approx(*expected.cv * *expected.cv).epsilon(0.1));
}

TEST_CASE("a dealt table differs by one slot") {
  const Expectation maglev = TableTheory(1000, 65'537).expected();
  REQUIRE(*maglev.peak == Approx(66 * 1000 / 65'537.0));
  REQUIRE(*maglev.peak == Approx(1.0071).margin(0.00005));
  REQUIRE(*maglev.min == Approx(65 * 1000 / 65'537.0));
  REQUIRE(!maglev.cv_band);
  const Expectation even = TableTheory(4, 8).expected();
  REQUIRE(*even.peak == 1);
  REQUIRE(*even.cv == 0);
}

TEST_CASE("multi-probe rings have the peak and cv of their theory") {
  const std::tuple<std::uint32_t, double, double> rows[] = {
      {2, 1.996, 0.577}, {5, 1.250, 0.333}, {11, 1.100, 0.218}, {21, 1.047, 0.156}};
  for (const auto& [probes, peak, cv] : rows) {
    CAPTURE(probes);
    const Expectation expected = MultiProbeTheory(1000, probes, std::nullopt, 1).expected();
    CHECK(*expected.peak == Approx(peak).margin(0.01));
    CHECK(*expected.cv == Approx(cv).margin(0.005));
  }
  // Of one probe it is a ring of one point a node; sampled keys add (N - 1) / K to cv^2.
  const Expectation ring = MultiProbeTheory(8, 1, std::nullopt, 1).expected();
  REQUIRE(*ring.peak == Approx(2.718).margin(0.06));
  REQUIRE(*ring.cv == Approx(0.882).margin(0.02));
  const double exact = *MultiProbeTheory(100, 21, std::nullopt, 1).expected().cv;
  const double sampled = *MultiProbeTheory(100, 21, 10'000, 1).expected().cv;
  REQUIRE(sampled * sampled - exact * exact == Approx(0.0099).margin(0.001));
  REQUIRE(*MultiProbeTheory(1, 21, std::nullopt, 1).expected().peak == Approx(1));
}

TEST_CASE("a ring meets the theory of its kind") {
  const auto ring = RingOf({"xx64", 50}, Numbered("node-", 0, 8));
  const Theory theory = TheoryOf(*ring, MeasureSkew(*ring, {}), 1);
  REQUIRE(theory.expected().model == "random points");
  REQUIRE(*theory.expected().peak == Approx(1.2102).margin(0.0001));
}

TEST_CASE("kinds without points have theories of their own") {
  const auto model = [](const std::string& dialect) {
    const auto built =
        BuildRing({.dialect = dialect, .replicas = 1}, EqualNodes(Numbered("node-", 0, 8)));
    REQUIRE(built);
    const Skew skew = MeasureSkew(**built, {.keys = 10'000, .seed = 1});
    return TheoryOf(**built, skew, 1).expected();
  };
  for (const char* even : {"jump", "rendezvous", "anchor"}) {
    REQUIRE(model(even).model == "random keys");
  }
  REQUIRE(*model("maglev").peak == Approx(8193 * 8 / 65'537.0));
  REQUIRE(model("mpch").model == "multi-probe");
}

}  // namespace
}  // namespace ringlab
