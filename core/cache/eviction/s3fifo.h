// S3Fifo: three queues, so that what is used once leaves soon.
//
// S3-FIFO (J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi, SOSP 2023): items enter a small queue,
// a tenth of the budget, and go on to the main queue only if they were used twice meanwhile; else
// they leave, and a ghost of their hash stays. What comes back while its ghost is there enters the
// main queue at once, where each use saves an item one removal, up to three. Queues are measured in
// bytes, and hits move nothing.
//
// Memory: 12 bytes a ghost, as many ghosts as items at most, within 1/16 of the budget.
#pragma once

#include <cstddef>

#include "core/cache/eviction/eviction.h"
#include "core/cache/eviction/ghost_queue.h"
#include "core/item/list.h"

namespace ringlab {

class S3Fifo final : public Eviction {
 public:
  static constexpr std::size_t kSmallShare = 10;   // of the budget, one part in so many
  static constexpr std::size_t kGhostsShare = 16;  // likewise

  explicit S3Fifo(std::size_t budget_bytes)
      : small_bytes_target_(budget_bytes / kSmallShare), ghosts_(budget_bytes / kGhostsShare) {}

  void Add(Item& item, const Item* replaced) override;
  void Touch(Item& item) override;
  void Remove(Item& item) override;
  Item* TakeVictim() override;
  std::size_t bytes() const override { return ghosts_.bytes(); }
  void SetBudget(std::size_t budget_bytes) override {
    small_bytes_target_ = budget_bytes / kSmallShare;
    ghosts_.SetBytesMax(budget_bytes / kGhostsShare);
  }
  void Clear() override { ghosts_.Clear(); }
  std::size_t RecountBytes() const override { return small_.RecountBytes() + main_.RecountBytes(); }

 private:
  void Forget(Item& item);

  std::size_t small_bytes_target_;
  std::size_t small_bytes_ = 0;
  std::size_t items_ = 0;  // in both queues
  ItemList small_;
  ItemList main_;
  GhostQueue ghosts_;
};

}  // namespace ringlab
