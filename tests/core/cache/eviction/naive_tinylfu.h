// W-TinyLFU, as plain as naive_policies.h, but for the sketch, which has tests of its own.
#pragma once

#include "core/cache/eviction/frequency_sketch.h"
#include "tests/core/cache/eviction/naive_policies.h"

namespace ringlab {

class NaiveTinyLfu : public NaivePolicy {
 public:
  explicit NaiveTinyLfu(std::size_t budget)
      : budget_(budget), protected_max_((budget - budget / 100) / 100 * 80) {}

  void Add(NaiveEntry entry, std::optional<int> note_of_replaced) override {
    if (MustGrow()) sketch_.Grow();
    sketch_.Add(entry.hash);
    PutInto(note_of_replaced.value_or(kWindow), entry);
    while (!full_ && BytesOf(window()) > budget_ / 100) PutInto(kProbation, TakeOldest(window()));
    full_ = false;
  }
  void Touch(int key) override {
    const NaiveEntry entry = Remove(key);
    sketch_.Add(entry.hash);
    PutInto(entry.note == kWindow ? kWindow : kProtected, entry);
  }
  NaiveEntry Remove(int key) override {
    for (NaiveList& list : segments_) {
      const auto at = FindIn(list, key);
      if (at != list.end()) return TakeFrom(list, at);
    }
    return {};
  }
  NaiveEntry Victim() override {
    full_ = true;
    NaiveList& rest = segments_[kProbation].empty() ? segments_[kProtected] : segments_[kProbation];
    if (rest.empty()) return TakeOldest(window());
    if (BytesOf(window()) <= budget_ / 100) return TakeOldest(rest);
    const NaiveEntry candidate = TakeOldest(window());
    if (sketch_.Estimate(candidate.hash) <= sketch_.Estimate(rest.back().hash)) return candidate;
    const NaiveEntry victim = TakeOldest(rest);
    PutInto(kProbation, candidate);
    return victim;
  }
  std::size_t bytes() const override { return sketch_.bytes(); }
  std::size_t bytes_after_add() const override { return MustGrow() ? 2 * bytes() : bytes(); }
  std::size_t bytes_min() const override { return 64; }
  void Clear() override { sketch_.Clear(); }

 private:
  enum Segment : int { kWindow, kProbation, kProtected };

  NaiveList& window() { return segments_[kWindow]; }
  static NaiveEntry TakeOldest(NaiveList& list) { return TakeFrom(list, std::prev(list.end())); }
  bool MustGrow() const {
    const std::size_t items = segments_[0].size() + segments_[1].size() + segments_[2].size();
    return items + 1 > sketch_.keys_max() && 2 * sketch_.bytes() <= budget_ / 16;
  }
  void PutInto(int segment, NaiveEntry entry) {
    entry.note = segment;
    segments_[segment].push_front(entry);
    while (BytesOf(segments_[kProtected]) > protected_max_) {
      PutInto(kProbation, TakeOldest(segments_[kProtected]));
    }
  }

  const std::size_t budget_;
  const std::size_t protected_max_;
  NaiveList segments_[3];
  bool full_ = false;
  FrequencySketch sketch_;
};

}  // namespace ringlab
