#include "loadgen/plan/permutation.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace ringlab {
namespace {

bool IsBijection(std::uint64_t n, std::uint64_t seed) {
  const Permutation permute(n, seed);
  std::vector<bool> hit(n);
  for (std::uint64_t i = 0; i < n; ++i) {
    const std::uint64_t to = permute(i);
    if (to >= n || hit[to]) return false;
    hit[to] = true;
  }
  return true;
}

TEST_CASE("every small size is permuted") {
  for (std::uint64_t n = 1; n <= 300; ++n) {
    CAPTURE(n);
    REQUIRE(IsBijection(n, 5));
  }
}

TEST_CASE("sizes around powers of two are permuted") {
  for (int bits = 9; bits <= 20; ++bits) {
    const std::uint64_t n = std::uint64_t{1} << bits;
    CAPTURE(n);
    REQUIRE(IsBijection(n - 1, 1));
    REQUIRE(IsBijection(n, 2));
    REQUIRE(IsBijection(n + 1, 3));
  }
}

TEST_CASE("any size and seed is permuted") {
  REQUIRE(rc::check("permutation is a bijection", [] {
    const auto n = *rc::gen::inRange<std::uint64_t>(1, 20'000);
    RC_ASSERT(IsBijection(n, *rc::gen::arbitrary<std::uint64_t>()));
  }));
}

TEST_CASE("large sizes stay in range without collisions") {
  const auto holds = [] {
    const auto n = *rc::gen::inRange<std::uint64_t>(1'000'000, Permutation::kMaxSize + 1);
    const Permutation permute(n, *rc::gen::arbitrary<std::uint64_t>());
    std::unordered_set<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < 500; ++i) {
      for (const std::uint64_t from : {i, n - 1 - i}) {
        const std::uint64_t to = permute(from);
        RC_ASSERT(to < n);
        const bool fresh = seen.insert(to).second;
        RC_ASSERT(fresh);
      }
    }
  };
  REQUIRE(rc::check("large permutations are injective on a sample", holds));
}

TEST_CASE("another seed is another permutation") {
  constexpr std::uint64_t kSize = 1'000'000;
  const Permutation one(kSize, 1);
  const Permutation same(kSize, 1);
  const Permutation two(kSize, 2);
  int equal = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    REQUIRE(one(i) == same(i));
    equal += one(i) == two(i) ? 1 : 0;
  }
  REQUIRE(equal <= 2);  // 0.001 expected of unrelated permutations
}

// The hottest key must be able to land anywhere, or some nodes would be hot on every seed.
TEST_CASE("over seeds a rank lands everywhere alike") {
  constexpr int kSeeds = 40'000;
  for (const std::uint64_t n : {2, 3, 5, 10, 16, 100}) {
    for (const std::uint64_t rank : {std::uint64_t{0}, n - 1}) {
      CAPTURE(n, rank);
      std::vector<double> landed(n);
      for (std::uint64_t seed = 0; seed < kSeeds; ++seed) landed[Permutation(n, seed)(rank)] += 1;
      const double expected = kSeeds / static_cast<double>(n);
      double chi2 = 0;
      for (const double c : landed) chi2 += (c - expected) * (c - expected) / expected;
      const auto df = static_cast<double>(n - 1);
      REQUIRE(chi2 < df + 4 * std::sqrt(2 * df) + 6);  // above the 99.9 % point for all these n
    }
  }
}

TEST_CASE("neighbours are scattered") {
  constexpr std::uint64_t kSize = 1'000'000;
  constexpr int kPairs = 100'000;
  const Permutation permute(kSize, 9);
  // Distance between images of neighbours: of independent uniform points it is n / 3 on average,
  // with deviation n / sqrt(18).
  double sum = 0;
  for (std::uint64_t i = 0; i < kPairs; ++i) {
    const auto a = static_cast<double>(permute(2 * i));
    const auto b = static_cast<double>(permute(2 * i + 1));
    sum += std::abs(a - b) / kSize;
  }
  REQUIRE(sum / kPairs == Approx(1.0 / 3).margin(4 / std::sqrt(18.0 * kPairs)));
}

}  // namespace
}  // namespace ringlab
