#include "core/item/table.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr std::size_t kSlotsMin = ItemTable::kBytesMin / sizeof(std::uint64_t);
constexpr int kPointerBits = 48;  // user-space addresses of x86-64 and AArch64 Linux
constexpr std::uint64_t kPointerMask = (std::uint64_t{1} << kPointerBits) - 1;

std::uint64_t TagOf(std::uint64_t word) { return word & ~kPointerMask; }

Item* ItemOf(std::uint64_t slot) { return reinterpret_cast<Item*>(slot & kPointerMask); }

std::uint64_t SlotOf(const Item* item, std::uint64_t hash) {
  const auto address = reinterpret_cast<std::uint64_t>(item);
  RL_CHECK((address & ~kPointerMask) == 0);
  return TagOf(hash) | address;
}

}  // namespace

ItemTable::ItemTable() { Start(kSlotsMin); }

Item* ItemTable::Find(std::string_view key, std::uint64_t hash) const {
  const auto low = static_cast<std::uint32_t>(hash);
  for (std::size_t i = low & mask_; slots_[i] != 0; i = (i + 1) & mask_) {
    if (TagOf(slots_[i]) != TagOf(hash)) continue;
    Item* item = ItemOf(slots_[i]);
    __builtin_prefetch(item, 1);  // its links may lie on the cache line before its key
    if (item->key_hash() == low && item->key() == key) return item;
  }
  return nullptr;
}

void ItemTable::Insert(Item* item, std::uint64_t hash) {
  if (MustGrow()) MoveTo(2 * (mask_ + 1));
  std::size_t i = item->key_hash() & mask_;
  while (slots_[i] != 0) i = (i + 1) & mask_;
  slots_[i] = SlotOf(item, hash);
  ++size_;
}

void ItemTable::Erase(const Item* item) {
  std::size_t hole = item->key_hash() & mask_;
  while (ItemOf(slots_[hole]) != item) {
    RL_CHECK_BECAUSE(slots_[hole] != 0, "the item to erase is not in the table");
    hole = (hole + 1) & mask_;
  }
  // Move back whatever probed past the hole, so that every item stays reachable from its home.
  for (std::size_t i = (hole + 1) & mask_; slots_[i] != 0; i = (i + 1) & mask_) {
    const std::size_t home = ItemOf(slots_[i])->key_hash() & mask_;
    if (((i - home) & mask_) >= ((i - hole) & mask_)) {
      slots_[hole] = slots_[i];
      hole = i;
    }
  }
  slots_[hole] = 0;
  --size_;
}

void ItemTable::ForEach(const std::function<void(Item&)>& visit) const {
  for (std::size_t i = 0; i <= mask_; ++i) {
    if (slots_[i] != 0) visit(*ItemOf(slots_[i]));
  }
}

std::size_t ItemTable::BytesFor(std::size_t items) {
  return std::bit_ceil(std::max(kSlotsMin, (items * 4 + 2) / 3)) * sizeof(Slot);
}

void ItemTable::Shrink() { MoveTo(bytes_if_shrunk() / sizeof(Slot)); }

void ItemTable::MoveTo(std::size_t slots) {
  const std::size_t old_slots = mask_ + 1;
  const auto old = std::move(slots_);
  Start(slots);
  for (std::size_t s = 0; s < old_slots; ++s) {
    if (old[s] == 0) continue;
    std::size_t i = ItemOf(old[s])->key_hash() & mask_;
    while (slots_[i] != 0) i = (i + 1) & mask_;
    slots_[i] = old[s];
  }
}

// Begins anew with so many empty slots, a power of two.
void ItemTable::Start(std::size_t slots) {
  slots_ = std::make_unique<Slot[]>(slots);
  mask_ = slots - 1;
  hint_slots_.store(slots_.get(), kRelaxed);
  hint_mask_.store(mask_, kRelaxed);
}

}  // namespace ringlab
