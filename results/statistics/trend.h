// Trend: whether a series rises, told from how it wanders.
//
// A straight line by least squares, with the t-interval of its slope. Neighbours depend on one
// another, so the interval is that of fewer samples, by the residuals' correlation (B. D. Santer
// and others, "Statistical significance of trends", J. Geophys. Res. 105, 2000). Pure; any thread
// may call.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace ringlab {

struct Trend {
  double slope = 0;  // a step
  double low = 0;    // of its 95 % interval
  double high = 0;
  double mean = 0;       // of the series
  double effective = 0;  // samples that it is worth

  bool rises() const { return low > 0; }
};

inline constexpr std::size_t kTrendMin = 5;  // samples

// Of values one step apart. Absent with fewer than kTrendMin of them.
std::optional<Trend> TrendOf(std::span<const double> values);

}  // namespace ringlab
