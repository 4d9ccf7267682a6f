// What a walk through requests has beside them: when its warm-up is over, and whom it tells how far
// it is. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

namespace ringlab {

// Calls `go_on`, which outlives it, with the requests since the last call, now and then; false
// when the walk shall end.
class Teller {
 public:
  explicit Teller(const std::function<bool(std::uint64_t)>& go_on) : go_on_(go_on) {}
  bool Step() {
    if (++untold_ < kTellEvery) return true;
    return go_on_(std::exchange(untold_, 0));
  }

 private:
  static constexpr std::uint64_t kTellEvery = 16'384;  // requests

  const std::function<bool(std::uint64_t)>& go_on_;
  std::uint64_t untold_ = 0;
};

// What comes first in a walk and does not count.
class WarmUp {
 public:
  explicit WarmUp(std::uint64_t requests) : requests_(requests), over_(requests == 0) {}
  bool over() const { return over_; }

  // True once: when it is over.
  bool EndsWith(std::uint64_t walked) {
    if (over_ || walked < requests_) return false;
    return over_ = true;
  }

 private:
  const std::uint64_t requests_;
  bool over_;
};

}  // namespace ringlab
