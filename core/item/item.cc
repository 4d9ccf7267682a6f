#include "core/item/item.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include "core/base/check.h"
#include "core/item/charging.h"

namespace ringlab {

namespace {
// glibc keeps one size word in front of each block; malloc_usable_size leaves it out.
constexpr std::size_t kMallocHeaderBytes = sizeof(std::size_t);

std::atomic<bool> charges_by_rule{false};
}  // namespace

void ChargeItemsByRule() { charges_by_rule.store(true, std::memory_order_relaxed); }

Item* Item::New(std::string_view key, std::uint32_t key_hash, std::size_t value_size,
                TimePoint stored, const Expiry& expiry) {
  static_assert(sizeof(Item) == 40 && sizeof(Times) == kTimedBytes);
  constexpr std::size_t kSizeMax = std::numeric_limits<std::uint32_t>::max();
  RL_CHECK_BECAUSE(key.size() <= kKeyBytesMax, "the key of an item is too long");
  RL_CHECK_BECAUSE(value_size <= kSizeMax, "an item of 4 GiB or more");
  const bool timed = !expiry.never();
  const std::size_t front = timed ? kTimedBytes : 0;
  const std::size_t size = std::max(sizeof(Item), kOverheadBytes + key.size() + value_size);
  char* const block = static_cast<char*>(std::malloc(front + size));
  if (block == nullptr) throw std::bad_alloc();
  if (timed) ::new (static_cast<void*>(block)) Times(expiry);
  Item* const item = ::new (static_cast<void*>(block + front))
      Item(key_hash, key.size(), value_size, stored, timed);
  if (!key.empty()) std::memcpy(item->bytes(), key.data(), key.size());
  return item;
}

void Item::Free() {
  void* const start = const_cast<void*>(block());
  this->~Item();
  std::free(start);
}

const void* Item::block() const {
  if (timed()) return times();
  return this;
}

std::size_t Item::ChargeOf(std::size_t key_size, std::size_t value_size, bool timed) {
  constexpr std::size_t kBlockMin = 32;
  constexpr std::size_t kBlockStep = 16;
  const std::size_t size = (timed ? kTimedBytes : 0) +
                           std::max(sizeof(Item), kOverheadBytes + key_size + value_size) +
                           kMallocHeaderBytes;
  return std::max(kBlockMin, (size + kBlockStep - 1) / kBlockStep * kBlockStep);
}

std::size_t Item::charged_bytes() const {
  if (charges_by_rule.load(std::memory_order_relaxed)) {
    return ChargeOf(key().size(), value().size(), timed());
  }
  return malloc_usable_size(const_cast<void*>(block())) + kMallocHeaderBytes;
}

}  // namespace ringlab
