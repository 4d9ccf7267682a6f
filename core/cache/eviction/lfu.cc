#include "core/cache/eviction/lfu.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace ringlab {

namespace {

constexpr std::size_t kCountsMin = 4;
constexpr std::size_t kCountsMax = 256;
constexpr std::size_t kBudgetShare = 32;
constexpr unsigned kCountBits = 8;  // of an item's mark: its count below, halvings above
constexpr unsigned kWordBits = 64;

}  // namespace

std::size_t Lfu::CountsFor(std::size_t budget_bytes) {
  const std::size_t counts = budget_bytes / kBudgetShare / sizeof(ItemList);
  return std::bit_floor(std::clamp(counts, kCountsMin, kCountsMax));
}

void Lfu::Add(Item& item, const Item* replaced) {
  Settle();
  ++items_;
  File(item, replaced == nullptr ? 0 : CountOf(*replaced));
}

void Lfu::Touch(Item& item) {
  Settle();
  ItemList::PrefetchNeighbours(item);
  touched_ = &item;
}

void Lfu::Remove(Item& item) {
  Settle();
  --items_;
  ItemList::Unlink(item);
}

Item* Lfu::TakeVictim() {
  Settle();
  for (std::size_t word = 0; word < occupied_.size(); ++word) {
    for (; occupied_[word] != 0; occupied_[word] &= occupied_[word] - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(occupied_[word]));
      Item* const victim = lists_[word * kWordBits + bit].oldest();
      if (victim == nullptr) continue;
      --items_;
      ItemList::Unlink(*victim);
      return victim;
    }
  }
  return nullptr;
}

std::size_t Lfu::RecountBytes() const {
  std::size_t bytes = 0;
  for (const ItemList& list : lists_) bytes += list.RecountBytes();
  return bytes;
}

unsigned Lfu::CountOf(const Item& item) const {
  const unsigned missed = (halvings_ - (item.mark >> kCountBits)) & 0xffU;
  return (item.mark & 0xffU) >> std::min(missed, kCountBits);
}

void Lfu::File(Item& item, unsigned count) {
  item.mark = static_cast<std::uint16_t>(unsigned{halvings_} << kCountBits | count);
  occupied_[count / kWordBits] |= std::uint64_t{1} << (count % kWordBits);
  lists_[count].PushNewest(item);
}

void Lfu::Settle() {
  if (touched_ == nullptr) return;
  Item& item = *std::exchange(touched_, nullptr);
  ItemList::Unlink(item);
  File(item, std::min(CountOf(item) + 1, static_cast<unsigned>(lists_.size()) - 1));
  if (++hits_ >= kHitsPerItem * items_) Halve();
}

// Of two lists that become one, the items of the lower count are the older ones.
void Lfu::Halve() {
  hits_ = 0;
  ++halvings_;
  occupied_ = {};
  for (unsigned count = 0; count < lists_.size(); ++count) {
    if (count > 0) lists_[count / 2].AppendNewer(lists_[count]);
    occupied_[count / 2 / kWordBits] |= std::uint64_t{1} << (count / 2 % kWordBits);
  }
}

}  // namespace ringlab
