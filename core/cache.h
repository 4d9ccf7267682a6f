// Cache: a byte-budgeted, evicting map that many threads use at once.
//
// Shards of {mutex, Lru}: a key's hash picks its shard, the budget is split evenly, and each shard
// keeps its own exact order. Thread-safe. No allocation on a hit, and nothing is freed or called
// back under a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/function.h"
#include "core/lru.h"
#include "core/sync.h"
#include "core/value.h"

namespace ringlab {

// hits + misses = finds. inserts = items + replaced + evicted + erased + oversize.
struct CacheStats {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t inserts = 0;
  std::uint64_t replaced = 0;  // by a newer value of the same key
  std::uint64_t evicted = 0;   // to make room
  std::uint64_t erased = 0;    // on request
  std::uint64_t oversize = 0;  // never stored: larger than a shard's whole budget
  std::uint64_t items = 0;
  std::uint64_t used_bytes = 0;
  std::uint64_t budget_bytes = 0;
};

class Cache {
 public:
  // Told of every evicted entry, after the fact and outside any lock, on the inserting thread.
  using EvictionCallback = Function<void(const Item& evicted)>;

  // The smallest budget that is accepted: room for an index and one tiny entry.
  static constexpr std::size_t kBudgetBytesMin = 256;

  // One shard until the budget allows each at least kShardBytesMin, then up to kShardsMax: so a
  // small cache evicts in exact order, and a large one takes many threads.
  static constexpr std::size_t kShardBytesMin = std::size_t{1} << 20;
  static constexpr std::size_t kShardsMax = 64;

  explicit Cache(std::size_t budget_bytes, EvictionCallback on_evict = nullptr);

  // The value of `key`; false when absent. `hash` = HashKey(key) here and below.
  Value Find(std::string_view key, std::uint64_t hash);

  // As Find, but counted neither as hit nor as miss: for the second look of one Get.
  Value FindAgain(std::string_view key, std::uint64_t hash);

  // Stores a copy of `value`, in place of any older one. False when it is too large to store.
  bool Insert(std::string_view key, std::uint64_t hash, std::string_view value);

  // As Insert, unless the flag is raised by then. It is read under the lock that a later Insert
  // takes: who raises it and inserts afterwards is never overwritten.
  bool InsertUnless(const std::atomic<bool>& superseded, std::string_view key, std::uint64_t hash,
                    std::string_view value);

  // Takes `key` out; false when absent.
  bool Erase(std::string_view key, std::uint64_t hash);

  // A largest key and value together that is sure to be stored.
  std::size_t entry_bytes_max() const;

  CacheStats stats() const;

  // used_bytes counted again from the items. For tests: O(items).
  std::uint64_t Recount() const;

 private:
  // Two threads that take turns pay for each cache line that the other wrote. So all that a hit
  // writes here is on the first line, lock included, and the index that it reads on the second.
  struct alignas(64) Shard {
    explicit Shard(std::size_t budget_bytes) : lru(budget_bytes) {}

    void Prefetch(std::uint64_t hash) const RL_NO_THREAD_SAFETY_ANALYSIS { lru.Prefetch(hash); }

    mutable Mutex mutex;
    std::uint64_t hits RL_GUARDED_BY(mutex) = 0;
    std::uint64_t misses RL_GUARDED_BY(mutex) = 0;
    Lru lru RL_GUARDED_BY(mutex);
    CacheStats counts RL_GUARDED_BY(mutex);  // the other event counts; sizes come from the lru
  };

  Shard& ShardOf(std::uint64_t hash) { return *shards_[(hash >> 32) & shard_mask_]; }

  bool InsertLocked(Shard& shard, Item* item, std::uint64_t hash, RemovedItems& replaced,
                    RemovedItems& evicted);

  std::vector<std::unique_ptr<Shard>> shards_;
  std::size_t shard_mask_;
  EvictionCallback on_evict_;
};

}  // namespace ringlab
