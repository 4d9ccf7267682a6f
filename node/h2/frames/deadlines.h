// Deadlines: which of a connection's calls are due, to the nanosecond.
//
// Callers of one connection mostly wait equally long, so most deadlines come in order: those stand
// in a line, at whose end a new one is put, and only what would have to stand before its end goes
// into a heap of (time, call). Calls that end are not taken out: they are skipped when they are the
// first, and swept out when they are the most, so that there are less than twice the calls that
// were armed, and 64. (core/base/timer_wheel.h is for entries that mostly run out; its tick of
// 134 ms is too coarse here.) Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "node/h2/frames/slab.h"

namespace ringlab {

class Deadlines {
 public:
  void Arm(TimePoint when, CallId call) {
    if (line_.empty() || when >= line_.back().when) return line_.push_back({when, call});
    heap_.push_back({when, call});
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }

  // A call that was armed has ended, and `waits(call)` is false for it from now on.
  template <class Waits>
  void Ended(const Waits& waits) {
    if (++ended_ < kSweptFrom || ended_ * 2 < size()) return;
    const auto has_ended = [&waits](const Entry& entry) { return !waits(entry.call); };
    std::erase_if(line_, has_ended);
    std::erase_if(heap_, has_ended);
    std::make_heap(heap_.begin(), heap_.end(), Later);
    ended_ = 0;
  }

  // The next call with a time up to `now`; it may have ended.
  std::optional<CallId> TakeDue(TimePoint now) {
    const Entry* const first = First();
    if (first == nullptr || first->when > now) return std::nullopt;
    return Pop();
  }

  // The first time of a call that waits.
  template <class Waits>
  TimePoint Next(const Waits& waits) {
    for (const Entry* first = First(); first != nullptr; first = First()) {
      if (waits(first->call)) return first->when;
      Pop();
      if (ended_ > 0) --ended_;
    }
    return kNever;
  }

  std::size_t size() const { return line_.size() + heap_.size(); }

 private:
  static constexpr std::size_t kSweptFrom = 32;

  struct Entry {
    TimePoint when;
    CallId call;
  };

  static bool Later(const Entry& a, const Entry& b) { return a.when > b.when; }

  bool LineIsFirst() const {
    return heap_.empty() || (!line_.empty() && line_.front().when <= heap_.front().when);
  }
  const Entry* First() const {
    if (size() == 0) return nullptr;
    return LineIsFirst() ? &line_.front() : &heap_.front();
  }

  CallId Pop() {
    if (LineIsFirst()) {
      const CallId call = line_.front().call;
      line_.pop_front();
      return call;
    }
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    const CallId call = heap_.back().call;
    heap_.pop_back();
    return call;
  }

  std::deque<Entry> line_;  // in rising order
  std::vector<Entry> heap_;
  std::size_t ended_ = 0;  // at most: of those that were taken as due some are counted too
};

}  // namespace ringlab
