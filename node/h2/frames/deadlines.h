// Deadlines: which of a connection's calls are due, to the nanosecond.
//
// A heap of (time, call) from which calls that end are not taken: they are skipped when their time
// comes, and swept out when they are the most, so that the heap holds less than twice the calls
// that it was armed for, and 64. Callers of one connection mostly wait equally long, and then a new
// deadline is the last one and costs nothing to sort in. (core/base/timer_wheel.h is for entries
// that mostly run out; its tick of 134 ms is too coarse here.) Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "node/h2/frames/slab.h"

namespace ringlab {

class Deadlines {
 public:
  void Arm(TimePoint when, CallId call) {
    heap_.push_back({when, call});
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }

  // A call that was armed has ended, and `waits(call)` is false for it from now on.
  template <class Waits>
  void Ended(const Waits& waits) {
    if (++ended_ < kSweptFrom || ended_ * 2 < heap_.size()) return;
    std::erase_if(heap_, [&waits](const Entry& entry) { return !waits(entry.call); });
    std::make_heap(heap_.begin(), heap_.end(), Later);
    ended_ = 0;
  }

  // The next call with a time up to `now`; it may have ended.
  std::optional<CallId> TakeDue(TimePoint now) {
    if (heap_.empty() || heap_.front().when > now) return std::nullopt;
    return Pop();
  }

  // The first time of a call that waits.
  template <class Waits>
  TimePoint Next(const Waits& waits) {
    while (!heap_.empty() && !waits(heap_.front().call)) Pop();
    return heap_.empty() ? kNever : heap_.front().when;
  }

  std::size_t size() const { return heap_.size(); }

 private:
  static constexpr std::size_t kSweptFrom = 32;

  struct Entry {
    TimePoint when;
    CallId call;
  };

  static bool Later(const Entry& a, const Entry& b) { return a.when > b.when; }

  CallId Pop() {
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    const CallId call = heap_.back().call;
    heap_.pop_back();
    return call;
  }

  std::vector<Entry> heap_;
  std::size_t ended_ = 0;  // at most: those that were popped since are counted too
};

}  // namespace ringlab
