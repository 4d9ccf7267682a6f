// Lfu: gives up what was used least often, and of equals what was used longest ago.
//
// Constant time by a list for each count of uses (K. Shah, A. Mitra, D. Matani, 2010), with counts
// bounded so that the lists are an array. What was popular must not stay for ever: after ten hits
// an item held, all counts are halved, which is to join lists in pairs; an item carries the number
// of halvings that its count has seen, and catches up when it is touched next. That number has 8
// bits, so an item untouched for 256 halvings may count up to its old uses once more.
//
// Memory: 16 bytes a count, and as many counts as 1/32 of the budget pays for: 4 to 256.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/cache/eviction/eviction.h"
#include "core/item/list.h"

namespace ringlab {

class Lfu final : public Eviction {
 public:
  // Hits between two halvings of the counts, for each item held.
  static constexpr std::size_t kHitsPerItem = 10;

  // The number of different counts, 0 included, under a budget.
  static std::size_t CountsFor(std::size_t budget_bytes);

  explicit Lfu(std::size_t budget_bytes) : lists_(CountsFor(budget_bytes)) {}

  void Add(Item& item, const Item* replaced) override;
  void Touch(Item& item) override;
  void Remove(Item& item) override;
  Item* TakeVictim() override;
  std::size_t bytes() const override { return lists_.size() * sizeof(ItemList); }
  std::size_t bytes_min() const override { return bytes(); }
  std::size_t RecountBytes() const override;

 private:
  unsigned CountOf(const Item& item) const;
  void File(Item& item, unsigned count);
  void Settle();
  void Halve();

  Item* touched_ = nullptr;  // found last, and still to be moved: see Lru
  std::size_t items_ = 0;
  std::size_t hits_ = 0;  // since the last halving
  std::uint8_t halvings_ = 0;
  std::array<std::uint64_t, 4> occupied_{};  // bit c: the list of count c may not be empty
  std::vector<ItemList> lists_;              // by count, each by last use
};

}  // namespace ringlab
