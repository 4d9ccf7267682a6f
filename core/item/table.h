// ItemTable: the hash index of one cache shard, key -> Item.
//
// Open addressing with linear probing and backward-shift deletion (Knuth, TAOCP 6.4, algorithm R),
// so there are no tombstones. A slot is one word: 48 bits of pointer under 16 bits of hash, so a
// foreign item is almost never touched. Items are not owned: the policy that files them holds the
// references. Not thread-safe: the cache holds one per shard under its mutex.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "core/item/item.h"

namespace ringlab {

class ItemTable {
 public:
  ItemTable();

  // The item filed under `key`, or null. `hash` is HashKey(key) here and below.
  Item* Find(std::string_view key, std::uint64_t hash) const;

  // Fetches the slot where a search for `hash` will begin towards this CPU. Any thread may call it
  // at any time, without the lock that guards the rest: it is a hint, and reads no slot.
  void Prefetch(std::uint64_t hash) const {
    const std::size_t home = static_cast<std::uint32_t>(hash) & hint_mask_.load(kRelaxed);
    __builtin_prefetch(hint_slots_.load(kRelaxed) + home, 1);
  }

  // Files an item whose key is not in the table; grows when three quarters full.
  void Insert(Item* item, std::uint64_t hash);

  // Takes out an item that is in the table.
  void Erase(const Item* item);

  // Every item, in no order that means anything. The table must not change meanwhile.
  void ForEach(const std::function<void(Item&)>& visit) const;

  // Back to the smallest table that its items fit into, and what that takes: O(items).
  void Shrink();
  std::size_t bytes_if_shrunk() const { return BytesFor(size_); }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return (mask_ + 1) * sizeof(Slot); }

  // What bytes() will be after one more Insert.
  std::size_t bytes_after_insert() const { return MustGrow() ? 2 * bytes() : bytes(); }

  static constexpr std::size_t kBytesMin = 8 * sizeof(std::uint64_t);

  // What the smallest table for so many items takes; one that grew to them takes as much.
  static std::size_t BytesFor(std::size_t items);

 private:
  using Slot = std::uint64_t;

  bool MustGrow() const { return (size_ + 1) * 4 > (mask_ + 1) * 3; }
  void MoveTo(std::size_t slots);
  void Start(std::size_t slots);

  static constexpr auto kRelaxed = std::memory_order_relaxed;

  std::unique_ptr<Slot[]> slots_;
  std::size_t mask_;
  std::size_t size_ = 0;
  std::atomic<const Slot*> hint_slots_;  // slots_ and mask_, for Prefetch
  std::atomic<std::size_t> hint_mask_;
};

}  // namespace ringlab
