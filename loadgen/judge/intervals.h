// The 95 % intervals of a run's percentiles, from the seconds of its series.
//
// Method: results/statistics/quantile_interval.h, with the intervals of the series as batches.
// Pure; any thread may call.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "loadgen/measure/time_series.h"
#include "results/text/percentiles.h"

namespace ringlab {

// Where the percentile of all such answers lies, in nanoseconds. An end that so few answers do not
// bound is absent, and so is one that lies beyond the histogram.
struct PercentileInterval {
  Percentile percentile;
  std::int64_t value = 0;
  std::optional<std::int64_t> low = {};
  std::optional<std::int64_t> high = {};
  double effective = 0;  // independent answers that would tell as much
};

// Of those percentiles that so many answers can support; none with fewer than kBatchesMin batches
// that have answers. `max` is the longest time of all.
std::vector<PercentileInterval> IntervalsOf(std::span<const BucketCounts> batches, std::int64_t max,
                                            const Percentiles& percentiles);

// The intervals [from, to) of a series as batches.
std::vector<BucketCounts> ResponseBatches(const TimeSeries& series, std::size_t from,
                                          std::size_t to);
std::vector<BucketCounts> ServiceBatches(const TimeSeries& series, std::size_t from,
                                         std::size_t to);

}  // namespace ringlab
