#include "core/ring/balance.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace ringlab {
namespace {

double SumOfLoads(const std::vector<double>& loads) {
  double sum = 0;
  for (const double load : loads) {
    RL_CHECK(load >= 0 && std::isfinite(load));
    sum += load;
  }
  return sum;
}

// G = sum of (2i - N - 1) x_i over i = 1..N in rising order, over N times the sum.
double Gini(std::vector<double> loads, double sum) {
  std::sort(loads.begin(), loads.end());
  const auto n = static_cast<double>(loads.size());
  double weighted = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    weighted += (2 * static_cast<double>(i + 1) - n - 1) * loads[i];
  }
  return std::max(0.0, weighted / (n * sum));  // rounding may put even loads a hair below 0
}

}  // namespace

std::optional<BalanceStats> MeasureBalance(const std::vector<double>& loads) {
  const double sum = SumOfLoads(loads);
  if (!(sum > 0)) return std::nullopt;
  const double mean = sum / static_cast<double>(loads.size());
  const auto [least, most] = std::minmax_element(loads.begin(), loads.end());
  double variance = 0;  // of load over mean
  for (const double load : loads) variance += (load / mean - 1) * (load / mean - 1);
  variance /= static_cast<double>(loads.size());
  return BalanceStats{.peak_to_mean = *most / mean,
                      .min_to_mean = *least / mean,
                      .cv = std::sqrt(variance),
                      .gini = Gini(loads, sum),
                      .jain = 1 / (1 + variance)};
}

std::vector<double> SharesOf(const std::vector<double>& loads) {
  const double sum = SumOfLoads(loads);
  if (!(sum > 0)) return {};
  std::vector<double> shares;
  shares.reserve(loads.size());
  for (const double load : loads) shares.push_back(load / sum);
  return shares;
}

}  // namespace ringlab
