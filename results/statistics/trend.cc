#include "results/statistics/trend.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/statistics/student.h"

namespace ringlab {

std::optional<Trend> TrendOf(std::span<const double> values) {
  if (values.size() < kTrendMin) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  const double middle = (n - 1) / 2;
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  double product = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    product += (static_cast<double>(i) - middle) * (values[i] - mean);
  }
  const double spread = n * (n * n - 1) / 12;  // of the steps: the sum of their squares
  const double slope = product / spread;

  double squares = 0;
  double products = 0;
  double last = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double residual = values[i] - mean - slope * (static_cast<double>(i) - middle);
    squares += residual * residual;
    products += last * residual;
    last = residual;
  }
  const double correlation = squares > 0 ? std::clamp(products / squares, 0.0, 1.0) : 0;
  // Two parameters are fitted: no fewer than three samples tell anything.
  const double effective = std::max(3.0, n * (1 - correlation) / (1 + correlation));
  const double error = std::sqrt(squares / (effective - 2) / spread);
  const double half = StudentQuantile((1 + kSure) / 2, effective - 2) * error;
  return Trend{.slope = slope,
               .low = slope - half,
               .high = slope + half,
               .mean = mean,
               .effective = effective};
}

}  // namespace ringlab
