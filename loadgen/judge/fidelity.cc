#include "loadgen/judge/fidelity.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/check.h"

namespace ringlab {
namespace {

// Turns send times into the gaps between them, in nanoseconds, sorted.
std::vector<double> SortedGaps(std::vector<Duration>& sent) {
  std::sort(sent.begin(), sent.end());
  std::vector<double> gaps;
  gaps.reserve(sent.size() - 1);
  for (std::size_t i = 1; i < sent.size(); ++i) {
    gaps.push_back(static_cast<double>((sent[i] - sent[i - 1]).count()));
  }
  std::sort(gaps.begin(), gaps.end());
  return gaps;
}

// The chance that the sum of `shape` exponential variables of mean 1 is at most x: that at least so
// many of a Poisson process come until then.
double ErlangLaw(std::uint64_t shape, double x) {
  if (shape == 1) return -std::expm1(-x);
  double below = 0;  // the chance of fewer, from terms that do not overflow
  for (std::uint64_t k = 0; k < shape && x > 0; ++k) {
    const auto n = static_cast<double>(k);
    below += std::exp(n * std::log(x) - x - std::lgamma(n + 1));
  }
  return x > 0 ? std::clamp(1 - below, 0.0, 1.0) : 0;
}

double DistanceFromErlang(const std::vector<double>& gaps, std::uint64_t shape, double mean) {
  const auto n = static_cast<double>(gaps.size());
  double distance = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double law = ErlangLaw(shape, gaps[i] / mean);
    const auto below = static_cast<double>(i);
    distance = std::max({distance, law - below / n, (below + 1) / n - law});
  }
  return distance;
}

double ShareOutsideTolerance(const std::vector<double>& gaps, double gap) {
  const auto short_end =
      std::lower_bound(gaps.begin(), gaps.end(), gap * (1 - kConstantGapTolerance));
  const auto long_begin =
      std::upper_bound(gaps.begin(), gaps.end(), gap * (1 + kConstantGapTolerance));
  const auto worse = std::max(short_end - gaps.begin(), gaps.end() - long_begin);
  return static_cast<double>(worse) / static_cast<double>(gaps.size());
}

}  // namespace

std::optional<ArrivalFidelity> MeasureFidelity(std::vector<Duration> sent, ArrivalProcess process,
                                               double rate, std::uint64_t every) {
  RL_CHECK(Arrivals::IsRate(rate) && every > 0);
  if (sent.size() < 2) return std::nullopt;
  const std::vector<double> gaps = SortedGaps(sent);
  const double mean = 1e9 / rate;
  const double distance = process == ArrivalProcess::kPoisson
                              ? DistanceFromErlang(gaps, every, mean)
                              : ShareOutsideTolerance(gaps, mean * static_cast<double>(every));
  return ArrivalFidelity{.gaps = gaps.size(), .distance = distance};
}

double KolmogorovPValue(double distance, std::uint64_t n) {
  RL_CHECK(n > 0);
  if (distance <= 0) return 1;
  const double root = std::sqrt(static_cast<double>(n));
  const double lambda = (root + 0.12 + 0.11 / root) * distance;
  constexpr int kTerms = 20;  // either series has converged long before
  double sum = 0;
  if (lambda < 1) {
    // The same law through Jacobi's theta identity, which converges where the other does not.
    constexpr double kPi = std::numbers::pi;
    for (int k = 1; k <= kTerms; ++k) {
      const double odd = 2 * k - 1;
      sum += std::exp(-odd * odd * kPi * kPi / (8 * lambda * lambda));
    }
    return std::clamp(1 - std::sqrt(2 * kPi) / lambda * sum, 0.0, 1.0);
  }
  for (int k = 1; k <= kTerms; ++k) {
    const double term = std::exp(-2.0 * k * k * lambda * lambda);
    sum += k % 2 == 1 ? term : -term;
  }
  return std::clamp(2 * sum, 0.0, 1.0);
}

}  // namespace ringlab
