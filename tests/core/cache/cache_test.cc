#include "core/cache/cache.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/counter.h"
#include "core/base/hash.h"
#include "core/base/random.h"

namespace ringlab {
namespace {

bool Put(Cache& cache, const std::string& key, std::string_view value) {
  return cache.Insert(key, HashKey(key), value);
}

Value Look(Cache& cache, const std::string& key) { return cache.Find(key, HashKey(key)); }

// hits + misses = finds, and every insert is accounted for.
void CheckCounts(const Cache& cache, std::uint64_t finds, std::uint64_t inserts) {
  const CacheStats s = cache.stats();
  REQUIRE(s.hits + s.misses == finds);
  REQUIRE(s.inserts == inserts);
  REQUIRE(s.inserts == s.items + s.replaced + s.evicted + s.erased + s.expired + s.oversize);
  REQUIRE(s.used_bytes == cache.Recount());
  REQUIRE(s.used_bytes <= s.budget_bytes);
}

TEST_CASE("a cache finds what was put in") {
  Cache cache(1 << 20);
  REQUIRE_FALSE(Look(cache, "k"));
  REQUIRE(Put(cache, "k", "v1"));
  REQUIRE(Look(cache, "k").view() == "v1");
  REQUIRE(Put(cache, "k", "v2"));
  REQUIRE(Look(cache, "k").view() == "v2");
  REQUIRE(cache.FindAgain("k", HashKey("k")).view() == "v2");
  REQUIRE(cache.Erase("k", HashKey("k")));
  REQUIRE_FALSE(cache.Erase("k", HashKey("k")));
  REQUIRE_FALSE(cache.FindAgain("k", HashKey("k")));

  const CacheStats s = cache.stats();
  REQUIRE(s.hits == 2);
  REQUIRE(s.misses == 1);
  REQUIRE(s.replaced == 1);
  REQUIRE(s.erased == 1);
  CheckCounts(cache, 3, 2);
}

TEST_CASE("keys and values of any bytes and an empty value are cached") {
  Cache cache(1 << 20);
  const std::string key("\0k\xff", 3);
  REQUIRE(Put(cache, key, ""));
  REQUIRE(Look(cache, key));
  REQUIRE(Look(cache, key).size() == 0);
  REQUIRE_FALSE(Look(cache, std::string("\0k", 2)));
}

TEST_CASE("every evicted entry is told of once and outside the lock") {
  std::set<std::string> evicted;
  Cache* self = nullptr;
  Cache cache(4096, [&](const Item& item) {
    REQUIRE(evicted.insert(std::string(item.key())).second);
    REQUIRE_FALSE(self->FindAgain(item.key(), HashKey(item.key())));  // would deadlock under it
  });
  self = &cache;
  constexpr int kEntries = 200;
  for (int i = 0; i < kEntries; ++i) REQUIRE(Put(cache, "k" + std::to_string(i), "0123456789"));
  REQUIRE(Put(cache, "k199", "replaced, not evicted"));
  REQUIRE(cache.Erase("k199", HashKey("k199")));  // erased, not evicted
  const CacheStats s = cache.stats();
  REQUIRE(s.evicted == evicted.size());
  REQUIRE(s.items + evicted.size() + 1 == kEntries);
  CheckCounts(cache, 0, kEntries + 1);
}

TEST_CASE("an entry of entry_bytes_max is stored whatever the budget") {
  // Across the sizes at which allocators change their ways: a page, 128 KiB, and shards of 1 MiB.
  for (const std::size_t budget :
       {std::size_t{256}, std::size_t{300}, std::size_t{1000}, std::size_t{4096},
        std::size_t{65'536}, std::size_t{140'000}, std::size_t{262'144}, std::size_t{1} << 20,
        (std::size_t{1} << 20) + 4000, std::size_t{5} << 20, std::size_t{200} << 20}) {
    CAPTURE(budget);
    Cache cache(budget);
    const std::size_t largest = cache.entry_bytes_max();
    REQUIRE(largest > 0);
    for (std::size_t below = 0; below < 5000 && below < largest; below += 1 + below / 8) {
      const std::string value(largest - below - 1, 'v');
      REQUIRE(Put(cache, "k", value));
      REQUIRE(Look(cache, "k").size() == value.size());
    }
    REQUIRE_FALSE(Put(cache, "k", std::string(budget, 'v')));
    REQUIRE_FALSE(Look(cache, "k"));
    REQUIRE(cache.stats().oversize == 1);
    REQUIRE(cache.stats().used_bytes <= budget);
  }
}

TEST_CASE("a budget is split among shards and never exceeded") {
  for (const std::size_t budget :
       {std::size_t{256}, std::size_t{1} << 20, (std::size_t{3} << 20) + 7, std::size_t{8} << 20}) {
    CAPTURE(budget);
    Cache cache(budget);
    const std::string value(1000, 'v');
    for (int i = 0; i < 12'000; ++i) {
      Put(cache, "k" + std::to_string(i), value);
      if (i % 500 == 0) REQUIRE(cache.stats().used_bytes <= budget);
    }
    CheckCounts(cache, 0, 12'000);
    REQUIRE(cache.stats().budget_bytes <= budget);
    REQUIRE(cache.stats().budget_bytes + Cache::kShardsMax > budget);  // lost: rounding at most
    if (budget >= CacheOptions{.budget_bytes = budget}.shard_bytes_min) {
      REQUIRE(cache.stats().used_bytes > budget / 10 * 9);  // and it is used
    }
  }
}

TEST_CASE("threads that find, insert and erase leave every count right") {
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kSteps = 5'000;
  Counter told;
  Counter wrong;
  Counter finds;
  Counter inserts;
  Cache cache(std::size_t{2} << 20, [&](const Item&) { told.Add(); });
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Rng rng(t);
      for (std::uint64_t i = 0; i < kSteps; ++i) {
        const std::string key = "k" + std::to_string(rng.Below(3000));
        const std::uint64_t what = rng.Below(10);
        if (what < 5) {
          finds.Add();
          const Value found = Look(cache, key);
          if (found && found.view() != key + std::string(900, '.')) wrong.Add();
        } else if (what < 9) {
          inserts.Add();
          Put(cache, key, key + std::string(900, '.'));
        } else {
          cache.Erase(key, HashKey(key));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(wrong.value() == 0);
  REQUIRE(cache.stats().evicted == told.value());
  REQUIRE(told.value() > 0);  // else the budget was too large to show anything
  CheckCounts(cache, finds.value(), inserts.value());
}

}  // namespace
}  // namespace ringlab
