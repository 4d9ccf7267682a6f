// Item: one block of memory that holds an entry's links, key and value.
//
// One allocation an entry keeps the overhead small and exactly countable, and a cache hit on one
// cache line. Reference counted: the cache holds one reference, every Value that a reader got
// another, so an evicted value lives until its last reader is done. Key and value are immutable
// after construction; the links belong to whichever eviction policy holds the item and are touched
// only under its lock. The count is the one member that threads share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringlab {

struct ItemLinks {
  ItemLinks* newer = nullptr;
  ItemLinks* older = nullptr;
};

class Item : public ItemLinks {
 public:
  // A new item with one reference, its value bytes still to be written. Sizes below 4 GiB.
  static Item* New(std::string_view key, std::uint32_t key_hash, std::size_t value_size);

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

  // What the allocator really holds for this item, its own header included.
  std::size_t charged_bytes() const;

 private:
  Item(std::uint32_t key_hash, std::uint32_t key_size, std::uint32_t value_size)
      : key_hash_(key_hash), key_size_(key_size), value_size_(value_size) {}
  ~Item() = default;

  void Free();
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
  char* bytes() { return reinterpret_cast<char*>(this + 1); }

  std::atomic<std::uint32_t> references_{1};
  const std::uint32_t key_hash_;
  const std::uint32_t key_size_;
  const std::uint32_t value_size_;
};

}  // namespace ringlab
