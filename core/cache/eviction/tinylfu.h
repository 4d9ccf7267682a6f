// TinyLfu: a newcomer stays only if it was asked for more often than what it would push out.
//
// W-TinyLFU (G. Einziger, R. Friedman, B. Manes, ACM Transactions on Storage 13:4, 2017): an LRU
// window of 1 % of the budget takes newcomers; behind it a segmented LRU, of which 80 % are
// protected: what was found there once more. While the store is full, the oldest of a window that
// is too large and the oldest of the rest compare their frequencies in a sketch of all uses, and
// the loser goes. While it is not full, the window's surplus moves on unasked. Segments are
// measured in bytes; the window's share is fixed.
//
// Memory: the sketch, 8 to 16 bytes an item, within 1/16 of the budget; 64 bytes at least.
#pragma once

#include <cstddef>

#include "core/cache/eviction/eviction.h"
#include "core/cache/eviction/frequency_sketch.h"
#include "core/item/list.h"

namespace ringlab {

class TinyLfu final : public Eviction {
 public:
  static constexpr std::size_t kWindowShare = 100;      // of the budget, one part in so many
  static constexpr std::size_t kProtectedPercent = 80;  // of what is not the window
  static constexpr std::size_t kSketchShare = 16;       // of the budget, one part in so many

  explicit TinyLfu(std::size_t budget_bytes);

  void Add(Item& item, const Item* replaced) override;
  void Touch(Item& item) override;
  void Remove(Item& item) override;
  Item* TakeVictim() override;
  std::size_t bytes() const override { return sketch_.bytes(); }
  std::size_t bytes_after_add() const override;
  std::size_t bytes_min() const override { return FrequencySketch::kBytesMin; }
  void SetBudget(std::size_t budget_bytes) override;
  void Clear() override;
  std::size_t RecountBytes() const override;

 private:
  // In an item's mark: where it is.
  enum Segment : std::uint16_t { kWindow, kProbation, kProtected };

  void File(Item& item, Segment segment);
  void Forget(Item& item);
  void Settle();
  bool MustGrow() const;

  std::size_t sketch_bytes_max_ = 0;
  std::size_t window_bytes_target_ = 0;
  std::size_t protected_bytes_target_ = 0;
  Item* touched_ = nullptr;  // found last, and still to be moved and counted: see Lru
  bool full_ = false;        // a victim was asked for since the last Add
  std::size_t items_ = 0;
  std::size_t window_bytes_ = 0;
  std::size_t protected_bytes_ = 0;
  ItemList window_, probation_, protected_;  // each by last use
  FrequencySketch sketch_;
};

}  // namespace ringlab
