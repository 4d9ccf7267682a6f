// Statistics of a comparison: how much slower, and how sure.
//
// Times on a shared machine have heavy tails, so means are trimmed and intervals are bootstrapped
// (B. Efron, 1979): no distribution is assumed. Everything is a pure function of its arguments; the
// resampling has a seed of its own, so the same samples always give the same verdict.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ringlab {

inline constexpr std::size_t kResamples = 10'000;
inline constexpr double kTrimmedShare = 0.2;  // at either end
inline constexpr double kConfidence = 0.99;   // of each bound, one-sided

// The mean of what is left when a fifth at either end is cut off; 0 of nothing.
double TrimmedMean(std::vector<double> values);

// The median of all means of two (J. Hodges and E. Lehmann, 1963), for reports; 0 of nothing.
double HodgesLehmann(std::span<const double> values);

// A ratio with its bounds: with 99 % confidence it is at least `low`, and with 99 % at most `high`.
struct RatioInterval {
  double ratio = 1;
  double low = 1;
  double high = 1;

  double half_width() const { return (high - low) / 2; }
};

// Of pairs measured side by side, given log(head / base) of each; at least one.
RatioInterval PairedRatio(std::span<const double> log_ratios, std::uint64_t seed);

// Of samples measured apart, given their logarithms. Drift between the two is not seen: this knows
// less than pairs do. At least one of each.
RatioInterval UnpairedRatio(std::span<const double> base_logs, std::span<const double> head_logs,
                            std::uint64_t seed);

// The same of a few whole runs a side, by Student's t of the logarithms and without equal variances
// (B. L. Welch, 1947): a bootstrap of so few says too little. At least two of each.
RatioInterval RatioOfFew(std::span<const double> base_logs, std::span<const double> head_logs);

}  // namespace ringlab
