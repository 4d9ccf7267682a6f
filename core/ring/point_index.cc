#include "core/ring/point_index.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <utility>

namespace ringlab {

PointIndex::PointIndex(std::vector<std::uint64_t> points, int bits) : points_(std::move(points)) {
  RL_CHECK(bits >= 1 && bits <= 64);
  RL_CHECK(!points_.empty() && points_.size() < std::numeric_limits<std::uint32_t>::max());
  RL_CHECK(std::ranges::adjacent_find(points_, std::greater_equal<>()) == points_.end());
  const int wanted_bits = static_cast<int>(std::bit_width(points_.size() * 2 - 1));
  const int index_bits = std::clamp(wanted_bits, 1, bits);
  shift_ = bits - index_bits;
  starts_.resize(std::size_t{1} << index_bits);
  std::uint32_t position = 0;
  for (std::size_t bucket = 0; bucket < starts_.size(); ++bucket) {
    while (position < points_.size() && (points_[position] >> shift_) < bucket) ++position;
    starts_[bucket] = position;
  }
  points_.push_back(std::numeric_limits<std::uint64_t>::max());
}

std::size_t PointIndex::bytes() const {
  return points_.capacity() * sizeof(points_[0]) + starts_.capacity() * sizeof(starts_[0]);
}

}  // namespace ringlab
