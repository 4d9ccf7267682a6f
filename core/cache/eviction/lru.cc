#include "core/cache/eviction/lru.h"

#include <utility>

namespace ringlab {

void Lru::Add(Item& item, const Item* /*replaced*/) {
  Settle();
  items_.PushNewest(item);
}

// A move to the newest end writes to both neighbours of the item, which in a large cache lie in no
// CPU cache. So the move is left to the next call, which settles it before it looks at the order,
// and the neighbours are on their way meanwhile. Nobody can tell the difference, but by the clock.
void Lru::Touch(Item& item) {
  Settle();
  if (items_.IsNewest(item)) return;  // a hot key is often the newest already
  ItemList::PrefetchNeighbours(item);
  touched_ = &item;
}

void Lru::Remove(Item& item) {
  Settle();
  ItemList::Unlink(item);
}

Item* Lru::TakeVictim() {
  Settle();
  Item* const victim = items_.oldest();
  if (victim != nullptr) ItemList::Unlink(*victim);
  return victim;
}

void Lru::Settle() {
  if (touched_ == nullptr) return;
  ItemList::Unlink(*touched_);
  items_.PushNewest(*std::exchange(touched_, nullptr));
}

}  // namespace ringlab
