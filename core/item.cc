#include "core/item.h"

#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include "core/check.h"

namespace ringlab {

namespace {
// glibc keeps one size word in front of each block; malloc_usable_size leaves it out.
constexpr std::size_t kMallocHeaderBytes = sizeof(std::size_t);
}  // namespace

Item* Item::New(std::string_view key, std::uint32_t key_hash, std::size_t value_size) {
  constexpr std::size_t kSizeMax = std::numeric_limits<std::uint32_t>::max();
  RL_CHECK_BECAUSE(key.size() <= kSizeMax && value_size <= kSizeMax, "an item of 4 GiB or more");
  void* block = std::malloc(sizeof(Item) + key.size() + value_size);
  RL_CHECK_BECAUSE(block != nullptr, "out of memory");
  Item* item = ::new (block) Item(key_hash, static_cast<std::uint32_t>(key.size()),
                                  static_cast<std::uint32_t>(value_size));
  if (!key.empty()) std::memcpy(item->bytes(), key.data(), key.size());
  return item;
}

void Item::Free() {
  this->~Item();
  std::free(this);
}

std::size_t Item::charged_bytes() const {
  return malloc_usable_size(const_cast<Item*>(this)) + kMallocHeaderBytes;
}

}  // namespace ringlab
