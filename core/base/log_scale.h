// LogScale: numbers in buckets that widen with them: 2^kBits equal ones in every doubling, and
// those below 2^(kBits + 1) alone.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace ringlab {

template <int kBits>
struct LogScale {
  static constexpr std::uint64_t kRow = std::uint64_t{1} << kBits;

  static constexpr std::size_t IndexOf(std::uint64_t number) {
    const int row = static_cast<int>(std::bit_width(number | (2 * kRow - 1))) - (kBits + 1);
    return (static_cast<std::size_t>(row) << kBits) + (number >> row);
  }
  // The lowest number of a bucket; the highest is the next one's lowest less 1.
  static constexpr std::uint64_t LowestAt(std::size_t index) {
    if (index < 2 * kRow) return index;
    return ((index & (kRow - 1)) + kRow) << ((index >> kBits) - 1);
  }
};

}  // namespace ringlab
