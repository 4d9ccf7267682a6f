// PointIndex: points on a circle of 2^bits, and which of them comes next.
//
// A search is O(1): the top bits of the hash choose one of 2 to 4 buckets a point, whose first
// point is known, and a scan of less than one step on average finishes. Memory is 16 to 24 bytes a
// point. Immutable once made; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/check.h"

namespace ringlab {

class PointIndex {
 public:
  PointIndex() = default;

  // The points ascend strictly, are at least one and fewer than 2^32 - 1, and all lie below 2^bits
  // (the first two are checked); bits is 1 to 64.
  PointIndex(std::vector<std::uint64_t> points, int bits);

  // The position of the first point at or after a place below 2^bits (checked), or size() when the
  // next one is the first of all: the circle wraps.
  std::uint32_t NextFrom(std::uint64_t place) const {
    const std::uint64_t bucket = place >> shift_;
    RL_CHECK_BECAUSE(bucket < starts_.size(), "a hash outside the ring's circle");
    std::uint32_t position = starts_[bucket];
    while (points_[position] < place) ++position;
    return position;
  }

  std::size_t size() const { return points_.size() - 1; }
  std::span<const std::uint64_t> points() const { return {points_.data(), size()}; }
  std::size_t bytes() const;

 private:
  std::vector<std::uint64_t> points_;  // and behind them a sentinel that no place exceeds
  std::vector<std::uint32_t> starts_;  // by bucket: the first point in it or after it
  int shift_ = 0;                      // place >> shift_ is the bucket
};

}  // namespace ringlab
