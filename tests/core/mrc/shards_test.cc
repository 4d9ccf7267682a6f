#include "core/mrc/shards.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/cache/store.h"
#include "core/item/item.h"
#include "tests/support/che.h"

namespace ringlab {
namespace {

// Low numbers far more often than high ones.
std::uint64_t FewOften(Rng& rng, std::uint64_t bound) {
  return rng.Below(rng.Below(rng.Below(bound) + 1) + 1);
}

std::string KeyNumber(std::uint64_t number) { return "key-" + std::to_string(number); }

// Between 20 and 400 bytes.
std::size_t SizeOfValue(std::uint64_t number) { return 20 + Mix64(number) % 381; }

std::uint32_t ChargeOfNumber(std::uint64_t number) {
  return static_cast<std::uint32_t>(Item::ChargeOf(KeyNumber(number).size(), SizeOfValue(number)));
}

// Hits of an LRU store with that budget.
std::uint64_t FullReplay(std::size_t budget_bytes, int requests, std::uint64_t keys) {
  Store store(Policy::kLru, budget_bytes);
  Rng rng(1);
  std::uint64_t hits = 0;
  for (int i = 0; i < requests; ++i) {
    const std::uint64_t number = FewOften(rng, keys);
    const std::string key = KeyNumber(number);
    if (store.Find(key, HashKey(key)) != nullptr) {
      ++hits;
      continue;
    }
    Store::Leaving leaving;
    Item* const item =
        Item::New(key, static_cast<std::uint32_t>(HashKey(key)), SizeOfValue(number));
    if (!store.Insert(item, HashKey(key), TimePoint{}, leaving)) item->DropReference();
  }
  return hits;
}

// A sanitizer puts its own malloc in the place of glibc's, by whose sizes caches are charged.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double kOffMax = 0.02;
#else
constexpr double kOffMax = 0.002;
#endif

TEST_CASE("with every key in the sample the curve is that of a cache of each size") {
  constexpr int kRequests = 100'000;
  constexpr std::uint64_t kKeys = 20'000;
  Shards shards;
  Rng rng(1);
  for (int i = 0; i < kRequests; ++i) {
    const std::uint64_t number = FewOften(rng, kKeys);
    shards.Get(HashKey(KeyNumber(number)), ChargeOfNumber(number));
  }
  REQUIRE(shards.rate() == 1);
  for (const std::size_t budget : {10'000U, 50'000U, 200'000U, 600'000U, 1'500'000U, 6'000'000U}) {
    const double want = static_cast<double>(FullReplay(budget, kRequests, kKeys)) / kRequests;
    CAPTURE(budget, want);
    CHECK(std::abs(shards.HitRatioOfBytes(budget, kRequests) - want) < kOffMax);
  }
}

// Of misses by keys that are rarely asked for, 4,096 samples know some 3 % (1 sigma) at most.
TEST_CASE("the sample stays within a megabyte, and its curve near the whole one") {
  constexpr int kRequests = 400'000;
  constexpr std::uint64_t kKeys = 200'000;
  Shards fixed({.samples_max = 4096});
  Shards whole({.samples_max = kKeys});
  Rng rng(1);
  for (int i = 0; i < kRequests; ++i) {
    const std::uint64_t number = FewOften(rng, kKeys);
    fixed.Get(Mix64(number + 1), 100);
    whole.Get(Mix64(number + 1), 100);
  }
  CHECK(fixed.rate() < 0.1);
  CHECK(whole.rate() == 1);
  CHECK(fixed.entries() == Approx(whole.entries()).epsilon(0.05));
  CHECK(static_cast<double>(fixed.bytes()) ==
        Approx(static_cast<double>(whole.bytes())).epsilon(0.1));
  for (const std::uint64_t entries : {1'000U, 3'000U, 10'000U, 30'000U, 60'000U}) {
    CAPTURE(entries);
    CHECK(std::abs(fixed.HitRatioOfEntries(entries, kRequests) -
                   whole.HitRatioOfEntries(entries, kRequests)) < 0.03);
  }
  CHECK(Shards().memory_bytes() <= std::size_t{1} << 20);
}

TEST_CASE("keys drawn by a law have the curve of Che's approximation") {
  constexpr std::size_t kKeys = 10'000;
  constexpr int kRequests = 400'000;
  const std::vector<double> p = ZipfChances(kKeys, 0.8);
  std::vector<double> cumulative(kKeys);
  std::partial_sum(p.begin(), p.end(), cumulative.begin());
  Shards shards({.samples_max = 16'384});
  Rng rng(1);
  const auto ask = [&] {
    const auto at = std::upper_bound(cumulative.begin(), cumulative.end() - 1, rng.Uniform());
    shards.Get(Mix64(static_cast<std::uint64_t>(at - cumulative.begin()) + 1), 64);
  };
  for (int i = 0; i < 100'000; ++i) ask();
  shards.StartCounting();
  for (int i = 0; i < kRequests; ++i) ask();
  for (const std::uint64_t entries : {100U, 1'000U, 3'000U}) {
    CAPTURE(entries);
    const double che = CheHitRatio(p, CheTime(p, static_cast<double>(entries)));
    CHECK(std::abs(shards.HitRatioOfEntries(entries, kRequests) - che) < 0.003);
  }
}

TEST_CASE("a hot key does no harm whether it is in the sample or not") {
  for (const std::uint64_t hot : {std::uint64_t{1}, ~std::uint64_t{0}}) {  // hashes
    Shards shards({.rate = 0.1});
    CHECK(shards.Samples(hot) == (hot == 1));
    Rng rng(1);
    constexpr std::uint64_t kWarmUp = 100'000;
    constexpr std::uint64_t kRequests = 200'000;
    for (std::uint64_t i = 0; i < kWarmUp + kRequests; ++i) {
      if (i == kWarmUp) shards.StartCounting();
      shards.Get(i % 2 == 0 ? hot : Mix64(rng.Below(10'000) + 1), 100);
    }
    // Half of the requests are for the hot key; of the others as many hit as there is room for.
    CHECK(shards.HitRatioOfEntries(5'000, kRequests) == Approx(0.5 + 0.25).margin(0.02));
  }
}

TEST_CASE("writes use a key and are no requests; what was removed is not found") {
  Shards shards;
  shards.Get(1, 100);  // the first
  shards.Set(2, 100);
  shards.Set(3, 100);
  shards.Get(1, 0);  // three entries must fit
  CHECK(shards.first_requests() == 1);
  CHECK(shards.HitRatioOfEntries(2, 2) == 0);
  CHECK(shards.HitRatioOfEntries(3, 2) == 0.5);
  CHECK(shards.HitRatioOfBytes(375, 2) == 0.5);  // with the smallest index
  CHECK(shards.HitRatioOfBytes(352, 2) == 0);    // a bucket is 3 % wide
  shards.Remove(1);
  shards.Remove(1);
  shards.Remove(4);
  CHECK(shards.entries() == 2);
  shards.Get(1, 100);
  CHECK(shards.first_requests() == 2);
  shards.StartCounting();
  CHECK(shards.first_requests() == 0);
  shards.Get(2, 0);
  CHECK(shards.HitRatioOfEntries(3, 1) == 1);
  CHECK(shards.HitRatioOfEntries(3, 0) == 0);  // of no requests
}

TEST_CASE("keys outside of the sample are ignored, and rates are what was asked for") {
  Shards shards({.rate = 0.25});
  CHECK(shards.rate() == Approx(0.25));
  shards.Get(~std::uint64_t{0}, 100);
  shards.Set(~std::uint64_t{0}, 100);
  CHECK(shards.entries() == 0);
  CHECK(shards.first_requests() == 0);
  shards.Get(5, 100);
  CHECK(shards.entries() == Approx(4));
  CHECK(shards.first_requests() == Approx(4));
}

TEST_CASE("the same requests give the same curve") {
  std::vector<HitCurve> curves;
  for (int run = 0; run < 2; ++run) {
    Shards shards({.samples_max = 256});
    Rng rng(7);
    for (int i = 0; i < 20'000; ++i) shards.Get(Mix64(FewOften(rng, 5'000) + 1), 100);
    curves.push_back(shards.Curve(SizesBetween(1'000, 1'000'000, 20), 20'000));
  }
  CHECK(curves[0].bytes == curves[1].bytes);
  CHECK(curves[0].hit_ratio == curves[1].hit_ratio);
}

}  // namespace
}  // namespace ringlab
