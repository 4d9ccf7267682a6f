// The interval of a quantile from samples that depend on one another.
//
// A quantile's interval needs no law of the samples: it ends at two order statistics, and how many
// samples lie below the true quantile is binomial (H. A. David, Order Statistics, 1981). Their
// ranks are fractional here, as A. D. Hutson has them (1999), so that an interval of few samples is
// not wider than it says. But latencies follow one another: a stall makes many slow ones. So the
// samples come in batches, such as the seconds of a run, and the counts above the quantile vary
// more between batches than independent samples would make them. A cache that still fills makes
// them fall or rise throughout, in each run alike: that is no chance, so a straight line is taken
// out before. By how much more they vary is the design effect; the samples over it are the
// effective ones, corrected for the number of batches as E. L. Korn and B. I. Graubard do (1998),
// and the interval is that of so many independent samples.
//
// Pure; any thread may call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ringlab {

// A batch of samples: how many, and how many of them lie above the quantile of all.
struct Exceedances {
  std::uint64_t samples = 0;
  std::uint64_t above = 0;
};

inline constexpr std::size_t kBatchesMin = 5;  // fewer do not tell how they vary

// How many independent samples would tell the quantile as well: at most all samples. Neighbours
// may depend on one another too, which is seen where it is significant and allowed for as an
// autoregression of first order. Batches without samples do not count; absent with fewer than
// kBatchesMin others.
std::optional<double> EffectiveSamples(std::span<const Exceedances> batches);

// The ends of the 95 % interval as shares of the sorted samples, each above 0 and below 1. An end
// is absent when so few samples bound the quantile on one side alone.
struct QuantileEnds {
  std::optional<double> low = {};
  std::optional<double> high = {};
};

// `quantile` lies between 0 and 1; `effective` is 1 or more.
QuantileEnds EndsOfQuantile(double quantile, double effective);

}  // namespace ringlab
