// Sieve: gives up the oldest item that was not used since its hand last passed.
//
// SIEVE (Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi, NSDI 2024): items stay where they
// were stored, a hit only sets a bit, and the hand walks from the oldest to the newest, clearing
// bits, until it finds one that is clear. The cheapest of hits; a scan passes through it like sand,
// though it is not proof against one.
#pragma once

#include <cstddef>

#include "core/cache/eviction/eviction.h"
#include "core/item/list.h"

namespace ringlab {

class Sieve final : public Eviction {
 public:
  void Add(Item& item, const Item* replaced) override;
  void Touch(Item& item) override { item.mark = 1; }
  void Remove(Item& item) override;
  Item* TakeVictim() override;
  std::size_t RecountBytes() const override { return items_.RecountBytes(); }

 private:
  ItemList items_;        // as they were stored; mark: used since the hand passed
  Item* hand_ = nullptr;  // where the next walk begins; null: at the oldest
};

}  // namespace ringlab
