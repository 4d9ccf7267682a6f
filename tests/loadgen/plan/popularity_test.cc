#include "loadgen/plan/popularity.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "core/base/random.h"
#include "loadgen/plan/workload.h"

namespace ringlab {
namespace {

KeyPopularity Measure(std::uint64_t keys, double s, const RankCounts& counts) {
  return MeasurePopularity(ZipfSampler(keys, s), Permutation(keys, 7), counts, 1,
                           [](const std::string& key) { return "owner of " + key; });
}

TEST_CASE("a scale's buckets have no gap") {
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < RankCounts::kCounters; ++i) {
    REQUIRE(RankCounts::Scale::LowestAt(i) == next);
    REQUIRE(RankCounts::Scale::IndexOf(next) == i);
    next = RankCounts::Scale::LowestAt(i + 1);
    REQUIRE(RankCounts::Scale::IndexOf(next - 1) == i);
  }
  REQUIRE(next > kMaxZipfRanks);
}

TEST_CASE("bands hold every rank once and are never too many") {
  for (const std::uint64_t keys :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{9}, std::uint64_t{100},
        std::uint64_t{1000}, std::uint64_t{100'000}, std::uint64_t{131'072},
        std::uint64_t{10'000'000}, kMaxZipfRanks - 1, kMaxZipfRanks}) {
    INFO(keys);
    const KeyPopularity p = Measure(keys, 0.99, {});
    REQUIRE(p.bands.size() <= KeyPopularity::kBandsMax);
    REQUIRE(p.bands.size() >= std::min<std::uint64_t>(keys, 32));
    std::uint64_t next = 1;
    double share = 0;
    for (const RankBand& band : p.bands) {
      REQUIRE(band.first == next);
      REQUIRE(band.last >= band.first);
      next = band.last + 1;
      share += band.expected_share;
    }
    REQUIRE(next == keys + 1);
    REQUIRE(share == Approx(1).epsilon(1e-9));
    REQUIRE(p.hottest.size() == std::min<std::uint64_t>(keys, 10));
  }
}

// Chi-square of 400,000 draws of the law over its bands: 5 standard deviations.
TEST_CASE("what was drawn by the law is in the bands as expected") {
  constexpr std::uint64_t kKeys = 50'000;
  constexpr int kDraws = 400'000;
  const ZipfSampler zipf(kKeys, 0.99);
  Rng rng(17);
  RankCounts counts;
  for (int i = 0; i < kDraws; ++i) counts.Count(zipf(rng));
  const KeyPopularity p = Measure(kKeys, 0.99, counts);
  double chi_square = 0;
  std::uint64_t requests = 0;
  for (const RankBand& band : p.bands) {
    const double expected = band.expected_share * kDraws;
    const double off = static_cast<double>(band.requests) - expected;
    chi_square += off * off / expected;
    requests += band.requests;
  }
  REQUIRE(requests == kDraws);
  const auto freedom = static_cast<double>(p.bands.size() - 1);
  REQUIRE(std::abs(chi_square - freedom) < 5 * std::sqrt(2 * freedom));
}

TEST_CASE("the hottest keys are named as the plan asks for them") {
  RankCounts counts;
  counts.Count(1, 500);
  counts.Count(10, 40);
  const KeyPopularity p = Measure(1000, 1.1, counts);
  const Permutation scatter(1000, 7);
  REQUIRE(p.hottest.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    std::string key;
    AppendKey(scatter(i), key);
    REQUIRE(p.hottest[i].rank == i + 1);
    REQUIRE(p.hottest[i].key == key);
    REQUIRE(p.hottest[i].owner == "owner of " + key);
  }
  REQUIRE(p.hottest[0].requests == 500);
  REQUIRE(p.hottest[9].requests == 40);
  REQUIRE(p.hottest[0].expected_share > p.hottest[1].expected_share);
}

TEST_CASE("counts of two workers add up") {
  RankCounts a;
  a.Count(5, 3);
  RankCounts b;
  b.Count(5, 4);
  b.Count(kMaxZipfRanks);
  a.Merge(b);
  REQUIRE(a.at(RankCounts::Scale::IndexOf(5)) == 7);
  REQUIRE(a.at(RankCounts::kCounters - 1) == 1);
}

}  // namespace
}  // namespace ringlab
