#include "results/statistics/student.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "core/base/check.h"

namespace ringlab {

double NormalQuantile(double share) {
  RL_CHECK(share > 0 && share < 1);
  return boost::math::quantile(boost::math::normal_distribution<double>(), share);
}

double StudentQuantile(double share, double freedom) {
  RL_CHECK(share > 0 && share < 1 && freedom > 0);
  return boost::math::quantile(boost::math::students_t_distribution<double>(freedom), share);
}

std::optional<MeanInterval> IntervalOfMean(std::span<const double> samples) {
  const auto n = static_cast<double>(samples.size());
  if (samples.size() < 2) return std::nullopt;
  double sum = 0;
  for (const double sample : samples) sum += sample;
  const double mean = sum / n;
  double squares = 0;
  for (const double sample : samples) squares += (sample - mean) * (sample - mean);
  const double deviation = std::sqrt(squares / (n - 1));
  const double half = StudentQuantile((1 + kSure) / 2, n - 1) * deviation / std::sqrt(n);
  return MeanInterval{
      .mean = mean, .low = mean - half, .high = mean + half, .deviation = deviation};
}

}  // namespace ringlab
