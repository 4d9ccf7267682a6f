// LoopUsage: what an event loop did so far: how full it is, and how late it may have made anybody.
#pragma once

#include <atomic>
#include <cstdint>

#include "core/base/time.h"

namespace ringlab {

struct LoopUsage {
  std::uint64_t turns = 0;
  Duration busy = Duration::zero();     // not waiting
  Duration age = Duration::zero();      // since the start
  Duration longest = Duration::zero();  // turn, of those since the last call of TakeLongest

  double busy_share() const { return age > Duration::zero() ? Seconds(busy) / Seconds(age) : 0; }
};

// Written by the loop's thread alone, so that no locked instruction is needed; read by all.
class LoopCounts {
 public:
  void Add(Duration turn) {
    constexpr auto kRelaxed = std::memory_order_relaxed;
    turns_.store(turns_.load(kRelaxed) + 1, kRelaxed);
    busy_.store(busy_.load(kRelaxed) + turn.count(), kRelaxed);
    if (turn.count() > longest_.load(kRelaxed)) longest_.store(turn.count(), kRelaxed);
  }

  // Since the last call, or the start.
  Duration TakeLongest() { return Duration(longest_.exchange(0, std::memory_order_relaxed)); }

  LoopUsage Usage(Duration age) const {
    return {.turns = turns_.load(std::memory_order_relaxed),
            .busy = Duration(busy_.load(std::memory_order_relaxed)),
            .age = age,
            .longest = Duration(longest_.load(std::memory_order_relaxed))};
  }

 private:
  std::atomic<std::uint64_t> turns_{0};
  std::atomic<Duration::rep> busy_{0};
  std::atomic<Duration::rep> longest_{0};
};

}  // namespace ringlab
