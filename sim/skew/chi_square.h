// Chi-square: do counts fit the shares that were expected of them? K. Pearson's test (1900).
//
// Both tails matter. A small `p_high` says that the counts are less even than chance allows, a
// small `p_low` that they are *more* even than chance allows, which independent draws are not
// either. Pure arithmetic; the tails come from Boost.Math.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace ringlab {

// Below this expected count a cell's square is no longer near enough to chi-square (W. G. Cochran,
// 1954), so such cells are added up until they reach it.
inline constexpr double kMinExpectedCount = 5;

struct ChiSquare {
  double statistic = 0;
  std::uint64_t cells = 0;    // after merging
  std::uint64_t degrees = 0;  // of freedom: cells - 1
  double p_low = 0;           // chance of a statistic so small or smaller
  double p_high = 0;          // chance of one so large or larger
  double p_two_tailed = 0;    // twice the smaller of the two
};

// The tails of a statistic, from degrees > 0. `cells` is degrees + 1.
ChiSquare ChiSquareOf(double statistic, std::uint64_t degrees);

// Counts against shares that sum to 1, in the same order. Absent when fewer than two cells expect
// kMinExpectedCount after merging: there is nothing to test.
std::optional<ChiSquare> TestCounts(const std::vector<std::uint64_t>& counts,
                                    const std::vector<double>& expected_shares);

}  // namespace ringlab
