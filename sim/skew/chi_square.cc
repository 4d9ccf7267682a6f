#include "sim/skew/chi_square.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>

#include "core/base/check.h"

namespace ringlab {
namespace {

struct Cell {
  double expected = 0;
  double count = 0;
};

// Adds up the smallest cells until each that is left expects enough.
std::vector<Cell> Merge(std::vector<Cell> cells) {
  std::stable_sort(cells.begin(), cells.end(),
                   [](const Cell& a, const Cell& b) { return a.expected < b.expected; });
  std::vector<Cell> merged;
  Cell pool;
  for (const Cell& cell : cells) {
    pool.expected += cell.expected;
    pool.count += cell.count;
    if (pool.expected < kMinExpectedCount) continue;
    merged.push_back(pool);
    pool = {};
  }
  return merged;  // ascending cells leave a pool only when all of them together are too few
}

}  // namespace

ChiSquare ChiSquareOf(double statistic, std::uint64_t degrees) {
  RL_CHECK(degrees > 0 && statistic >= 0);
  const boost::math::chi_squared law(static_cast<double>(degrees));
  ChiSquare result{.statistic = statistic, .cells = degrees + 1, .degrees = degrees};
  result.p_low = boost::math::cdf(law, statistic);
  result.p_high = boost::math::cdf(boost::math::complement(law, statistic));
  result.p_two_tailed = std::min(1.0, 2 * std::min(result.p_low, result.p_high));
  return result;
}

std::optional<ChiSquare> TestCounts(const std::vector<std::uint64_t>& counts,
                                    const std::vector<double>& expected_shares) {
  RL_CHECK(counts.size() == expected_shares.size());
  double total = 0;
  for (const std::uint64_t count : counts) total += static_cast<double>(count);
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    cells.push_back({expected_shares[i] * total, static_cast<double>(counts[i])});
  }
  cells = Merge(std::move(cells));
  if (cells.size() < 2) return std::nullopt;
  double statistic = 0;
  for (const Cell& cell : cells) {
    const double off = cell.count - cell.expected;
    statistic += off * off / cell.expected;
  }
  return ChiSquareOf(statistic, cells.size() - 1);
}

}  // namespace ringlab
