// RankCounts: how often keys of each popularity were asked for, in memory that does not grow with
// the number of keys.
//
// Ranks 1 to 15 have a counter each; above, every doubling has eight. Not thread-safe; mergeable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/log_scale.h"
#include "loadgen/plan/zipf.h"

namespace ringlab {

class RankCounts {
 public:
  static constexpr int kBits = 3;
  using Scale = LogScale<kBits>;
  static constexpr std::size_t kCounters = Scale::IndexOf(kMaxZipfRanks) + 1;

  // rank from 1 to kMaxZipfRanks, or 0 for a key that has none
  void Count(std::uint64_t rank, std::uint64_t times = 1) {
    counts_[Scale::IndexOf(rank)] += times;
  }
  std::uint64_t at(std::size_t index) const { return counts_.at(index); }

  void Merge(const RankCounts& other) {
    for (std::size_t i = 0; i < kCounters; ++i) counts_[i] += other.counts_[i];
  }

 private:
  std::array<std::uint64_t, kCounters> counts_{};
};

}  // namespace ringlab
