// The budget holds after every operation, and the bytes are those of the items: random operations
// of random sizes on every policy. RINGLAB_BUDGET_OPS sets how many, a policy and a budget
// (10000000).
#include <malloc.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "core/base/hash.h"
#include "core/base/parse.h"
#include "core/base/random.h"
#include "core/cache/cache.h"

namespace ringlab {
namespace {

std::uint64_t Operations() {
  const char* const text = std::getenv("RINGLAB_BUDGET_OPS");
  return text == nullptr ? 40'000 : ParseCount(text).value();
}

// From nothing to half the budget, most of them small; seldom more than there can be.
std::size_t SomeSize(Rng& rng, std::size_t budget) {
  if (rng.Below(5000) == 0) return rng.Below(2 * budget);
  const double small = rng.Uniform();
  return static_cast<std::size_t>(small * small * small * small *
                                  static_cast<double>(std::min(budget / 2, std::size_t{4000})));
}

Expiry SomeExpiry(Rng& rng, TimePoint now) {
  if (rng.Below(2) == 0) return {};
  const Duration ttl{static_cast<std::int64_t>(rng.Below(std::uint64_t{1} << 36))};
  return ExpireAfter(now, ttl, ttl / 4);
}

void SomeOperation(Rng& rng, TimePoint& now, Store& store) {
  const std::size_t budget = store.budget_bytes();
  now += Duration{static_cast<std::int64_t>(rng.Below(20'000'000))};
  const std::string key = std::to_string(rng.Below(2 + budget / 60));
  const std::uint64_t hash = HashKey(key);
  switch (rng.Below(8)) {
    case 0: {
      RemovedItems removed;
      store.Erase(key, hash, removed);
      return;
    }
    case 1: {
      RemovedItems expired;
      store.Expire(now, 5, expired);
      return;
    }
    case 2:
    case 3:
    case 4: store.Find(key, hash); return;
    default: break;
  }
  Item* const item = Item::New(key, static_cast<std::uint32_t>(hash), SomeSize(rng, budget), now,
                               SomeExpiry(rng, now));
  Store::Leaving leaving;
  if (!store.Insert(item, hash, now, leaving)) item->DropReference();
}

TEST_CASE("no operation of any size takes any policy over its budget") {
  const std::uint64_t operations = Operations();
  for (const Policy policy : Policies()) {
    for (const std::size_t budget : {256, 2000, 10'000, 300'000}) {
      CAPTURE(PolicyName(policy), budget);
      Rng rng(budget);
      TimePoint now{std::chrono::hours(1)};
      Store store(policy, budget);
      std::size_t most = 0;
      for (std::uint64_t i = 0; i < operations; ++i) {
        SomeOperation(rng, now, store);
        most = std::max(most, store.used_bytes());
        if (store.used_bytes() > budget ||
            (i % 128 == 0 && store.used_bytes() != store.Recount())) {
          FAIL("after operation " << i << ": " << store.used_bytes() << " bytes, counted "
                                  << store.Recount());
        }
      }
      REQUIRE(store.used_bytes() == store.Recount());
      REQUIRE(most > budget / 2);  // else the budget was never near
    }
  }
}

TEST_CASE("a budget that changes holds at once for every policy") {
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    Rng rng(7);
    TimePoint now{std::chrono::hours(1)};
    Store store(policy, 100'000);
    for (int round = 0; round < 300; ++round) {
      const std::size_t budget =
          store.fixed_bytes(true) +
          (round % 3 == 0 ? 0 : rng.Below(std::size_t{1} << (8 + round % 12)));
      const std::size_t items = store.items();
      RemovedItems evicted;
      store.SetBudget(budget, evicted);
      REQUIRE(store.budget_bytes() == budget);
      REQUIRE(store.used_bytes() <= budget);
      REQUIRE(store.used_bytes() == store.Recount());
      REQUIRE(store.items() + evicted.size() == items);
      for (int i = 0; i < 500; ++i) {
        SomeOperation(rng, now, store);
        REQUIRE(store.used_bytes() <= budget);
      }
      REQUIRE(store.used_bytes() == store.Recount());
    }
  }
}

TEST_CASE("a smaller budget keeps what the policy would keep and as much as fits") {
  std::uint64_t told = 0;
  Cache cache({.budget_bytes = 64 << 20, .on_evict = [&told](const Item&) { ++told; }});
  const auto key = [](int i) { return "key-" + std::to_string(i); };
  const auto has = [&](int i) { return static_cast<bool>(cache.Find(key(i), HashKey(key(i)))); };
  constexpr int kItems = 100'000;
  for (int i = 0; i < kItems; ++i) cache.Insert(key(i), HashKey(key(i)), std::string(100, 'v'));
  const std::uint64_t used = cache.stats().used_bytes;
  REQUIRE(cache.stats().items == kItems);
  REQUIRE(cache.SetBudget(used / 4));
  const CacheStats stats = cache.stats();
  REQUIRE(stats.used_bytes <= used / 4);
  REQUIRE(stats.items > kItems / 5);
  REQUIRE(stats.items + stats.evicted == kItems);
  REQUIRE(told == stats.evicted);
  REQUIRE(has(kItems - 1));
  REQUIRE_FALSE(has(0));
  REQUIRE(cache.Recount() == stats.used_bytes);
  REQUIRE_FALSE(cache.SetBudget(1000));  // less than 64 shards take
  REQUIRE(cache.stats().budget_bytes == stats.budget_bytes);
  REQUIRE(cache.SetBudget(64 << 20));
  for (int i = 0; i < kItems; ++i) cache.Insert(key(i), HashKey(key(i)), std::string(100, 'v'));
  REQUIRE(cache.stats().items == kItems);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

std::size_t BytesInUse() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// What one entry costs, beyond key and value, in a cache that is far from full.
void CheckCharges(std::size_t entries, Policy policy, std::size_t value_min, std::size_t value_max,
                  double most) {
  CAPTURE(entries, PolicyName(policy), value_min, value_max);
  const std::size_t before = BytesInUse();
  Cache cache({.budget_bytes = std::size_t{4} << 30, .policy = policy});
  Rng rng(1);
  const std::string value(value_max, 'v');
  std::size_t payload = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::string key = "key-" + std::to_string(i);
    const std::size_t size = value_min + rng.Below(value_max - value_min + 1);
    cache.Insert(key, HashKey(key), std::string_view(value).substr(0, size));
    payload += key.size() + size;
  }
  REQUIRE(cache.stats().items == entries);
  const auto held = static_cast<double>(BytesInUse() - before);
  const auto charged = static_cast<double>(cache.stats().used_bytes);
  CAPTURE(held, charged);
  CHECK(held / charged > 0.95);
  CHECK(held / charged < 1.05);
  CHECK((charged - static_cast<double>(payload)) / static_cast<double>(entries) <= most);
}

TEST_CASE("what is charged is what malloc holds at a million entries", "[long]") {
  constexpr std::size_t kMillion = 1'000'000;
  CheckCharges(kMillion, Policy::kLru, 100, 100, 80);
  // Tables double, so with half or a quarter as many they are as full.
  CheckCharges(kMillion / 4, Policy::kLru, 0, 0, 80);
  CheckCharges(kMillion / 4, Policy::kLru, 0, 300, 80);
  // The sketch of tinylfu is the most that any other keeps.
  for (const Policy policy : Policies()) {
    CheckCharges(kMillion / 4, policy, 100, 100, 80 + 16);
  }
}

#endif

}  // namespace
}  // namespace ringlab
