#include "core/cache.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "core/check.h"

namespace ringlab {

namespace {

// What an entry may cost beyond its key and value: item header, index, and the allocator's
// rounding, which is up to a page for the large blocks that it maps one by one (glibc: from 128
// KiB).
constexpr std::size_t kEntryOverheadMax = sizeof(Item) + ItemTable::kBytesMin + 48;
constexpr std::size_t kMappedFrom = std::size_t{128} << 10;
constexpr std::size_t kPageBytes = 4096;

std::size_t ShardCount(std::size_t budget_bytes) {
  return std::bit_floor(
      std::clamp<std::size_t>(budget_bytes / Cache::kShardBytesMin, 1, Cache::kShardsMax));
}

}  // namespace

Cache::Cache(std::size_t budget_bytes, EvictionCallback on_evict)
    : shard_mask_(ShardCount(budget_bytes) - 1), on_evict_(std::move(on_evict)) {
  RL_CHECK(budget_bytes >= kBudgetBytesMin);
  const std::size_t shards = shard_mask_ + 1;
  for (std::size_t i = 0; i < shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(budget_bytes / shards));
  }
}

Value Cache::Find(std::string_view key, std::uint64_t hash) {
  Shard& shard = ShardOf(hash);
  shard.Prefetch(hash);  // while we wait for the lock's cache line
  MutexLock lock(shard.mutex);
  Value found = shard.lru.Find(key, hash);
  ++(found ? shard.hits : shard.misses);
  return found;
}

Value Cache::FindAgain(std::string_view key, std::uint64_t hash) {
  Shard& shard = ShardOf(hash);
  MutexLock lock(shard.mutex);
  return shard.lru.Find(key, hash);
}

bool Cache::Insert(std::string_view key, std::uint64_t hash, std::string_view value) {
  Item* item = Item::New(key, static_cast<std::uint32_t>(hash), value.size());
  if (!value.empty()) std::memcpy(item->value_bytes(), value.data(), value.size());
  RemovedItems replaced;
  RemovedItems evicted;
  const bool stored = InsertLocked(ShardOf(hash), item, hash, replaced, evicted);
  if (!stored) item->DropReference();
  while (Item* victim = evicted.Pop()) {
    if (on_evict_) on_evict_(*victim);
    victim->DropReference();
  }
  return stored;
}

bool Cache::InsertUnless(const std::atomic<bool>& superseded, std::string_view key,
                         std::uint64_t hash, std::string_view value) {
  return !superseded.load() && Insert(key, hash, value);
}

bool Cache::InsertLocked(Shard& shard, Item* item, std::uint64_t hash, RemovedItems& replaced,
                         RemovedItems& evicted) {
  MutexLock lock(shard.mutex);
  const std::size_t before = shard.lru.items();
  const bool stored = shard.lru.Insert(item, hash, replaced, evicted);
  const std::uint64_t replacements = replaced.empty() ? 0 : 1;
  ++shard.counts.inserts;
  shard.counts.oversize += stored ? 0 : 1;
  shard.counts.replaced += replacements;
  shard.counts.evicted += before + (stored ? 1 : 0) - replacements - shard.lru.items();
  return stored;
}

bool Cache::Erase(std::string_view key, std::uint64_t hash) {
  RemovedItems removed;
  Shard& shard = ShardOf(hash);
  MutexLock lock(shard.mutex);
  if (!shard.lru.Erase(key, hash, removed)) return false;
  ++shard.counts.erased;
  return true;
}

std::size_t Cache::entry_bytes_max() const {
  MutexLock lock(shards_.front()->mutex);
  const std::size_t budget = shards_.front()->lru.budget_bytes();
  const std::size_t overhead = kEntryOverheadMax + (budget >= kMappedFrom ? kPageBytes : 0);
  return budget > overhead ? budget - overhead : 0;
}

CacheStats Cache::stats() const {
  CacheStats sum;
  for (const auto& shard : shards_) {
    MutexLock lock(shard->mutex);
    sum.hits += shard->hits;
    sum.misses += shard->misses;
    sum.inserts += shard->counts.inserts;
    sum.replaced += shard->counts.replaced;
    sum.evicted += shard->counts.evicted;
    sum.erased += shard->counts.erased;
    sum.oversize += shard->counts.oversize;
    sum.items += shard->lru.items();
    sum.used_bytes += shard->lru.used_bytes();
    sum.budget_bytes += shard->lru.budget_bytes();
  }
  return sum;
}

std::uint64_t Cache::Recount() const {
  std::uint64_t bytes = 0;
  for (const auto& shard : shards_) {
    MutexLock lock(shard->mutex);
    bytes += shard->lru.Recount();
  }
  return bytes;
}

}  // namespace ringlab
