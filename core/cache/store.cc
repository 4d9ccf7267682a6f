#include "core/cache/store.h"

#include <utility>
#include <vector>

#include "core/base/check.h"

namespace ringlab {

RemovedItems::~RemovedItems() {
  while (Item* item = Pop()) item->DropReference();
}

void RemovedItems::Push(Item* item) {
  item->older = first_;
  first_ = item;
  ++size_;
}

Item* RemovedItems::Pop() {
  if (first_ == nullptr) return nullptr;
  --size_;
  return static_cast<Item*>(std::exchange(first_, first_->older));
}

Store::Store(Policy policy, std::size_t budget_bytes)
    : any_eviction_(MakeEviction(policy, budget_bytes)),
      eviction_(std::visit([](Eviction& eviction) { return &eviction; }, any_eviction_)),
      budget_bytes_(budget_bytes) {
  RL_CHECK_BECAUSE(used_bytes() <= budget_bytes, "a budget below what an empty store takes");
}

Store::AnyEviction Store::MakeEviction(Policy policy, std::size_t budget_bytes) {
  switch (policy) {
    case Policy::kLru: break;
    case Policy::kLfu: return AnyEviction(std::in_place_type<Lfu>, budget_bytes);
    case Policy::kSieve: return AnyEviction(std::in_place_type<Sieve>);
    case Policy::kS3Fifo: return AnyEviction(std::in_place_type<S3Fifo>, budget_bytes);
    case Policy::kTinyLfu: return AnyEviction(std::in_place_type<TinyLfu>, budget_bytes);
  }
  return AnyEviction(std::in_place_type<Lru>);
}

Store::~Store() {
  while (Item* item = eviction_->TakeVictim()) item->DropReference();
}

bool Store::Insert(Item* item, std::uint64_t hash, TimePoint now, Leaving& leaving) {
  Item* const old = table_.Find(item->key(), hash);
  if (old != nullptr) Remove(*old, leaving.replaced);
  const std::size_t charge = item->charged_bytes();
  const bool timed = item->timed();
  if (charge + fixed_bytes(timed) > budget_bytes_) return false;

  Expire(now, kReclaimStepsMax, leaving.expired);
  MakeRoom(charge, timed, leaving);
  if (timed && wheel_ == nullptr) {
    wheel_ = std::make_unique<TimerWheel>();
    Expire(now, 1, leaving.expired);  // nothing: it starts now
  }
  if (timed) wheel_->Add(item->timer());
  table_.Insert(item, hash);
  item_bytes_ += charge;
  eviction_->Add(*item, old);
  return true;
}

bool Store::Erase(std::string_view key, std::uint64_t hash, RemovedItems& removed) {
  Item* const item = table_.Find(key, hash);
  if (item == nullptr) return false;
  Remove(*item, removed);
  return true;
}

bool Store::Erase(const Item& item, std::uint64_t hash, RemovedItems& removed) {
  if (table_.Find(item.key(), hash) != &item) return false;
  return Erase(item.key(), hash, removed);
}

void Store::EraseIf(const std::function<bool(std::string_view)>& leaves, RemovedItems& removed) {
  std::vector<Item*> leaving;  // taking one out moves others in the table
  table_.ForEach([&](Item& item) {
    if (leaves(item.key())) leaving.push_back(&item);
  });
  for (Item* const item : leaving) Remove(*item, removed);
}

void Store::Expire(TimePoint now, std::size_t steps, RemovedItems& expired) {
  if (wheel_ == nullptr) return;
  while (Timed* const due = wheel_->TakeDue(now, steps)) {
    Item& item = Item::OfTimer(*due);
    eviction_->Remove(item);
    Release(item, expired);
  }
}

std::size_t Store::Recount() const {
  return eviction_->RecountBytes() + table_.bytes() + eviction_->bytes() + WheelBytes(false);
}

bool Store::Fits(std::size_t charge, bool timed) const {
  return item_bytes_ + charge + table_.bytes_after_insert() + eviction_->bytes_after_add() +
             WheelBytes(timed) <=
         budget_bytes_;
}

// What grew with many small items may leave no room for a large one: then, when nothing is stored
// any more, all of it starts again.
void Store::MakeRoom(std::size_t charge, bool timed, Leaving& leaving) {
  while (!Fits(charge, timed) && table_.size() > 0) {
    EvictOne(leaving.evicted);
  }
  if (!Fits(charge, timed)) StartAgain();
}

void Store::SetBudget(std::size_t budget_bytes, RemovedItems& evicted) {
  RL_CHECK(budget_bytes >= fixed_bytes(true));
  budget_bytes_ = budget_bytes;
  eviction_->SetBudget(budget_bytes);
  const auto shrunk_bytes = [this] {
    return used_bytes() - table_.bytes() + table_.bytes_if_shrunk();
  };
  while (shrunk_bytes() > budget_bytes && table_.size() > 0) EvictOne(evicted);
  if (used_bytes() > budget_bytes) table_.Shrink();
  if (used_bytes() > budget_bytes) StartAgain();
}

void Store::EvictOne(RemovedItems& evicted) {
  Item* const victim = eviction_->TakeVictim();
  RL_CHECK(victim != nullptr);
  if (victim->timed()) wheel_->Remove(victim->timer());
  Release(*victim, evicted);
}

void Store::StartAgain() {
  table_.Shrink();
  eviction_->Clear();
  wheel_ = nullptr;
}

void Store::Remove(Item& item, RemovedItems& removed) {
  eviction_->Remove(item);
  if (item.timed()) wheel_->Remove(item.timer());
  Release(item, removed);
}

// The rest of a removal, when policy and wheel have forgotten the item.
void Store::Release(Item& item, RemovedItems& removed) {
  table_.Erase(&item);
  item_bytes_ -= item.charged_bytes();
  removed.Push(&item);
}

}  // namespace ringlab
