#include "results/statistics/quantile_interval.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <vector>

#include "core/base/check.h"
#include "results/statistics/student.h"

namespace ringlab {

namespace {

constexpr double kInflationMax = 19;      // that of neighbours correlated by 0.9
constexpr double kOneSided95 = 1.644854;  // of the normal law

double SumOfPowers(const std::vector<double>& residuals, int power) {
  double sum = 0;
  for (const double residual : residuals) sum += std::pow(residual, power);
  return sum;
}

// How many batches' worth of a variance is known: fewer than there are where some of them vary much
// more than others, as with few and large bursts (F. Satterthwaite, 1946, by the fourth moment).
double FreedomOf(const std::vector<double>& residuals, double squares, double inflation) {
  const double batches = static_cast<double>(residuals.size()) / inflation;
  const double by_kurtosis = 3 * squares * squares / SumOfPowers(residuals, 4);
  const bool bursts = 2 * by_kurtosis < static_cast<double>(residuals.size());
  return std::max(1.0, (bursts ? std::min(batches, by_kurtosis) : batches) - 2);
}

// How far the counts of the batches lie from a straight line through their shares, weighted by
// their samples.
std::vector<double> ResidualsOf(const std::vector<Exceedances>& batches, double samples,
                                double share) {
  double middle = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    middle += static_cast<double>(i) * static_cast<double>(batches[i].samples) / samples;
  }
  double rise = 0;
  double spread = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    const auto n = static_cast<double>(batches[i].samples);
    rise += x * (static_cast<double>(batches[i].above) - share * n);
    spread += x * x * n;
  }
  std::vector<double> residuals;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const double line = share + (static_cast<double>(i) - middle) * rise / spread;
    residuals.push_back(static_cast<double>(batches[i].above) -
                        line * static_cast<double>(batches[i].samples));
  }
  return residuals;
}

// By how much the dependence of neighbouring batches widens the variance of their sum; 1 when none
// is significant. About a line residuals correlate less than what they are of (F. H. C. Marriott
// and J. A. Pope, Biometrika 41, 1954).
double InflationOf(const std::vector<double>& residuals, double squares) {
  const auto n = static_cast<double>(residuals.size());
  double products = 0;
  for (std::size_t i = 1; i < residuals.size(); ++i) products += residuals[i - 1] * residuals[i];
  const double found = products / squares;
  if (found <= kOneSided95 / std::sqrt(n) - 2 / n) return 1;
  const double unbiased = found + (2 + 4 * found) / n;
  if (unbiased >= 1) return kInflationMax;
  return std::clamp((1 + unbiased) / (1 - unbiased), 1.0, kInflationMax);
}

// The rank of n sorted samples that lies below the quantile with that chance.
double RankBelow(double quantile, double n, double chance) {
  double low = 1;
  double high = n;
  const double enough = 1e-3 * std::sqrt(1 + n * quantile * (1 - quantile));  // of a deviation
  while (high - low > enough) {
    const double rank = (low + high) / 2;
    // The chance that the order statistic of this rank is below falls as the rank rises.
    (boost::math::ibeta(rank, n - rank + 1, quantile) > chance ? low : high) = rank;
  }
  return (low + high) / 2;
}

}  // namespace

std::optional<double> EffectiveSamples(std::span<const Exceedances> batches) {
  double samples = 0;
  double above = 0;
  std::vector<Exceedances> used;
  for (const Exceedances& batch : batches) {
    RL_CHECK(batch.above <= batch.samples);
    samples += static_cast<double>(batch.samples);
    above += static_cast<double>(batch.above);
    if (batch.samples > 0) used.push_back(batch);
  }
  if (used.size() < kBatchesMin) return std::nullopt;
  const double share = above / samples;
  if (share <= 0 || share >= 1) return samples;  // all alike: nothing varies
  const std::vector<double> residuals = ResidualsOf(used, samples, share);
  const double squares = SumOfPowers(residuals, 2);
  if (squares <= 0) return samples;
  const auto n = static_cast<double>(used.size());
  const double inflation = InflationOf(residuals, squares);
  const double variance = n / (n - 2) * squares * inflation;
  const double design_effect = variance / (samples * share * (1 - share));
  const double ends = (1 + kSure) / 2;
  const double few =
      StudentQuantile(ends, FreedomOf(residuals, squares, inflation)) / NormalQuantile(ends);
  return std::clamp(samples / (design_effect * few * few), 1.0, samples);
}

QuantileEnds EndsOfQuantile(double quantile, double effective) {
  RL_CHECK(quantile > 0 && quantile < 1 && effective >= 1);
  constexpr double kBeyond = (1 - kSure) / 2;
  QuantileEnds ends;
  // The least of n samples is above the quantile in (1 - quantile)^n of all cases, the largest is
  // below it in quantile^n.
  if (effective * std::log1p(-quantile) <= std::log(kBeyond)) {
    ends.low = RankBelow(quantile, effective, 1 - kBeyond) / (effective + 1);
  }
  if (effective * std::log(quantile) <= std::log(kBeyond)) {
    ends.high = RankBelow(quantile, effective, kBeyond) / (effective + 1);
  }
  return ends;
}

}  // namespace ringlab
