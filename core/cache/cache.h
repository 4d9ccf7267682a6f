// Cache: a byte-budgeted, evicting, expiring map that many threads use at once.
//
// Shards of {mutex, Store}: a key's hash picks its shard, the budget is split evenly, and each
// shard keeps the exact order of its policy. Thread-safe. No allocation on a hit, no clock read on
// one of an entry that never expires, and nothing is freed or called back under a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/function.h"
#include "core/base/scheduler.h"
#include "core/base/sync.h"
#include "core/cache/eviction/policy.h"
#include "core/cache/store.h"
#include "core/item/expiry.h"
#include "core/item/found.h"
#include "core/item/value.h"

namespace ringlab {

// hits + misses = finds. inserts = items + replaced + evicted + erased + expired + oversize.
struct CacheStats {
  std::uint64_t hits = 0;
  std::uint64_t stale_hits = 0;  // of these, the ones past their expiry, in their stale window
  std::uint64_t misses = 0;
  std::uint64_t inserts = 0;
  std::uint64_t replaced = 0;    // by a newer value of the same key
  std::uint64_t evicted = 0;     // to make room
  std::uint64_t erased = 0;      // on request
  std::uint64_t expired = 0;     // past their stale window, or so already when they were inserted
  std::uint64_t oversize = 0;    // never stored: larger than a shard's whole budget
  std::uint64_t superseded = 0;  // not inserts: InsertUnless came too late
  std::uint64_t items = 0;
  std::uint64_t used_bytes = 0;
  std::uint64_t budget_bytes = 0;
};

// Told of every evicted entry, after the fact and outside any lock, on the inserting thread.
using EvictionCallback = Function<void(const Item& evicted)>;

struct CacheOptions {
  std::size_t budget_bytes;
  Policy policy = Policy::kLru;
  EvictionCallback on_evict = nullptr;
  const Scheduler* clock = nullptr;  // outlives the cache; without one nothing can expire or age

  // One shard until the budget allows each at least so much, then up to Cache::kShardsMax: so a
  // small cache evicts in exact order, a large one takes many threads, and what is larger than a
  // shard cannot be stored.
  std::size_t shard_bytes_min = std::size_t{1} << 20;
};

class Cache {
 public:
  // The smallest budget that is accepted: room for an index and one tiny entry, with any policy.
  static constexpr std::size_t kBudgetBytesMin = 256;

  static constexpr std::size_t kShardsMax = 64;

  // Steps that one Expire takes in each shard at most: the time that it holds the lock for.
  static constexpr std::size_t kExpireStepsMax = 64;

  explicit Cache(CacheOptions options);
  explicit Cache(std::size_t budget_bytes, EvictionCallback on_evict = nullptr)
      : Cache(CacheOptions{.budget_bytes = budget_bytes, .on_evict = std::move(on_evict)}) {}
  ~Cache();

  // The value of `key`, fresh or stale; false when absent. `hash` = HashKey(key) here and below.
  Found Find(std::string_view key, std::uint64_t hash);

  // As Find, but counted neither as hit nor as miss: for the second look of one Get.
  Found FindAgain(std::string_view key, std::uint64_t hash);

  // Stores a copy of `value`, in place of any older one. False when it was not stored, as too large
  // or past its expiry and stale window: then the older one is gone all the same.
  bool Insert(std::string_view key, std::uint64_t hash, std::string_view value,
              const Expiry& expiry = {});

  // As Insert, but does nothing and returns false when `superseded` is set, which it reads under
  // the lock that the key's inserts and erasures take. So a write that first sets the flag of the
  // loads under way, and then calls Insert or Erase, is never undone by one of those loads.
  bool InsertUnless(const std::atomic<bool>& superseded, std::string_view key, std::uint64_t hash,
                    std::string_view value, const Expiry& expiry = {});

  // Takes `key` out; false when absent.
  bool Erase(std::string_view key, std::uint64_t hash);

  // Takes out the entries that `leaves(key)` is true for, in one of the parts() of the cache, whose
  // lock it holds for that long: O(its entries).
  void EraseIf(std::size_t part, const std::function<bool(std::string_view)>& leaves);
  std::size_t parts() const { return shards_.size(); }

  // Takes out entries that are past their stale window, at most kExpireStepsMax a shard and one
  // TimerWheel::kTick late; returns how many. Nothing is read that is not due.
  std::size_t Expire(TimePoint now);

  // When Expire is worth calling next, in the past if it left something: kNever if nothing expires.
  // Every insert of a timed entry may bring it forward, to the entry's Expiry::end() at the least.
  TimePoint NextExpiry() const;

  // Whether SetBudget would take so many.
  bool TakesBudget(std::size_t budget_bytes) const;

  // The budget of all together from now on; what does not fit any more leaves at once, a shard's
  // part at a time, and on_evict hears of it. False, and nothing changes, for one that would leave
  // a shard less than an empty one takes. The number of shards stays.
  bool SetBudget(std::size_t budget_bytes);

  // A largest key and value together that is sure to be stored, with an expiry or without one; 0
  // when there is none. The key no longer than Item::kKeyBytesMax.
  std::size_t entry_bytes_max(bool timed = false) const;

  CacheStats stats() const;

  // used_bytes counted again from the items. For tests: O(items).
  std::uint64_t Recount() const;

 private:
  struct Shard;

  Shard& ShardOf(std::uint64_t hash) { return *shards_[(hash >> 32) & shard_mask_]; }
  TimePoint Now() const { return clock_ == nullptr ? TimePoint{} : clock_->Now(); }

  void Drop(RemovedItems& evicted);
  Found Judge(Found found, std::uint64_t hash, bool counted);
  bool InsertItem(const std::atomic<bool>* superseded, std::string_view key, std::uint64_t hash,
                  std::string_view value, const Expiry& expiry);

  std::vector<std::unique_ptr<Shard>> shards_;
  std::size_t shard_mask_;
  EvictionCallback on_evict_;
  const Scheduler* const clock_;
};

}  // namespace ringlab
