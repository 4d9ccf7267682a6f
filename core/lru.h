// Lru: a byte-budgeted map that evicts what was used longest ago.
//
// Not thread-safe: Cache holds one per shard under its mutex. Every item is charged what the
// allocator holds for it, and the hash index is charged too; used_bytes() never exceeds the budget
// after any operation. Removed items are handed out, not freed, so that the caller can let go of
// its lock first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/item_table.h"
#include "core/value.h"

namespace ringlab {

// Items that left a cache, each still carrying the cache's reference; drops what it still holds.
class RemovedItems {
 public:
  RemovedItems() = default;
  RemovedItems(const RemovedItems&) = delete;
  RemovedItems& operator=(const RemovedItems&) = delete;
  ~RemovedItems();

  void Push(Item* item);
  Item* Pop();  // the last pushed, with its reference; null when empty
  bool empty() const { return first_ == nullptr; }

 private:
  ItemLinks* first_ = nullptr;
};

class Lru {
 public:
  explicit Lru(std::size_t budget_bytes);
  ~Lru();
  Lru(const Lru&) = delete;
  Lru& operator=(const Lru&) = delete;

  // The value of `key`, now the most recently used; false when absent. `hash` = HashKey(key).
  Value Find(std::string_view key, std::uint64_t hash);

  // See ItemTable::Prefetch: from any thread, without the lock.
  void Prefetch(std::uint64_t hash) const { table_.Prefetch(hash); }

  // Files `item` as the most recently used, adopting one reference. An older item of its key goes
  // to `replaced`, whatever had to make room to `evicted`. False when it is larger than the whole
  // budget: then the reference stays with the caller, and the older item is gone all the same.
  bool Insert(Item* item, std::uint64_t hash, RemovedItems& replaced, RemovedItems& evicted);

  // Takes `key` out; false when absent.
  bool Erase(std::string_view key, std::uint64_t hash, RemovedItems& removed);

  std::size_t items() const { return table_.size(); }
  std::size_t used_bytes() const { return item_bytes_ + table_.bytes(); }
  std::size_t budget_bytes() const { return budget_bytes_; }

  // The least recently used item, or null. For tests and reports.
  const Item* Oldest();

  // used_bytes() counted again from the items. For tests: O(items).
  std::size_t Recount() const;

 private:
  bool Fits(std::size_t charge) const;
  void Touch(Item* item);
  void Settle();
  void PushNewest(Item* item);
  void Remove(Item* item, RemovedItems& removed);

  // In this order for Cache::Shard: what a Find writes comes first, what it only reads last.
  ItemLinks ends_;           // a ring: ends_.older is the newest item, ends_.newer the oldest
  Item* touched_ = nullptr;  // found last, and still to be moved to the newest end
  std::size_t item_bytes_ = 0;
  const std::size_t budget_bytes_;
  ItemTable table_;
};

}  // namespace ringlab
