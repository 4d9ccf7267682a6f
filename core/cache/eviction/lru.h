// Lru: gives up what was used longest ago.
#pragma once

#include <cstddef>

#include "core/cache/eviction/eviction.h"
#include "core/item/list.h"

namespace ringlab {

class Lru final : public Eviction {
 public:
  void Add(Item& item, const Item* replaced) override;
  void Touch(Item& item) override;
  void Remove(Item& item) override;
  Item* TakeVictim() override;
  std::size_t RecountBytes() const override { return items_.RecountBytes(); }

 private:
  void Settle();

  ItemList items_;           // by their last use
  Item* touched_ = nullptr;  // found last, and still to be moved to the newest end
};

}  // namespace ringlab
