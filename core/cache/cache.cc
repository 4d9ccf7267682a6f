#include "core/cache/cache.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <new>

#include "core/base/check.h"

namespace ringlab {

namespace {

// What the allocator may add to an item: its header and its rounding, which is up to a page for the
// large blocks that it maps one by one (glibc: from 128 KiB).
constexpr std::size_t kAllocatorBytesMax = 48;
constexpr std::size_t kMappedFrom = std::size_t{128} << 10;
constexpr std::size_t kPageBytes = 4096;

constexpr std::size_t kValueBytesMax = std::numeric_limits<std::uint32_t>::max();

std::size_t ShardCount(const CacheOptions& options) {
  return std::bit_floor(std::clamp<std::size_t>(options.budget_bytes / options.shard_bytes_min, 1,
                                                Cache::kShardsMax));
}

// Null when it is larger than an item can be.
Item* NewItem(std::string_view key, std::uint64_t hash, std::string_view value, TimePoint now,
              const Expiry& expiry) {
  if (key.size() > Item::kKeyBytesMax || value.size() > kValueBytesMax) return nullptr;
  Item* const item = Item::New(key, static_cast<std::uint32_t>(hash), value.size(), now, expiry);
  if (!value.empty()) std::memcpy(item->value_bytes(), value.data(), value.size());
  return item;
}

// Likewise when there is no memory for it: what was loaded is answered, and not kept.
Item* NewItemOrNone(std::string_view key, std::uint64_t hash, std::string_view value, TimePoint now,
                    const Expiry& expiry) {
  try {
    return NewItem(key, hash, value, now, expiry);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

// Two threads that take turns pay for each cache line that the other wrote. So all that a hit of
// the default policy writes here is on the first line, lock included, and the index that it reads
// on another.
struct alignas(64) Cache::Shard {
  Shard(Policy policy, std::size_t budget_bytes) : store(policy, budget_bytes) {}

  void Prefetch(std::uint64_t hash) const RL_NO_THREAD_SAFETY_ANALYSIS { store.Prefetch(hash); }

  mutable Mutex mutex;
  std::uint64_t hits RL_GUARDED_BY(mutex) = 0;
  std::uint64_t misses RL_GUARDED_BY(mutex) = 0;
  Store store RL_GUARDED_BY(mutex);
  CacheStats counts RL_GUARDED_BY(mutex);  // the other event counts; sizes come from the store
};

Cache::Cache(CacheOptions options)
    : shard_mask_(ShardCount(options) - 1),
      on_evict_(std::move(options.on_evict)),
      clock_(options.clock) {
  RL_CHECK(options.budget_bytes >= kBudgetBytesMin);
  const std::size_t shards = shard_mask_ + 1;
  for (std::size_t i = 0; i < shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(options.policy, options.budget_bytes / shards));
  }
}

Cache::~Cache() = default;

Found Cache::Find(std::string_view key, std::uint64_t hash) {
  Shard& shard = ShardOf(hash);
  shard.Prefetch(hash);  // while we wait for the lock's cache line
  Value timed;
  {
    MutexLock lock(shard.mutex);
    Item* const item = shard.store.Find(key, hash);
    ++(item != nullptr ? shard.hits : shard.misses);
    if (item == nullptr) return {};
    if (!item->timed()) return Found(Value::Share(item));
    timed = Value::Share(item);
  }
  return Judge(Found(std::move(timed)), hash, /*counted=*/true);
}

Found Cache::FindAgain(std::string_view key, std::uint64_t hash) {
  Found found;
  {
    Shard& shard = ShardOf(hash);
    MutexLock lock(shard.mutex);
    Item* const item = shard.store.Find(key, hash);
    if (item == nullptr) return {};
    found = Found(Value::Share(item));
  }
  return Judge(std::move(found), hash, /*counted=*/false);
}

// What was found may be past its time. The clock is read outside the lock, and the item is ours to
// read, whatever becomes of it in the store meanwhile. It was counted as a hit already.
Found Cache::Judge(Found found, std::uint64_t hash, bool counted) {
  if (found.expires() == kNever) return found;
  const TimePoint now = Now();
  if (now < found.expires()) return found;
  const std::uint64_t finds = counted ? 1 : 0;
  RemovedItems removed;
  Shard& shard = ShardOf(hash);
  MutexLock lock(shard.mutex);
  if (now < found.stale_until()) {
    shard.counts.stale_hits += finds;
    return Found(std::move(found), /*stale=*/true);
  }
  shard.hits -= finds;
  shard.misses += finds;
  if (shard.store.Erase(*found.item(), hash, removed)) ++shard.counts.expired;
  return {};
}

bool Cache::Insert(std::string_view key, std::uint64_t hash, std::string_view value,
                   const Expiry& expiry) {
  return InsertItem(nullptr, key, hash, value, expiry);
}

bool Cache::InsertUnless(const std::atomic<bool>& superseded, std::string_view key,
                         std::uint64_t hash, std::string_view value, const Expiry& expiry) {
  return InsertItem(&superseded, key, hash, value, expiry);
}

bool Cache::InsertItem(const std::atomic<bool>* superseded, std::string_view key,
                       std::uint64_t hash, std::string_view value, const Expiry& expiry) {
  RL_CHECK_BECAUSE(clock_ != nullptr || expiry.never(), "an expiry in a cache without a clock");
  const TimePoint now = Now();
  const bool late = expiry.end() <= now;
  Item* const item = late                    ? nullptr
                     : superseded != nullptr ? NewItemOrNone(key, hash, value, now, expiry)
                                             : NewItem(key, hash, value, now, expiry);
  Store::Leaving leaving;
  const auto file = [&](Shard& shard) {
    MutexLock lock(shard.mutex);
    CacheStats& counts = shard.counts;
    if (superseded != nullptr && superseded->load()) {
      ++counts.superseded;
      return false;
    }
    const bool stored = item != nullptr && shard.store.Insert(item, hash, now, leaving);
    if (item == nullptr) shard.store.Erase(key, hash, leaving.replaced);
    ++counts.inserts;
    if (!stored) ++(late ? counts.expired : counts.oversize);
    counts.replaced += leaving.replaced.size();
    counts.expired += leaving.expired.size();
    counts.evicted += leaving.evicted.size();
    return stored;
  };
  const bool stored = file(ShardOf(hash));
  if (!stored && item != nullptr) item->DropReference();
  Drop(leaving.evicted);
  return stored;
}

bool Cache::Erase(std::string_view key, std::uint64_t hash) {
  RemovedItems removed;
  Shard& shard = ShardOf(hash);
  MutexLock lock(shard.mutex);
  if (!shard.store.Erase(key, hash, removed)) return false;
  ++shard.counts.erased;
  return true;
}

void Cache::EraseIf(std::size_t part, const std::function<bool(std::string_view)>& leaves) {
  RemovedItems removed;
  Shard& shard = *shards_.at(part);
  MutexLock lock(shard.mutex);
  shard.store.EraseIf(leaves, removed);
  shard.counts.erased += removed.size();
}

bool Cache::TakesBudget(std::size_t budget_bytes) const {
  MutexLock lock(shards_.front()->mutex);
  return budget_bytes / shards_.size() >=
         std::max(kBudgetBytesMin, shards_.front()->store.fixed_bytes(true));
}

bool Cache::SetBudget(std::size_t budget_bytes) {
  if (!TakesBudget(budget_bytes)) return false;
  const std::size_t share = budget_bytes / shards_.size();
  for (const auto& shard : shards_) {
    RemovedItems evicted;
    {
      MutexLock lock(shard->mutex);
      shard->store.SetBudget(share, evicted);
      shard->counts.evicted += evicted.size();
    }
    Drop(evicted);
  }
  return true;
}

void Cache::Drop(RemovedItems& evicted) {
  while (Item* const victim = evicted.Pop()) {
    if (on_evict_) on_evict_(*victim);
    victim->DropReference();
  }
}

std::size_t Cache::Expire(TimePoint now) {
  std::size_t count = 0;
  for (const auto& shard : shards_) {
    RemovedItems expired;
    MutexLock lock(shard->mutex);
    shard->store.Expire(now, kExpireStepsMax, expired);
    shard->counts.expired += expired.size();
    count += expired.size();
  }
  return count;
}

TimePoint Cache::NextExpiry() const {
  TimePoint next = kNever;
  for (const auto& shard : shards_) {
    MutexLock lock(shard->mutex);
    next = std::min(next, shard->store.NextExpiry());
  }
  return next;
}

std::size_t Cache::entry_bytes_max(bool timed) const {
  Shard& shard = *shards_.front();
  MutexLock lock(shard.mutex);
  const std::size_t budget = shard.store.budget_bytes();
  const std::size_t overhead = shard.store.fixed_bytes(timed) + Item::kOverheadBytes +
                               (timed ? Item::kTimedBytes : 0) + kAllocatorBytesMax +
                               (budget >= kMappedFrom ? kPageBytes : 0);
  return budget > overhead ? budget - overhead : 0;
}

CacheStats Cache::stats() const {
  CacheStats sum;
  for (const auto& shard : shards_) {
    MutexLock lock(shard->mutex);
    sum.hits += shard->hits;
    sum.stale_hits += shard->counts.stale_hits;
    sum.misses += shard->misses;
    sum.inserts += shard->counts.inserts;
    sum.replaced += shard->counts.replaced;
    sum.evicted += shard->counts.evicted;
    sum.erased += shard->counts.erased;
    sum.expired += shard->counts.expired;
    sum.oversize += shard->counts.oversize;
    sum.superseded += shard->counts.superseded;
    sum.items += shard->store.items();
    sum.used_bytes += shard->store.used_bytes();
    sum.budget_bytes += shard->store.budget_bytes();
  }
  return sum;
}

std::uint64_t Cache::Recount() const {
  std::uint64_t bytes = 0;
  for (const auto& shard : shards_) {
    MutexLock lock(shard->mutex);
    bytes += shard->store.Recount();
  }
  return bytes;
}

}  // namespace ringlab
