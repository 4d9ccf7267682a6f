#include "core/cache/eviction/tinylfu.h"

#include <algorithm>
#include <utility>

namespace ringlab {

TinyLfu::TinyLfu(std::size_t budget_bytes) { TinyLfu::SetBudget(budget_bytes); }

void TinyLfu::SetBudget(std::size_t budget_bytes) {
  sketch_bytes_max_ = budget_bytes / kSketchShare;
  window_bytes_target_ = budget_bytes / kWindowShare;
  protected_bytes_target_ = (budget_bytes - window_bytes_target_) / 100 * kProtectedPercent;
  if (bytes() > std::max(bytes_min(), sketch_bytes_max_)) sketch_.Clear();
}

void TinyLfu::Add(Item& item, const Item* replaced) {
  Settle();
  if (MustGrow()) sketch_.Grow();
  sketch_.Add(item.key_hash());
  ++items_;
  File(item, replaced == nullptr ? kWindow : static_cast<Segment>(replaced->mark));
  while (!full_ && window_bytes_ > window_bytes_target_) {
    Item& surplus = *window_.oldest();
    Forget(surplus);
    File(surplus, kProbation);
  }
  full_ = false;
}

void TinyLfu::Touch(Item& item) {
  Settle();
  ItemList::PrefetchNeighbours(item);
  sketch_.Prefetch(item.key_hash());
  touched_ = &item;
}

void TinyLfu::Remove(Item& item) {
  Settle();
  --items_;
  Forget(item);
}

Item* TinyLfu::TakeVictim() {
  Settle();
  if (items_ == 0) return nullptr;
  full_ = true;
  Item* const victim = !probation_.empty() ? probation_.oldest() : protected_.oldest();
  Item* const candidate =
      window_bytes_ > window_bytes_target_ || victim == nullptr ? window_.oldest() : nullptr;
  --items_;
  if (candidate == nullptr) {
    Forget(*victim);
    return victim;
  }
  Forget(*candidate);
  if (victim == nullptr ||
      sketch_.Estimate(candidate->key_hash()) <= sketch_.Estimate(victim->key_hash())) {
    return candidate;
  }
  File(*candidate, kProbation);
  Forget(*victim);
  return victim;
}

std::size_t TinyLfu::bytes_after_add() const { return MustGrow() ? 2 * bytes() : bytes(); }

void TinyLfu::Clear() {
  Settle();
  sketch_.Clear();
}

std::size_t TinyLfu::RecountBytes() const {
  return window_.RecountBytes() + probation_.RecountBytes() + protected_.RecountBytes();
}

bool TinyLfu::MustGrow() const {
  return items_ + 1 > sketch_.keys_max() && 2 * sketch_.bytes() <= sketch_bytes_max_;
}

// As the newest of its segment; what the protected one has too much goes back on probation.
void TinyLfu::File(Item& item, Segment segment) {
  item.mark = segment;
  if (segment == kProbation) return probation_.PushNewest(item);
  if (segment == kWindow) {
    window_.PushNewest(item);
    window_bytes_ += item.charged_bytes();
    return;
  }
  protected_.PushNewest(item);
  protected_bytes_ += item.charged_bytes();
  while (protected_bytes_ > protected_bytes_target_) {
    Item& surplus = *protected_.oldest();
    Forget(surplus);
    File(surplus, kProbation);
  }
}

void TinyLfu::Forget(Item& item) {
  ItemList::Unlink(item);
  if (item.mark == kWindow) window_bytes_ -= item.charged_bytes();
  if (item.mark == kProtected) protected_bytes_ -= item.charged_bytes();
}

void TinyLfu::Settle() {
  if (touched_ == nullptr) return;
  Item& item = *std::exchange(touched_, nullptr);
  sketch_.Add(item.key_hash());
  const auto segment = static_cast<Segment>(item.mark);
  if (segment == kProbation) {
    Forget(item);
    return File(item, kProtected);
  }
  ItemList::Unlink(item);  // its bytes stay where they are
  (segment == kWindow ? window_ : protected_).PushNewest(item);
}

}  // namespace ringlab
