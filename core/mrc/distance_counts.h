// DistanceCounts: how many requests came back to their key after how much else was used.
//
// A histogram over distances (entries, or bytes) of counts that need not be whole: a sampled
// request stands for many. Buckets are 3 % wide (LogScale), and within one requests are taken to
// be spread evenly. Some 12 KiB. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/log_scale.h"

namespace ringlab {

class DistanceCounts {
 public:
  static constexpr std::uint64_t kMost = (std::uint64_t{1} << 48) - 1;  // what is beyond is this

  DistanceCounts() : counts_(Buckets::IndexOf(kMost) + 1) {}

  void Add(std::uint64_t distance, double requests) {
    counts_[Buckets::IndexOf(distance < kMost ? distance : kMost)] += requests;
  }

  // The requests whose distance is larger.
  double Beyond(std::uint64_t distance) const;

  void Clear() { counts_.assign(counts_.size(), 0); }

  std::size_t memory_bytes() const { return counts_.size() * sizeof(double); }

 private:
  using Buckets = LogScale<5>;

  std::vector<double> counts_;
};

}  // namespace ringlab
