// HdrLayout: which counter of an HdrHistogram (G. Tene) a value has.
//
// `digits` significant digits from `lowest` up: values are cut into 2^m equal parts at first, with
// 2^m >= 2 * 10^digits, and every doubling above into half as many. Histograms of one layout have
// the same counters, whichever program made them. Immutable; any thread may use it.
#pragma once

#include <bit>
#include <cstdint>

#include "core/base/result.h"

namespace ringlab {

class HdrLayout {
 public:
  static constexpr int kDigitsMax = 5;
  // What five digits of every positive 64-bit value need.
  static constexpr std::uint32_t kCountersMax = 47U << 17;

  // INVALID_ARGUMENT unless lowest >= 1, highest >= 2 * lowest, digits in [1, 5], and all fit.
  static Result<HdrLayout> Create(std::int64_t lowest, std::int64_t highest, int digits);

  // core/base/histogram.h's: from 1 ns to 60 s at 3 digits.
  static HdrLayout OfRinglab();

  std::int64_t lowest() const { return lowest_; }
  std::int64_t highest() const { return highest_; }
  int digits() const { return digits_; }
  std::uint32_t counters() const { return counters_; }
  std::uint32_t buckets() const { return buckets_; }  // a doubling each, above the first
  std::uint32_t sub_buckets() const { return 1U << bits_; }

  // The counter of a value >= 0; below counters() for every value up to highest().
  std::uint32_t IndexOf(std::int64_t value) const {
    const auto bits = static_cast<std::uint64_t>(value);
    const std::uint64_t mask = (std::uint64_t{sub_buckets()} - 1) << unit_;
    const int bucket = BitWidth(bits | mask) - unit_ - bits_;
    return (static_cast<std::uint32_t>(bucket) << (bits_ - 1)) +
           static_cast<std::uint32_t>(bits >> (bucket + unit_));
  }

  // The values of a counter below counters(), both bounds included.
  std::int64_t LowestAt(std::uint32_t index) const {
    const std::uint32_t half = 1U << (bits_ - 1);
    return static_cast<std::int64_t>(index < half ? index : (index & (half - 1)) + half)
           << ShiftAt(index);
  }
  std::int64_t HighestAt(std::uint32_t index) const {
    return LowestAt(index) + ((std::int64_t{1} << ShiftAt(index)) - 1);
  }
  // What HdrHistogram takes all values of the counter for, in means and deviations.
  std::int64_t MiddleAt(std::uint32_t index) const {
    return LowestAt(index) + (std::int64_t{1} << ShiftAt(index) >> 1);
  }

  friend bool operator==(const HdrLayout&, const HdrLayout&) = default;

 private:
  HdrLayout() = default;

  static int BitWidth(std::uint64_t n) { return static_cast<int>(std::bit_width(n)); }
  int ShiftAt(std::uint32_t index) const {
    const auto row = static_cast<int>(index >> (bits_ - 1));
    return unit_ + (row == 0 ? 0 : row - 1);
  }

  std::int64_t lowest_ = 1;
  std::int64_t highest_ = 2;
  int digits_ = 1;
  int bits_ = 1;  // m: log2 of the parts of the first bucket
  int unit_ = 0;  // log2 of the finest step
  std::uint32_t buckets_ = 1;
  std::uint32_t counters_ = 1;
};

}  // namespace ringlab
