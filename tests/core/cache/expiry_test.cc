// Entries that expire, may be stale for a while, or come too late, on every policy.
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/base/counter.h"
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/cache/cache.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A cache, and a time that passes when the test says so.
struct World {
  explicit World(Policy policy, std::size_t budget = std::size_t{1} << 20)
      : cache({.budget_bytes = budget, .policy = policy, .clock = &scheduler}) {}

  bool Put(const std::string& key, Duration ttl, Duration stale = Duration::zero()) {
    return cache.Insert(key, HashKey(key), "value", ExpireAfter(scheduler.Now(), ttl, stale));
  }
  Found Look(const std::string& key) { return cache.Find(key, HashKey(key)); }

  void CheckCounts() const {
    const CacheStats s = cache.stats();
    CHECK(s.inserts == s.items + s.replaced + s.evicted + s.erased + s.expired + s.oversize);
    CHECK(s.stale_hits <= s.hits);
    CHECK(s.used_bytes == cache.Recount());
    CHECK(s.used_bytes <= s.budget_bytes);
  }

  ManualScheduler scheduler;
  Cache cache;
};

// Counts how often it is asked for the time.
class CountingClock final : public Scheduler {
 public:
  TimePoint Now() const override {
    ++asked;
    return TimePoint{seconds(1)};
  }
  void RunAt(TimePoint, Task) override {}

  mutable int asked = 0;
};

TEST_CASE("an entry is fresh and then stale and then gone") {
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    World world(policy);
    const TimePoint start = world.scheduler.Now();
    REQUIRE(world.Put("k", seconds(10), seconds(5)));
    world.scheduler.AdvanceBy(seconds(10) - Duration{1});
    const Found fresh = world.Look("k");
    REQUIRE(fresh.view() == "value");
    REQUIRE_FALSE(fresh.stale());
    REQUIRE(fresh.expires() == start + seconds(10));
    REQUIRE(fresh.stale_until() == start + seconds(15));
    REQUIRE(fresh.Age(world.scheduler.Now()) >= seconds(10) - milliseconds(20));

    world.scheduler.AdvanceBy(Duration{1});
    REQUIRE(world.Look("k").stale());
    REQUIRE(world.cache.FindAgain("k", HashKey("k")).stale());
    world.scheduler.AdvanceBy(seconds(5) - Duration{1});
    REQUIRE(world.Look("k").stale());
    world.scheduler.AdvanceBy(Duration{1});
    REQUIRE_FALSE(world.Look("k"));
    REQUIRE_FALSE(world.Look("k"));
    const CacheStats s = world.cache.stats();
    REQUIRE(s.hits == 3);
    REQUIRE(s.stale_hits == 2);
    REQUIRE(s.misses == 2);
    REQUIRE(s.expired == 1);
    REQUIRE(s.items == 0);
    world.CheckCounts();
  }
}

// A reference system's default policy emptied itself every minute of entries without a TTL.
TEST_CASE("an entry with a ttl of 0 never expires") {
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    World world(policy);
    REQUIRE(world.Put("k", Duration::zero()));
    REQUIRE(world.cache.NextExpiry() == kNever);
    world.scheduler.AdvanceBy(std::chrono::hours(24 * 365 * 100));
    REQUIRE(world.cache.Expire(world.scheduler.Now()) == 0);
    REQUIRE(world.Look("k"));
    REQUIRE(world.Look("k").expires() == kNever);
    world.CheckCounts();
  }
}

TEST_CASE("what is past its time already is not stored and supersedes all the same") {
  World world(Policy::kLru);
  REQUIRE(world.Put("k", seconds(10)));
  const TimePoint past = world.scheduler.Now();
  REQUIRE_FALSE(world.cache.Insert("k", HashKey("k"), "late", {.expires = past}));
  REQUIRE_FALSE(world.Look("k"));
  REQUIRE(world.cache.stats().expired == 1);
  REQUIRE(world.cache.stats().replaced == 1);
  // Stale from the start is stored.
  REQUIRE(world.cache.Insert("k", HashKey("k"), "stale",
                             {.expires = past, .stale_until = past + seconds(1)}));
  REQUIRE(world.Look("k").stale());
  world.CheckCounts();
}

TEST_CASE("Expire reclaims everything that is due and nothing else") {
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    World world(policy, std::size_t{8} << 20);  // eight shards
    constexpr int kEntries = 2000;
    for (int i = 0; i < kEntries; ++i) {
      REQUIRE(world.Put(std::to_string(i), seconds(i % 4 == 0 ? 0 : i % 4), seconds(1)));
    }
    std::size_t reclaimed = 0;
    while (world.cache.NextExpiry() < kNever) {
      world.scheduler.AdvanceTo(world.cache.NextExpiry());
      const std::size_t now = world.cache.Expire(world.scheduler.Now());
      REQUIRE(now <= 8 * Cache::kExpireStepsMax);
      reclaimed += now;
    }
    REQUIRE(reclaimed == kEntries / 4 * 3);
    REQUIRE(world.cache.stats().items == kEntries / 4);
    REQUIRE(world.Look("0"));
    REQUIRE_FALSE(world.Look("1"));
    world.CheckCounts();
  }
}

TEST_CASE("a hit on an entry that never expires reads no clock") {
  CountingClock clock;
  Cache cache({.budget_bytes = 1 << 20, .clock = &clock});
  REQUIRE(cache.Insert("plain", HashKey("plain"), "v"));
  REQUIRE(cache.Insert("timed", HashKey("timed"), "v", {.expires = TimePoint{seconds(2)}}));
  clock.asked = 0;
  REQUIRE(cache.Find("plain", HashKey("plain")));
  REQUIRE_FALSE(cache.Find("absent", HashKey("absent")));
  REQUIRE(clock.asked == 0);
  REQUIRE(cache.Find("timed", HashKey("timed")));
  REQUIRE(clock.asked == 1);
}

TEST_CASE("a load that was superseded changes nothing") {
  World world(Policy::kLru);
  std::atomic<bool> superseded{false};
  const std::uint64_t hash = HashKey("k");
  REQUIRE(world.cache.InsertUnless(superseded, "k", hash, "loaded"));
  superseded = true;
  REQUIRE(world.cache.Insert("k", hash, "written"));
  REQUIRE_FALSE(world.cache.InsertUnless(superseded, "k", hash, "older"));
  REQUIRE(world.Look("k").view() == "written");
  REQUIRE(world.cache.Erase("k", hash));
  REQUIRE_FALSE(world.cache.InsertUnless(superseded, "k", hash, "older"));
  REQUIRE_FALSE(world.Look("k"));
  REQUIRE(world.cache.stats().superseded == 2);
  REQUIRE(world.cache.stats().inserts == 2);
  world.CheckCounts();
}

TEST_CASE("a write that races with a load always wins") {
  constexpr int kRounds = 500;
  Cache cache(1 << 20);
  for (int round = 0; round < kRounds; ++round) {
    const std::string key = std::to_string(round);
    std::atomic<bool> superseded{false};
    std::atomic<int> ready{0};
    std::thread load([&] {
      for (ready.fetch_add(1); ready < 2;) std::this_thread::yield();
      cache.InsertUnless(superseded, key, HashKey(key), "older");
    });
    for (ready.fetch_add(1); ready < 2;) std::this_thread::yield();
    superseded = true;
    cache.Insert(key, HashKey(key), "newer");
    load.join();
    if (cache.FindAgain(key, HashKey(key)).view() != "newer") FAIL("round " << round);
  }
}

TEST_CASE("threads that find and insert and expire leave every count right on any policy") {
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    World world(policy, std::size_t{2} << 20);
    Counter finds;
    Counter wrong;
    const auto work = [&](std::uint64_t seed) {
      Rng rng(seed);
      for (int i = 0; i < 5'000; ++i) {
        const std::string key = std::to_string(rng.Below(3000));
        const std::uint64_t what = rng.Below(20);
        if (what < 10) {
          finds.Add();
          const Found found = world.Look(key);
          if (found && found.view() != key + std::string(900, '.')) wrong.Add();
        } else if (what < 18) {
          const Duration ttl = milliseconds(rng.Below(4) == 0 ? 200 : 0);  // the others stay
          world.cache.Insert(key, HashKey(key), key + std::string(900, '.'),
                             ExpireAfter(world.scheduler.Now(), ttl, ttl / 2));
        } else if (what == 18) {
          world.cache.Erase(key, HashKey(key));
        } else {
          world.scheduler.AdvanceBy(milliseconds(2));
          world.cache.Expire(world.scheduler.Now());
        }
      }
    };
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) threads.emplace_back(work, t);
    for (std::thread& thread : threads) thread.join();
    const CacheStats s = world.cache.stats();
    REQUIRE(wrong.value() == 0);
    REQUIRE(s.hits + s.misses == finds.value());
    REQUIRE(s.expired > 0);
    REQUIRE(s.evicted > 0);
    world.CheckCounts();
  }
}

}  // namespace
}  // namespace ringlab
