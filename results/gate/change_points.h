// ChangePoints: where the level of a series of measurements shifted for good.
//
// E-divisive (D. Matteson and N. James, 2014): the split of a stretch that separates its two sides
// best by energy distance counts when random shuffles of the stretch hardly ever separate as well;
// then both sides are searched likewise. A single spike is no shift: each side has kSideMin points
// at least. Informational: nothing fails by it. Deterministic. O(n^2) a shuffle, so only the last
// kPointsMax points are searched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ringlab {

struct ChangePoint {
  std::size_t at;  // the first point of the new level
  double before;   // medians of the stretches on either side, up to the next change
  double after;
  double p;  // the share of shuffles that separated as well
};

inline constexpr std::size_t kSideMin = 4;
inline constexpr std::size_t kPointsMax = 200;

// In ascending order of `at`, which counts from the first value of `series`.
std::vector<ChangePoint> ChangePoints(std::span<const double> series, std::uint64_t seed = 1,
                                      double p_max = 0.01);

}  // namespace ringlab
