// The cache by itself: hits, misses and inserts that evict, with each policy; expiry.
#include <memory>
#include <string>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/base/timer_wheel.h"
#include "core/cache/cache.h"
#include "tests/bench/hot_path.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kEntries = 4096;
constexpr std::uint64_t kOps = 20'000;
constexpr std::size_t kRoomy = std::size_t{64} << 20;
constexpr std::size_t kTight = std::size_t{512} << 10;  // holds about 2,900 of the entries

struct World {
  World(Policy policy, std::size_t budget_bytes)
      : cache({.budget_bytes = budget_bytes, .policy = policy, .clock = &scheduler}) {
    for (std::uint64_t k = 0; k < kEntries; ++k) keys.push_back("key-" + std::to_string(k));
  }

  // Entries that live for ever, or for an hour.
  void Fill(Duration ttl = {}) {
    const Expiry expiry = ExpireAfter(scheduler.Now(), ttl);
    for (const std::string& key : keys) cache.Insert(key, HashKey(key), value, expiry);
  }

  const std::string value = std::string(100, 'v');
  std::vector<std::string> keys;
  ManualScheduler scheduler;
  Cache cache;
  Rng rng{1};
};

RunOps Hits(Policy policy, Duration ttl = {}) {
  auto world = std::make_shared<World>(policy, kRoomy);
  world->Fill(ttl);
  return [world](std::uint64_t ops) {
    for (; ops > 0; --ops) {
      const std::string& key = world->keys[world->rng.Next() % kEntries];
      Keep(world->cache.Find(key, HashKey(key)));
    }
  };
}

RunOps Misses() {
  auto world = std::make_shared<World>(Policy::kLru, kRoomy);
  world->Fill();
  for (std::string& key : world->keys) key[0] = 'x';
  return [world, i = std::size_t{0}](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) {
      const std::string& key = world->keys[i++ % kEntries];
      Keep(world->cache.Find(key, HashKey(key)));
    }
  };
}

// New keys all the time, each of which makes another leave.
RunOps Evictions(Policy policy) {
  auto world = std::make_shared<World>(policy, kTight);
  world->Fill();
  return [world, next = kEntries](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) {
      std::string& key = world->keys[next % kEntries];
      key.replace(4, std::string::npos, std::to_string(next++));
      world->cache.Insert(key, HashKey(key), world->value);
    }
  };
}

// Inserts of entries that end, one after the other, a moment later.
RunOps Expiries() {
  auto world = std::make_shared<World>(Policy::kLru, kRoomy);
  return [world, now = TimePoint(std::chrono::hours(1)),
          i = std::size_t{0}](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) {
      const std::string& key = world->keys[i++ % kEntries];
      now += std::chrono::milliseconds(1);
      world->cache.Insert(key, HashKey(key), world->value,
                          ExpireAfter(now, std::chrono::seconds(2)));
      if (i % 64 == 0) Keep(world->cache.Expire(now));
    }
  };
}

RunOps WheelOps() {
  struct Wheel {
    std::vector<std::unique_ptr<Timed>> entries;
    TimerWheel wheel;
  };
  auto all = std::make_shared<Wheel>();
  Rng rng(1);
  for (std::uint64_t i = 0; i < kEntries; ++i) {
    const auto after = static_cast<std::int64_t>(rng.Below(3'600'000'000'000));
    all->entries.push_back(std::make_unique<Timed>(TimePoint(Duration(after))));
  }
  return [all, i = std::size_t{0}](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) {
      Timed& entry = *all->entries[i++ % kEntries];
      all->wheel.Add(entry);
      all->wheel.Remove(entry);
    }
  };
}

}  // namespace

std::vector<HotPath> CachePaths() {
  std::vector<HotPath> paths;
  for (const Policy policy : Policies()) {
    const bool timed = policy == Policy::kLru;
    const std::string name(PolicyName(policy));
    paths.push_back({"cache_hit_" + name, kOps, [=] { return Hits(policy); }, timed});
    paths.push_back({"cache_evict_" + name, kOps, [=] { return Evictions(policy); }, timed});
  }
  paths.push_back({"cache_miss", kOps, Misses});
  paths.push_back(
      {"cache_hit_with_ttl", kOps, [] { return Hits(Policy::kLru, std::chrono::hours(1)); }});
  paths.push_back({"cache_insert_and_expire", kOps, Expiries});
  paths.push_back({"timer_wheel_add_and_remove", kOps, WheelOps});
  return paths;
}

}  // namespace ringlab
