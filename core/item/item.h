// Item: one block of memory that holds an entry's links, key and value.
//
// One allocation an entry keeps the overhead small and exactly countable, and a cache hit on one
// cache line. Reference counted: the cache holds one reference, every Value that a reader got
// another, so an evicted value lives until its last reader is done. Key, value and times are
// immutable after construction; links, mark and the wheel's links belong to whichever store and
// eviction policy hold the item and are touched only under their lock. The count is the one member
// that threads share.
//
// Most entries never expire, so what a timed one needs besides lies in front of it, in the same
// block: 32 bytes that the others do not have.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/time.h"
#include "core/base/timer_wheel.h"
#include "core/item/expiry.h"

namespace ringlab {

struct ItemLinks {
  ItemLinks* newer = nullptr;
  ItemLinks* older = nullptr;
};

class Item : public ItemLinks {
 public:
  // The longest key that an item can have. A value is shorter than 4 GiB.
  static constexpr std::size_t kKeyBytesMax = 32767;

  // What an item takes besides key, value and the allocator's share; and more, if it expires.
  static constexpr std::size_t kOverheadBytes = 36;
  static constexpr std::size_t kTimedBytes = 32;

  // A new item with one reference, stored at that time; its value bytes are still to be written.
  // Throws std::bad_alloc when there is no memory for it, as a string of that size would.
  static Item* New(std::string_view key, std::uint32_t key_hash, std::size_t value_size,
                   TimePoint stored = {}, const Expiry& expiry = {});

  Item(const Item&) = delete;
  Item& operator=(const Item&) = delete;

  void AddReference() { references_.fetch_add(1, std::memory_order_relaxed); }
  void DropReference() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) Free();
  }

  std::string_view key() const { return {bytes(), key_size_}; }
  std::string_view value() const { return {bytes() + key_size_, value_size_}; }
  char* value_bytes() { return bytes() + key_size_; }

  // The low 32 bits of the key's hash.
  std::uint32_t key_hash() const { return key_hash_; }

  // Whether it expires; when; and until when it may be served stale.
  bool timed() const { return timed_ != 0; }
  TimePoint expires() const { return timed() ? times()->expires : kNever; }
  TimePoint stale_until() const { return timed() ? times()->due : kNever; }

  // How long before `now` it was stored, in steps of 10 ms. Ages of 497 days and more begin again
  // at 0: so far 32 bits reach.
  Duration Age(TimePoint now) const { return (TickOf(now) - stored_) * kAgeStep; }

  // What the allocator really holds for this item, its own header included.
  std::size_t charged_bytes() const;

  // The same of an item that is not made yet, by glibc's sizes of blocks: exact, but that malloc
  // gives 16 bytes more now and then, and a page more where it maps a large block by itself.
  static std::size_t ChargeOf(std::size_t key_size, std::size_t value_size, bool timed = false);

  // Of a timed item: what a TimerWheel links, and back.
  Timed& timer() { return *times(); }
  static Item& OfTimer(Timed& timer) {
    return *reinterpret_cast<Item*>(static_cast<Times*>(&timer) + 1);
  }

  // For the eviction policy that holds the item, to keep what it knows of it.
  std::uint16_t mark = 0;

 private:
  struct Times : Timed {
    explicit Times(const Expiry& expiry) : Timed(expiry.end()), expires(expiry.expires) {}

    const TimePoint expires;
  };

  static constexpr Duration kAgeStep = std::chrono::milliseconds(10);
  static std::uint32_t TickOf(TimePoint time) {
    return static_cast<std::uint32_t>(time.time_since_epoch() / kAgeStep);
  }

  Item(std::uint32_t key_hash, std::size_t key_size, std::size_t value_size, TimePoint stored,
       bool timed)
      : key_size_(static_cast<std::uint16_t>(key_size & kKeyBytesMax)),
        timed_(timed ? 1 : 0),
        key_hash_(key_hash),
        value_size_(static_cast<std::uint32_t>(value_size)),
        stored_(TickOf(stored)) {}
  ~Item() = default;

  void Free();
  const char* bytes() const { return reinterpret_cast<const char*>(this) + kOverheadBytes; }
  char* bytes() { return reinterpret_cast<char*>(this) + kOverheadBytes; }
  const Times* times() const { return reinterpret_cast<const Times*>(this) - 1; }
  Times* times() { return reinterpret_cast<Times*>(this) - 1; }
  const void* block() const;

  const std::uint16_t key_size_ : 15;
  const std::uint16_t timed_ : 1;
  std::atomic<std::uint32_t> references_{1};
  const std::uint32_t key_hash_;
  const std::uint32_t value_size_;
  const std::uint32_t stored_;
  // 36 bytes. The compiler rounds that up to 40; the key begins where the members end.
};

}  // namespace ringlab
