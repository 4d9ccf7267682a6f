// Eviction: the order in which a full store gives its items up.
//
// A policy only orders items: the Store owns them, and decides when one has to go. It sees every
// item that is stored (Add), found (Touch) and taken out for another reason than room (Remove), and
// names the next to go (TakeVictim). Items carry links and 16 bits (Item::mark) for it, which
// nobody else touches while the policy holds the item. What a policy keeps besides is counted by
// bytes() and charged to the budget: so Touch, which may not evict, allocates nothing.
//
// Deterministic: the same calls give the same victims. Not thread-safe: one per Store.
#pragma once

#include <cstddef>

#include "core/item/item.h"

namespace ringlab {

class Eviction {
 public:
  Eviction() = default;
  Eviction(const Eviction&) = delete;
  Eviction& operator=(const Eviction&) = delete;
  virtual ~Eviction() = default;

  // An item that it does not hold yet. `replaced`, when not null, is the one of the same key in
  // whose place it comes: already removed, its mark as it was left.
  virtual void Add(Item& item, const Item* replaced) = 0;

  // A hit on an item that it holds.
  virtual void Touch(Item& item) = 0;

  // Forgets an item that it holds.
  virtual void Remove(Item& item) = 0;

  // Chooses an item that it holds, and forgets it; null when it holds none.
  virtual Item* TakeVictim() = 0;

  // What it holds on the heap now; after one more Add; and at least, that is after Clear.
  virtual std::size_t bytes() const { return 0; }
  virtual std::size_t bytes_after_add() const { return bytes(); }
  virtual std::size_t bytes_min() const { return 0; }

  // The store's budget from now on: what it keeps besides fits into its share of that at once, and
  // the order of its items as they come and go.
  virtual void SetBudget(std::size_t) {}

  // Gives back what memory it can; only when it holds no item.
  virtual void Clear() {}

  // The charges of the items that it holds, counted from its own lists. For tests: O(items).
  virtual std::size_t RecountBytes() const = 0;
};

}  // namespace ringlab
