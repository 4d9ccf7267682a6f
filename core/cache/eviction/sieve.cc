#include "core/cache/eviction/sieve.h"

namespace ringlab {

void Sieve::Add(Item& item, const Item* replaced) {
  item.mark = replaced == nullptr ? 0 : replaced->mark;
  items_.PushNewest(item);
}

void Sieve::Remove(Item& item) {
  if (hand_ == &item) hand_ = items_.newer(item);
  ItemList::Unlink(item);
}

// Two rounds at most: the first has cleared every bit.
Item* Sieve::TakeVictim() {
  if (items_.empty()) return nullptr;
  Item* item = hand_ == nullptr ? items_.oldest() : hand_;
  while (item->mark != 0) {
    item->mark = 0;
    item = items_.IsNewest(*item) ? items_.oldest() : items_.newer(*item);
  }
  hand_ = items_.newer(*item);
  ItemList::Unlink(*item);
  return item;
}

}  // namespace ringlab
