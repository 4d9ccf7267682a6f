#include "sim/skew/traffic.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "loadgen/plan/expected_shares.h"
#include "loadgen/plan/workload.h"
#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

Traffic TrafficOf(const Ring& ring, std::uint64_t keys, double s, std::uint64_t ranks = kExactRanks,
                  const std::vector<std::uint64_t>& mirrored = {}) {
  return MeasureTraffic(ring, MeasureSkew(ring, {}), TrafficLaw(keys, s, ranks),
                        OwnersOfHottest(ring, Permutation(keys, 1), ranks), mirrored);
}

TEST_CASE("traffic splits into the ring's part and popularity's part") {
  const auto ring = RingOf({"xx64", 50}, Numbered("node-", 0, 8));
  const double cv = MeasureSkew(*ring, {}).balance.cv;
  const Traffic traffic = TrafficOf(*ring, 1'000'000, 0.99);
  // 10^6 keys at 0.99: p_1 = 0.0650, P2 = 7.02e-3, so a floor of sqrt(7 P2) = 0.2217.
  CHECK(traffic.hottest_key_share == Approx(0.0650).margin(0.00005));
  CHECK(traffic.collision_probability == Approx(7.02e-3).margin(5e-6));
  CHECK(traffic.floor == Approx(0.2217).margin(0.0001));
  CHECK(traffic.cv_popularity == Approx(traffic.floor));
  CHECK(traffic.cv_ring == Approx(cv * std::sqrt(1 - traffic.collision_probability)));
  CHECK(traffic.expected_cv == Approx(std::hypot(traffic.cv_ring, traffic.cv_popularity)));
  CHECK(traffic.peak_bound == 1);
  CHECK(std::accumulate(traffic.shares.begin(), traffic.shares.end(), 0.0) == Approx(1));
  CHECK(traffic.balance.peak_to_mean > 1);
  // With 50 nodes the hottest key alone is more than three nodes' worth.
  const auto fifty = RingOf({"xx64", 50}, Numbered("node-", 0, 50));
  CHECK(TrafficOf(*fifty, 1'000'000, 0.99).peak_bound == Approx(3.25).margin(0.01));
  CHECK(TrafficOf(*fifty, 1'000'000, 0.99).floor == Approx(std::sqrt(49 * 7.02e-3)).margin(0.001));
}

TEST_CASE("expected shares are those of loadgen") {
  const auto ring = RingOf({"xx64", 50}, Numbered("node-", 0, 8));
  constexpr std::uint64_t kKeys = 20'000;
  const ZipfSampler zipf(kKeys, 0.9);
  const Permutation scatter(kKeys, 1);
  const auto owner_of = [&](std::uint64_t index) {
    std::string key;
    AppendKey(index, key);
    return ring->OwnerOf(key);
  };
  const std::vector<double> reference = ExpectedShares(zipf, scatter, ring->Shares(), owner_of);
  const Traffic traffic = TrafficOf(*ring, kKeys, 0.9);
  const Traffic fewer = TrafficOf(*ring, kKeys, 0.9, 2'000);
  for (std::size_t i = 0; i < reference.size(); ++i) {
    REQUIRE(traffic.shares[i] == Approx(reference[i]).epsilon(1e-9));
    REQUIRE(fewer.shares[i] == Approx(reference[i]).margin(0.01));
  }
}

TEST_CASE("mirrored keys are everybody's") {
  const auto ring = RingOf({"xx64", 50}, Numbered("node-", 0, 4));
  constexpr std::uint64_t kKeys = 1'000;
  const Traffic traffic = TrafficOf(*ring, kKeys, 1.1, kKeys, {3, kKeys, 0, 5'000});
  // By hand: the three hottest keys are split in four, the others are where they are.
  const ZipfSampler zipf(kKeys, 1.1);
  const Permutation scatter(kKeys, 1);
  std::vector<double> loads(4, zipf.TopShare(3) / 4);
  for (std::uint64_t rank = 4; rank <= kKeys; ++rank) {
    std::string key;
    AppendKey(scatter(rank - 1), key);
    loads[ring->OwnerOf(key)] += zipf.Probability(rank);
  }
  const auto by_hand = MeasureBalance(loads);
  REQUIRE(traffic.mirrored.size() == 4);
  REQUIRE(traffic.mirrored[0].keys == 3);
  REQUIRE(traffic.mirrored[0].share == Approx(zipf.TopShare(3)));
  REQUIRE(traffic.mirrored[0].cv == Approx(by_hand->cv));
  REQUIRE(traffic.mirrored[0].peak == Approx(by_hand->peak_to_mean));
  REQUIRE(traffic.mirrored[1].cv == Approx(0).margin(1e-9));
  REQUIRE(traffic.mirrored[1].expected_cv == Approx(0).margin(1e-9));
  REQUIRE(traffic.mirrored[2].cv == Approx(traffic.balance.cv));
  REQUIRE(traffic.mirrored[2].expected_cv == Approx(traffic.expected_cv));
  REQUIRE(traffic.mirrored[3].keys == kKeys);  // no more than there are
}

TEST_CASE("traffic over a billion keys and over one") {
  const auto ring = RingOf({"xx64", 50}, Numbered("node-", 0, 8));
  const Traffic billion = TrafficOf(*ring, 1'000'000'000, 0.99, kHottestKeys);
  // H(10^9, 0.99) = 24.08; P2 is the sum of k^-1.98, 1.667, over its square.
  REQUIRE(billion.hottest_key_share == Approx(1 / HarmonicNumber(1'000'000'000, 0.99)));
  REQUIRE(billion.collision_probability ==
          Approx(HarmonicNumber(1'000'000'000, 1.98) * std::pow(billion.hottest_key_share, 2)));
  REQUIRE(std::accumulate(billion.shares.begin(), billion.shares.end(), 0.0) == Approx(1));

  const Traffic one = TrafficOf(*ring, 1, 0.99);
  REQUIRE(one.balance.peak_to_mean == Approx(8));
  REQUIRE(one.peak_bound == Approx(8));
  REQUIRE(one.expected_cv == Approx(std::sqrt(7)).epsilon(0.001));

  // Without a favourite there is nothing but the ring.
  const Traffic uniform = TrafficOf(*ring, 100'000'000, 0, kHottestKeys);
  REQUIRE(uniform.expected_cv == Approx(MeasureSkew(*ring, {}).balance.cv).epsilon(0.001));
}

TEST_CASE("the split is what rings and keys do on average whatever the weights") {
  constexpr int kRings = 200;
  constexpr std::uint64_t kKeys = 100'000;
  const TrafficLaw law(kKeys, 0.99, 4096);
  for (const std::vector<double>& weights :
       {std::vector<double>(8, 1.0), std::vector<double>{1, 1, 2, 4}}) {
    Rng rng(12);
    std::vector<double> excess;  // of the load's cv^2 over what is expected of that ring
    for (int i = 0; i < kRings; ++i) {
      std::vector<RingNode> nodes = EqualNodes(RandomNames(weights.size(), rng));
      for (std::size_t n = 0; n < nodes.size(); ++n) nodes[n].weight = weights[n];
      const auto ring = RingOf({"xx64", 50}, nodes);
      const Traffic traffic =
          MeasureTraffic(*ring, MeasureSkew(*ring, {}), law,
                         OwnersOfHottest(*ring, Permutation(kKeys, rng.Next()), 4096));
      excess.push_back(traffic.balance.cv * traffic.balance.cv -
                       traffic.expected_cv * traffic.expected_cv);
    }
    const double mean = std::accumulate(excess.begin(), excess.end(), 0.0) / kRings;
    double variance = 0;
    for (const double e : excess) variance += (e - mean) * (e - mean) / kRings;
    CHECK(std::abs(mean) < 3 * std::sqrt(variance / kRings));
    CHECK(std::sqrt(variance / kRings) < 0.01);
  }
}

}  // namespace
}  // namespace ringlab
