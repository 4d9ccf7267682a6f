#include "core/base/random.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/base/hash.h"

namespace ringlab {
namespace {

// Stored plans are replayed by seed: a change of this sequence makes old results unrepeatable.
TEST_CASE("the sequence of a seed never changes") {
  Rng rng(42);
  REQUIRE(rng.Next() == 0xd0764d4f4476689fULL);
  REQUIRE(rng.Next() == 0x519e4174576f3791ULL);
  REQUIRE(rng.Next() == 0xfbe07cfb0c24ed8cULL);
}

TEST_CASE("a split stream depends on seed and name, not on how much was drawn") {
  Rng rng(7);
  const std::uint64_t before = rng.Split("keys").Next();
  rng.Next();
  REQUIRE(rng.Split("keys").Next() == before);
  REQUIRE(rng.Split("arrivals").Next() != before);
  REQUIRE(Rng(8).Split("keys").Next() != before);
}

TEST_CASE("Below covers its range evenly") {
  Rng rng(1);
  constexpr std::uint64_t kCells = 10;
  constexpr int kDraws = 100'000;
  std::vector<double> count(kCells);
  for (int i = 0; i < kDraws; ++i) count.at(rng.Below(kCells)) += 1;
  double chi2 = 0;
  for (const double c : count) {
    const double expected = kDraws / static_cast<double>(kCells);
    chi2 += (c - expected) * (c - expected) / expected;
  }
  REQUIRE(chi2 < 27.88);  // 99.9 % point at 9 degrees of freedom
  REQUIRE(rng.Below(1) == 0);
}

TEST_CASE("Uniform and Exponential have their moments and ranges") {
  Rng rng(5);
  constexpr int kDraws = 200'000;
  double sum = 0;
  double exponential_sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = rng.Uniform();
    REQUIRE((u >= 0 && u < 1));
    sum += u;
    const double e = rng.Exponential();
    REQUIRE((e >= 0 && std::isfinite(e)));
    exponential_sum += e;
  }
  REQUIRE(sum / kDraws == Approx(0.5).margin(4 * 0.2887 / std::sqrt(kDraws)));
  REQUIRE(exponential_sum / kDraws == Approx(1.0).margin(4 / std::sqrt(kDraws)));
}

TEST_CASE("hashes are the published functions") {
  REQUIRE(HashCrc32("123456789") == 0xcbf43926);
  REQUIRE(HashCrc32("Tom") == 0x459235f3);  // golden vectors of the groupcache ring
  REQUIRE(HashCrc32("0127.0.0.1:9000") == 0xb23cceb4);
  REQUIRE(HashXx64("", 0) == 0xef46db3751d8e999ULL);  // xxHash's own test vector
  REQUIRE(HashKey("") == 0x2d06800538d394c2ULL);
}

}  // namespace
}  // namespace ringlab
