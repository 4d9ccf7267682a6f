// ItemList: items in a row by their own links, newest and oldest at the ends.
//
// A ring through a sentinel, so that an item leaves without knowing which list it is in. Owns
// nothing. Not thread-safe, and not movable while it holds items.
#pragma once

#include <cstddef>

#include "core/item/item.h"

namespace ringlab {

class ItemList {
 public:
  ItemList() { ends_.newer = ends_.older = &ends_; }
  ItemList(const ItemList&) = delete;
  ItemList& operator=(const ItemList&) = delete;

  bool empty() const { return ends_.older == &ends_; }
  Item* oldest() const { return empty() ? nullptr : AsItem(ends_.newer); }

  bool IsNewest(const Item& item) const { return ends_.older == &item; }

  // The next towards the newest end; null for the newest.
  Item* newer(const Item& item) const { return IsNewest(item) ? nullptr : AsItem(item.newer); }

  void PushNewest(Item& item) {
    item.newer = &ends_;
    item.older = ends_.older;
    ends_.older->newer = &item;
    ends_.older = &item;
  }

  static void Unlink(Item& item) {
    item.newer->older = item.older;
    item.older->newer = item.newer;
  }

  // Brings the neighbours that an Unlink will write to towards this CPU: in a large cache they lie
  // in no cache, and a policy that unlinks one call later does not wait for them.
  static void PrefetchNeighbours(const Item& item) {
    __builtin_prefetch(item.newer, 1);
    __builtin_prefetch(item.older, 1);
  }

  // Everything of `other`, as newer than all that is here; leaves `other` empty.
  void AppendNewer(ItemList& other) {
    if (other.empty()) return;
    other.ends_.newer->older = ends_.older;
    ends_.older->newer = other.ends_.newer;
    other.ends_.older->newer = &ends_;
    ends_.older = other.ends_.older;
    other.ends_.newer = other.ends_.older = &other.ends_;
  }

  // The charges of all items, counted one by one.
  std::size_t RecountBytes() const {
    std::size_t bytes = 0;
    for (const Item* item = oldest(); item != nullptr; item = newer(*item)) {
      bytes += item->charged_bytes();
    }
    return bytes;
  }

 private:
  static Item* AsItem(ItemLinks* links) { return static_cast<Item*>(links); }

  ItemLinks ends_;  // ends_.older is the newest item, ends_.newer the oldest
};

}  // namespace ringlab
