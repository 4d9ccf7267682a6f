#include "core/cache/eviction/frequency_sketch.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/hash.h"

namespace ringlab {
namespace {

std::uint32_t HashOf(std::uint64_t key) { return static_cast<std::uint32_t>(Mix64(key + 1)); }

TEST_CASE("a sketch counts up to its limit and knows what it never saw") {
  FrequencySketch sketch;
  REQUIRE(sketch.Estimate(HashOf(1)) == 0);
  for (unsigned i = 1; i <= 30; ++i) {
    sketch.Add(HashOf(1));
    REQUIRE(sketch.Estimate(HashOf(1)) == std::min(i, FrequencySketch::kCountMax));
  }
}

TEST_CASE("an estimate is never too low and seldom too high") {
  constexpr std::uint64_t kKeys = 1024;
  FrequencySketch sketch;
  while (sketch.keys_max() < kKeys) sketch.Grow();
  REQUIRE(sketch.bytes() == kKeys * 8);
  // Key k is seen k % 4 times: fewer adds than any line is halved after.
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    for (std::uint64_t i = 0; i < key % 4; ++i) {
      if (sketch.Estimate(HashOf(key)) < i) FAIL("key " << key);
      sketch.Add(HashOf(key));
    }
  }
  std::uint64_t exact = 0;
  for (std::uint64_t key = 0; key < kKeys; ++key) exact += sketch.Estimate(HashOf(key)) == key % 4;
  REQUIRE(exact > kKeys / 10 * 8);
}

TEST_CASE("a sketch that grows estimates what it did before") {
  FrequencySketch sketch;
  for (std::uint64_t key = 0; key < 40; ++key) sketch.Add(HashOf(key % 13));
  std::vector<unsigned> before;
  for (std::uint64_t key = 0; key < 100; ++key) before.push_back(sketch.Estimate(HashOf(key)));
  sketch.Grow();
  sketch.Grow();
  for (std::uint64_t key = 0; key < 100; ++key) {
    REQUIRE(sketch.Estimate(HashOf(key)) == before[key]);
  }
  REQUIRE(sketch.bytes() == 4 * FrequencySketch::kBytesMin);
  sketch.Clear();
  REQUIRE(sketch.bytes() == FrequencySketch::kBytesMin);
  REQUIRE(sketch.Estimate(HashOf(0)) == 0);
}

TEST_CASE("old uses fade by half in every sample") {
  FrequencySketch sketch;
  sketch.Grow();  // two lines
  for (int i = 0; i < 12; ++i) sketch.Add(HashOf(1));
  // Another key of the same line would disturb: these are all of one key, which is at its limit.
  std::uint64_t other = 2;
  while ((HashOf(other) & 1U) == (HashOf(1) & 1U)) ++other;
  const auto rest = 2 * FrequencySketch::kSamplePerBlock - 12;
  for (std::size_t i = 0; i < rest; ++i) sketch.Add(HashOf(other));
  REQUIRE(sketch.Estimate(HashOf(1)) == 6);
  for (std::size_t i = 0; i < 2 * FrequencySketch::kSamplePerBlock; ++i) sketch.Add(HashOf(other));
  REQUIRE(sketch.Estimate(HashOf(1)) == 3);
}

}  // namespace
}  // namespace ringlab
