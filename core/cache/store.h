// Store: a byte-budgeted map of one shard, in which entries expire, and a policy chooses who goes.
//
// Not thread-safe: Cache holds one per shard under its mutex. Every item is charged what the
// allocator holds for it, and so are the hash index, what the policy keeps, and the timer wheel,
// which is there from the first timed item on. used_bytes() never exceeds the budget after any
// operation. What the Store itself takes, a few hundred bytes, is not counted. Items that leave are
// handed out, not freed, so that the caller can let go of its lock first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <variant>

#include "core/base/timer_wheel.h"
#include "core/cache/eviction/eviction.h"
#include "core/cache/eviction/lfu.h"
#include "core/cache/eviction/lru.h"
#include "core/cache/eviction/policy.h"
#include "core/cache/eviction/s3fifo.h"
#include "core/cache/eviction/sieve.h"
#include "core/cache/eviction/tinylfu.h"
#include "core/item/table.h"

namespace ringlab {

// Items that left a store, each still carrying the store's reference; drops what it still holds.
class RemovedItems {
 public:
  RemovedItems() = default;
  RemovedItems(const RemovedItems&) = delete;
  RemovedItems& operator=(const RemovedItems&) = delete;
  ~RemovedItems();

  void Push(Item* item);
  Item* Pop();  // the last pushed, with its reference; null when empty
  bool empty() const { return first_ == nullptr; }
  std::size_t size() const { return size_; }

 private:
  ItemLinks* first_ = nullptr;
  std::size_t size_ = 0;
};

class Store {
 public:
  // Steps of the wheel that an Insert takes at most, to make room by what is due.
  static constexpr std::size_t kReclaimStepsMax = 16;

  Store(Policy policy, std::size_t budget_bytes);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // The item of `key`, touched, or null when absent. `hash` = HashKey(key). It knows no time: the
  // caller judges whether a timed item is still good.
  Item* Find(std::string_view key, std::uint64_t hash) {
    Item* const item = table_.Find(key, hash);
    if (item != nullptr) eviction_->Touch(*item);
    return item;
  }

  // See ItemTable::Prefetch: from any thread, without the lock.
  void Prefetch(std::uint64_t hash) const { table_.Prefetch(hash); }

  // Who leaves on an Insert: the older item of its key; some of what was due; and, when that was
  // not room enough, what the policy gave up.
  struct Leaving {
    RemovedItems replaced, expired, evicted;
  };

  // Files `item`, adopting one reference. False when it is larger than the whole budget: then the
  // reference stays with the caller, and the older item of its key is gone all the same.
  bool Insert(Item* item, std::uint64_t hash, TimePoint now, Leaving& leaving);

  // Takes `key` out, or only `item` if it is still the one that its key finds; false when absent.
  bool Erase(std::string_view key, std::uint64_t hash, RemovedItems& removed);
  bool Erase(const Item& item, std::uint64_t hash, RemovedItems& removed);

  void EraseIf(const std::function<bool(std::string_view)>& leaves, RemovedItems& removed);

  // Takes out items that are of no use at `now`, in `steps` of the wheel at most: see TimerWheel.
  void Expire(TimePoint now, std::size_t steps, RemovedItems& expired);
  TimePoint NextExpiry() const { return wheel_ == nullptr ? kNever : wheel_->NextDue(); }

  // The budget from now on, no less than fixed_bytes(true): what does not fit leaves at once, in
  // the policy's order. O(items) when it becomes smaller.
  void SetBudget(std::size_t budget_bytes, RemovedItems& evicted);

  std::size_t items() const { return table_.size(); }
  std::size_t used_bytes() const {
    return item_bytes_ + table_.bytes() + eviction_->bytes() + WheelBytes(false);
  }
  std::size_t budget_bytes() const { return budget_bytes_; }

  // What of the budget no item can have: the smallest index, the least that the policy needs, and
  // with timed items the wheel.
  std::size_t fixed_bytes(bool timed) const {
    return ItemTable::kBytesMin + eviction_->bytes_min() + (timed ? sizeof(TimerWheel) : 0);
  }

  // used_bytes() counted again from the items, as the policy lists them. For tests: O(items).
  std::size_t Recount() const;

 private:
  using AnyEviction = std::variant<Lru, Lfu, Sieve, S3Fifo, TinyLfu>;

  static AnyEviction MakeEviction(Policy policy, std::size_t budget_bytes);
  std::size_t WheelBytes(bool timed) const {
    return timed || wheel_ != nullptr ? sizeof(TimerWheel) : 0;
  }
  bool Fits(std::size_t charge, bool timed) const;
  void MakeRoom(std::size_t charge, bool timed, Leaving& leaving);
  void EvictOne(RemovedItems& evicted);
  void StartAgain();
  void Remove(Item& item, RemovedItems& removed);
  void Release(Item& item, RemovedItems& removed);

  // In this order for Cache::Shard: what a Find writes comes first, what it only reads after it.
  AnyEviction any_eviction_;
  Eviction* const eviction_;  // the one in any_eviction_
  ItemTable table_;
  std::size_t budget_bytes_;
  std::size_t item_bytes_ = 0;
  std::unique_ptr<TimerWheel> wheel_;
};

}  // namespace ringlab
