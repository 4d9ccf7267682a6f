// Miniatures against the caches that they stand for.
#include "sim/mrc/miniature.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/cache/cache.h"
#include "core/item/item.h"
#include "loadgen/plan/permutation.h"
#include "loadgen/plan/workload.h"
#include "loadgen/plan/zipf.h"
#include "tests/support/thorough.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kMiniatureKeys = 150'000;
constexpr std::uint64_t kMiniatureRequests = 1'200'000;
constexpr std::uint64_t kMiniatureWarmUp = 400'000;
constexpr std::size_t kValueSize = 100;

// The keys of all requests, drawn once.
const std::vector<std::uint32_t>& DrawnKeys() {
  static const std::vector<std::uint32_t> keys = [] {
    const ZipfSampler zipf(kMiniatureKeys, 0.99);
    const Permutation scatter(kMiniatureKeys, 1);
    Rng rng(1);
    std::vector<std::uint32_t> drawn;
    for (std::uint64_t i = 0; i < kMiniatureRequests; ++i) {
      drawn.push_back(static_cast<std::uint32_t>(scatter(zipf(rng) - 1)));
    }
    return drawn;
  }();
  return keys;
}

// Calls ask(key, hash) for each request, and count() when they begin to count.
template <class Ask, class Count>
void Play(Ask ask, Count count) {
  std::string key;
  for (std::uint64_t i = 0; i < kMiniatureRequests; ++i) {
    if (i == kMiniatureWarmUp) count();
    key.clear();
    AppendKey(DrawnKeys()[i], key);
    ask(key, HashKey(key));
  }
}

double WholeHitRatio(Policy policy, std::uint64_t budget) {
  Cache cache({.budget_bytes = budget, .policy = policy});
  const std::string value(kValueSize, 'v');
  std::uint64_t before = 0;
  Play(
      [&](const std::string& key, std::uint64_t hash) {
        if (!cache.Find(key, hash)) cache.Insert(key, hash, value);
      },
      [&] { before = cache.stats().hits; });
  return static_cast<double>(cache.stats().hits - before) /
         static_cast<double>(kMiniatureRequests - kMiniatureWarmUp);
}

double MiniatureHitRatio(Policy policy, std::uint64_t budget, double rate) {
  Miniature cache(policy, budget, rate);
  Play(
      [&](const std::string& key, std::uint64_t hash) {
        if (!cache.Takes(hash) || cache.Get(key, hash)) return;
        cache.Set(key, hash, kValueSize);
      },
      [&] { cache.StartCounting(); });
  CHECK(cache.used_bytes() <= cache.budget_bytes());
  return 1 - cache.misses() / static_cast<double>(kMiniatureRequests - kMiniatureWarmUp);
}

TEST_CASE("a miniature hits as often as the whole cache", "[long]") {
  const auto charge = static_cast<double>(Item::ChargeOf(10, kValueSize) + 12);
  // By default one of queues and one with a sketch.
  for (const Policy policy :
       Trials(Policies(), std::vector<Policy>{Policy::kS3Fifo, Policy::kTinyLfu})) {
    double error = 0;
    const std::vector<double> entries{20'000, 45'000, 80'000};
    for (const double each : entries) {
      const auto budget = static_cast<std::uint64_t>(each * charge);
      const double rate = MiniatureRate(each, 8192, 1);
      CHECK(rate < 1);
      error += std::abs(MiniatureHitRatio(policy, budget, rate) - WholeHitRatio(policy, budget));
    }
    error /= static_cast<double>(entries.size());
    WARN(PolicyName(policy) << ": mean absolute error " << 100 * error << " %");
    CAPTURE(PolicyName(policy));
    CHECK(error <= (policy == Policy::kS3Fifo ? 0.002 : 0.005));
  }
}

TEST_CASE("a miniature at rate 1 is the cache itself") {
  constexpr std::uint64_t kBudget = 900'000;  // one part
  for (const Policy policy : {Policy::kLru, Policy::kS3Fifo}) {
    Cache cache({.budget_bytes = kBudget, .policy = policy});
    Miniature miniature(policy, kBudget, 1);
    const std::string value(kValueSize, 'v');
    for (std::uint64_t i = 0; i < 100'000; ++i) {
      std::string key;
      AppendKey(DrawnKeys()[i], key);
      const std::uint64_t hash = HashKey(key);
      REQUIRE(miniature.Takes(hash));
      const bool hit = static_cast<bool>(cache.Find(key, hash));
      if (!hit) cache.Insert(key, hash, value);
      // malloc gives a block a few bytes more now and then, so that they drift apart by an entry.
      if (!miniature.Get(key, hash)) miniature.Set(key, hash, kValueSize);
    }
    CHECK(miniature.misses() == Approx(static_cast<double>(cache.stats().misses)).epsilon(0.001));
  }
}

TEST_CASE("what does not fit into a miniature is not made, and what was there is gone") {
  Miniature cache(Policy::kLru, 10'000, 1);
  cache.Set("a", 1, 100);
  CHECK(cache.Get("a", 1));
  cache.Set("a", 1, std::uint64_t{1} << 40);
  CHECK_FALSE(cache.Get("a", 1));
  cache.Set("b", 2, 100);
  cache.Remove("b", 2);
  CHECK_FALSE(cache.Get("b", 2));
}

TEST_CASE("the rate of a miniature is a power of 1/2 that leaves enough entries") {
  CHECK(MiniatureRate(100, 2048, 1) == 1);
  CHECK(MiniatureRate(4095, 2048, 1) == 1);
  CHECK(MiniatureRate(4096, 2048, 1) == 0.5);
  CHECK(MiniatureRate(1e6, 2048, 1) == 1.0 / 256);
  CHECK(MiniatureRate(1e6, 2048, 0.001) == 0.001);
  CHECK(MiniatureRate(100, 2048, 0.1) == 0.1);
}

}  // namespace
}  // namespace ringlab
