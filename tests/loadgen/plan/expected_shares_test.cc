#include "loadgen/plan/expected_shares.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/ring/balance.h"

namespace ringlab {
namespace {

TEST_CASE("expected shares are exact while every rank is asked for") {
  const ZipfSampler zipf(4, 1);
  const Permutation scatter(4, 3);
  // Even keys on node 0, odd ones on node 1; arcs that say otherwise must not matter.
  const auto shares =
      ExpectedShares(zipf, scatter, {0.9, 0.1}, [](std::uint64_t k) { return k % 2; });
  std::vector<double> expected(2);
  for (std::uint64_t rank = 1; rank <= 4; ++rank) {
    expected[scatter(rank - 1) % 2] += 1.0 / (static_cast<double>(rank) * (25.0 / 12));
  }
  REQUIRE(shares[0] == Approx(expected[0]).epsilon(1e-12));
  REQUIRE(shares[1] == Approx(expected[1]).epsilon(1e-12));
}

TEST_CASE("expected shares give the tail to the arcs") {
  const ZipfSampler zipf(kMaxZipfRanks, 0.55);
  const Permutation scatter(kMaxZipfRanks, 3);
  // All popular keys on node 0, so node 1 has its arc of the tail and no more.
  const auto shares = ExpectedShares(zipf, scatter, {0.25, 0.75}, [](std::uint64_t) { return 0; });
  const double tail = 1 - zipf.TopShare(kExactRanks);
  REQUIRE(tail > 0.99);
  REQUIRE(shares[1] == Approx(0.75 * tail).epsilon(1e-9));
  REQUIRE(shares[0] + shares[1] == Approx(1).margin(1e-9));
}

TEST_CASE("measured shares come near the expected ones") {
  constexpr std::size_t kNodes = 5;
  constexpr std::uint64_t kKeys = 3'000'000;  // more than kExactRanks: there is a tail
  constexpr int kDraws = 300'000;
  const ZipfSampler zipf(kKeys, 0.99);
  const Permutation scatter(kKeys, 12);
  const auto owner_of = [](std::uint64_t key) -> std::size_t { return Mix64(key + 1) % kNodes; };
  const auto expected =
      ExpectedShares(zipf, scatter, std::vector<double>(kNodes, 1.0 / kNodes), owner_of);
  std::vector<double> drawn(kNodes);
  Rng rng(99);
  for (int i = 0; i < kDraws; ++i) drawn[owner_of(scatter(zipf(rng) - 1))] += 1;
  const std::vector<double> measured = SharesOf(drawn);
  for (std::size_t node = 0; node < kNodes; ++node) {
    const double p = expected[node];
    REQUIRE(measured[node] == Approx(p).margin(4 * std::sqrt(p * (1 - p) / kDraws)));
    REQUIRE(std::abs(p - 0.2) > 1e-4);  // popularity, not arcs alone, decides
  }
}

}  // namespace
}  // namespace ringlab
