#include "core/lru.h"

#include <utility>

#include "core/check.h"

namespace ringlab {

namespace {

Item* AsItem(ItemLinks* links) { return static_cast<Item*>(links); }

void Unlink(ItemLinks* links) {
  links->newer->older = links->older;
  links->older->newer = links->newer;
}

}  // namespace

RemovedItems::~RemovedItems() {
  while (Item* item = Pop()) item->DropReference();
}

void RemovedItems::Push(Item* item) {
  item->older = first_;
  first_ = item;
}

Item* RemovedItems::Pop() {
  if (first_ == nullptr) return nullptr;
  return AsItem(std::exchange(first_, first_->older));
}

Lru::Lru(std::size_t budget_bytes) : budget_bytes_(budget_bytes) {
  RL_CHECK_BECAUSE(budget_bytes >= ItemTable::kBytesMin, "a budget below the empty index");
  ends_.newer = ends_.older = &ends_;
}

Lru::~Lru() {
  for (ItemLinks* links = ends_.older; links != &ends_;) {
    ItemLinks* next = links->older;
    AsItem(links)->DropReference();
    links = next;
  }
}

Value Lru::Find(std::string_view key, std::uint64_t hash) {
  Item* item = table_.Find(key, hash);
  Settle();
  if (item == nullptr) return {};
  Touch(item);
  return Value::Share(item);
}

bool Lru::Insert(Item* item, std::uint64_t hash, RemovedItems& replaced, RemovedItems& evicted) {
  Settle();
  if (Item* old = table_.Find(item->key(), hash)) Remove(old, replaced);
  const std::size_t charge = item->charged_bytes();
  if (charge + ItemTable::kBytesMin > budget_bytes_) return false;
  while (!Fits(charge) && table_.size() > 0) Remove(AsItem(ends_.newer), evicted);
  if (!Fits(charge)) table_.Shrink();
  table_.Insert(item, hash);
  item_bytes_ += charge;
  PushNewest(item);
  return true;
}

bool Lru::Erase(std::string_view key, std::uint64_t hash, RemovedItems& removed) {
  Settle();
  Item* item = table_.Find(key, hash);
  if (item == nullptr) return false;
  Remove(item, removed);
  return true;
}

const Item* Lru::Oldest() {
  Settle();
  return ends_.newer == &ends_ ? nullptr : AsItem(ends_.newer);
}

std::size_t Lru::Recount() const {
  std::size_t bytes = table_.bytes();
  for (ItemLinks* links = ends_.older; links != &ends_; links = links->older) {
    bytes += AsItem(links)->charged_bytes();
  }
  return bytes;
}

bool Lru::Fits(std::size_t charge) const {
  return item_bytes_ + charge + table_.bytes_after_insert() <= budget_bytes_;
}

// A move to the newest end writes to both neighbours of the item, which in a large cache lie in no
// CPU cache. So the move is left to the next call, which settles it before it looks at the order,
// and the neighbours are on their way meanwhile. Nobody can tell the difference, but by the clock.
void Lru::Touch(Item* item) {
  if (ends_.older == item) return;  // a hot key is often the newest already
  __builtin_prefetch(item->newer, 1);
  __builtin_prefetch(item->older, 1);
  touched_ = item;
}

void Lru::Settle() {
  if (touched_ == nullptr) return;
  Unlink(touched_);
  PushNewest(std::exchange(touched_, nullptr));
}

void Lru::PushNewest(Item* item) {
  item->newer = &ends_;
  item->older = ends_.older;
  ends_.older->newer = item;
  ends_.older = item;
}

void Lru::Remove(Item* item, RemovedItems& removed) {
  table_.Erase(item);
  Unlink(item);
  item_bytes_ -= item->charged_bytes();
  removed.Push(item);
}

}  // namespace ringlab
