#include "sim/skew/placements.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

const std::vector<double> kEqual(8, 0.125);

std::vector<MirroredPeak> PeaksOf(const std::vector<double>& shares, std::uint64_t keys, double s) {
  return PeaksOverPlacements(shares, kEqual, TrafficLaw(keys, s, kHottestKeys));
}

TEST_CASE("the average peak is what many seeds of keys average to") {
  const auto ring = RingOf({"xx64", 50}, Numbered("node-", 0, 8));
  const Skew skew = MeasureSkew(*ring, {});
  constexpr std::uint64_t kKeys = 100'000;
  constexpr int kSeeds = 300;
  for (const double s : {0.0, 0.99, 1.5}) {
    INFO(s);
    const TrafficLaw law(kKeys, s, 4096);
    double sum = 0;
    double squares = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
      const auto owners = OwnersOfHottest(*ring, Permutation(kKeys, seed), 4096);
      const double peak = MeasureTraffic(*ring, skew, law, owners).balance.peak_to_mean;
      sum += peak;
      squares += peak * peak;
    }
    const double mean = sum / kSeeds;
    const double deviation = std::sqrt(squares / kSeeds - mean * mean);
    // Three standard errors of both means, as independent ones.
    const double bound = 3 * deviation * std::sqrt(1.0 / kSeeds + 1.0 / kPlacements);
    CHECK(std::abs(PeaksOf(SharesIn(skew), kKeys, s).front().peak - mean) < bound);
  }
}

TEST_CASE("mirrored keys leave the peak of the others") {
  const auto peaks = PeaksOf(kEqual, 1024, 1.1);
  REQUIRE(peaks.size() == 12);  // 0, 1, 2, 4, .. 1024
  REQUIRE(peaks[0].mirrored == 0);
  REQUIRE(peaks[3].mirrored == 4);
  for (std::size_t i = 1; i < peaks.size(); ++i) CHECK(peaks[i].peak < peaks[i - 1].peak);
  REQUIRE(peaks.back().peak == Approx(1));  // every key is everybody's
  // One key is on one node, wherever that is.
  REQUIRE(PeaksOf(kEqual, 1, 1).front().peak == Approx(8));
}

TEST_CASE("shares that are not ideal and weights that differ count") {
  const std::vector<double> ideal = {0.2, 0.8};
  const TrafficLaw uniform(1'000'000'000, 0, kHottestKeys);
  // So many keys are all alike: what is left is the ring.
  CHECK(PeaksOverPlacements({0.3, 0.7}, ideal, uniform).front().peak == Approx(1.5).epsilon(0.001));
  CHECK(PeaksOverPlacements(ideal, ideal, uniform).front().peak == Approx(1).epsilon(0.001));
}

TEST_CASE("the fewest keys to mirror are those that reach the target or help most") {
  const std::vector<MirroredPeak> peaks = {{0, 2.0}, {1, 1.6}, {2, 1.3}, {4, 1.205}, {8, 1.2}};
  REQUIRE(FewestMirrored(peaks, 1.3).mirrored == 2);
  REQUIRE(FewestMirrored(peaks, 2.5).mirrored == 0);
  REQUIRE(FewestMirrored(peaks, 1.1).mirrored == 4);  // twice as many are hardly better
  REQUIRE(FewestMirrored({{0, 1.5}, {1, 1.5}}, 1.1).mirrored == 0);
}

}  // namespace
}  // namespace ringlab
