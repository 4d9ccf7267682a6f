// Longest: the longest of the durations that came of late. Not thread-safe.
#pragma once

#include <deque>
#include <utility>

#include "core/base/time.h"

namespace ringlab {

class Longest {
 public:
  explicit Longest(Duration window) : window_(window) {}

  // `now` never goes back.
  void Add(TimePoint now, Duration one) {
    while (!kept_.empty() && kept_.back().second <= one) kept_.pop_back();
    kept_.emplace_back(now, one);
  }

  // Of those that came within the window before now; 0 for none.
  Duration At(TimePoint now) {
    while (!kept_.empty() && kept_.front().first + window_ < now) kept_.pop_front();
    return kept_.empty() ? Duration::zero() : kept_.front().second;
  }

 private:
  const Duration window_;
  std::deque<std::pair<TimePoint, Duration>> kept_;  // each shorter than those before it
};

}  // namespace ringlab
