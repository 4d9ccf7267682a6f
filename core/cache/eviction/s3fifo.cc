#include "core/cache/eviction/s3fifo.h"

namespace ringlab {

namespace {

constexpr std::uint16_t kUsesMax = 3;  // of an item's mark: its uses, 0 to 3
constexpr std::uint16_t kUsesToStay = 2;
constexpr std::uint16_t kInMain = 4;

unsigned UsesOf(const Item& item) { return item.mark & kUsesMax; }

}  // namespace

void S3Fifo::Add(Item& item, const Item* replaced) {
  const bool ghost = ghosts_.Take(item.key_hash());
  item.mark = replaced != nullptr ? replaced->mark : ghost ? kInMain : 0;
  ++items_;
  if ((item.mark & kInMain) != 0) return main_.PushNewest(item);
  small_.PushNewest(item);
  small_bytes_ += item.charged_bytes();
}

void S3Fifo::Touch(Item& item) {
  if (UsesOf(item) < kUsesMax) ++item.mark;
}

void S3Fifo::Remove(Item& item) { Forget(item); }

// Each turn either ends, or moves an item to the main queue, or takes one of its uses: no more
// turns than four times the items.
Item* S3Fifo::TakeVictim() {
  while (items_ > 0) {
    if (!small_.empty() && (small_bytes_ >= small_bytes_target_ || main_.empty())) {
      Item& item = *small_.oldest();
      const bool stays = UsesOf(item) >= kUsesToStay;
      Forget(item);
      if (!stays) {
        ghosts_.Push(item.key_hash(), items_);
        return &item;
      }
      item.mark = kInMain;
      ++items_;
      main_.PushNewest(item);
      continue;
    }
    Item& item = *main_.oldest();
    if (UsesOf(item) == 0) {
      Forget(item);
      return &item;
    }
    --item.mark;
    ItemList::Unlink(item);
    main_.PushNewest(item);
  }
  return nullptr;
}

void S3Fifo::Forget(Item& item) {
  --items_;
  ItemList::Unlink(item);
  if ((item.mark & kInMain) == 0) small_bytes_ -= item.charged_bytes();
}

}  // namespace ringlab
