// Student's t and the normal law, and the interval of a mean that rests on them.
//
// Quantiles are Boost.Math's. Pure; any thread may call.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace ringlab {

inline constexpr double kSure = 0.95;  // of every interval that a report shows, two-sided

// What a draw exceeds in (1 - share) of all cases: 1.96 of the normal law at 0.975. `share` lies
// between 0 and 1, `freedom` is above 0 and need not be whole.
double NormalQuantile(double share);
double StudentQuantile(double share, double freedom);

// The mean of independent samples, and where the true one lies with 95 % confidence (W. S. Gosset,
// 1908).
struct MeanInterval {
  double mean = 0;
  double low = 0;
  double high = 0;
  double deviation = 0;  // of one sample: the root of the unbiased variance
};

// Absent with fewer than two samples.
std::optional<MeanInterval> IntervalOfMean(std::span<const double> samples);

}  // namespace ringlab
