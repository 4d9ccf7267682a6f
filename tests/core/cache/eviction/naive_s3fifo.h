// S3-FIFO, as plain as naive_policies.h.
#pragma once

#include <algorithm>
#include <deque>

#include "tests/core/cache/eviction/naive_policies.h"

namespace ringlab {

class NaiveS3Fifo : public NaivePolicy {
 public:
  explicit NaiveS3Fifo(std::size_t budget) : budget_(budget) {}

  void Add(NaiveEntry entry, std::optional<int> note_of_replaced) override {
    const bool ghost = TakeGhost(entry.hash);
    entry.note = note_of_replaced.value_or(ghost ? kInMain : 0);
    (entry.note >= kInMain ? main_ : small_).push_front(entry);
  }
  void Touch(int key) override {
    auto at = FindIn(small_, key);
    if (at == small_.end()) at = FindIn(main_, key);
    if (at->note % kInMain < 3) ++at->note;
  }
  NaiveEntry Remove(int key) override {
    const auto at = FindIn(small_, key);
    return at != small_.end() ? TakeFrom(small_, at) : TakeFrom(main_, FindIn(main_, key));
  }
  NaiveEntry Victim() override {
    for (;;) {
      if (!small_.empty() && (BytesOf(small_) >= budget_ / 10 || main_.empty())) {
        NaiveEntry entry = TakeFrom(small_, std::prev(small_.end()));
        if (entry.note < 2) {
          AddGhost(entry.hash);
          return entry;
        }
        entry.note = kInMain;
        main_.push_front(entry);
      } else {
        NaiveEntry entry = TakeFrom(main_, std::prev(main_.end()));
        if (entry.note == kInMain) return entry;
        --entry.note;
        main_.push_front(entry);
      }
    }
  }
  std::size_t bytes() const override { return 12 * places_; }
  void Clear() override {
    ghosts_.clear();
    places_ = 0;
  }

 private:
  static constexpr int kInMain = 4;

  struct Ghost {
    std::uint32_t hash;
    bool taken;
  };

  std::deque<Ghost>::iterator FindGhost(std::uint32_t hash) {
    return std::find_if(ghosts_.begin(), ghosts_.end(),
                        [hash](const Ghost& ghost) { return ghost.hash == hash && !ghost.taken; });
  }
  bool TakeGhost(std::uint32_t hash) {
    const auto at = FindGhost(hash);
    if (at == ghosts_.end()) return false;
    at->taken = true;
    return true;
  }
  void AddGhost(std::uint32_t hash) {
    const std::size_t places_max = small_.size() + main_.size();
    while (ghosts_.size() >= places_max && !ghosts_.empty()) ghosts_.pop_front();
    if (places_max == 0) return;
    if (ghosts_.size() == places_) {
      const std::size_t more = std::max<std::size_t>(8, 2 * places_);
      if (12 * more <= budget_ / 16) {
        places_ = more;
      } else if (places_ == 0) {
        return;
      } else {
        ghosts_.pop_front();
      }
    }
    if (FindGhost(hash) == ghosts_.end()) ghosts_.push_back({hash, false});
  }

  const std::size_t budget_;
  NaiveList small_, main_;
  std::deque<Ghost> ghosts_;  // the latest last
  std::size_t places_ = 0;
};

}  // namespace ringlab
