#include "loadgen/judge/intervals.h"

#include <algorithm>
#include <cmath>

#include "core/base/histogram.h"
#include "results/statistics/quantile_interval.h"

namespace ringlab {

namespace {

// All batches in one, cumulated.
class Cumulated {
 public:
  Cumulated(std::span<const BucketCounts> batches, std::int64_t max)
      : below_(Histogram::kCountsLength), max_(max) {
    for (const BucketCounts& batch : batches) {
      for (const BucketCount& bucket : batch) below_[bucket.index] += bucket.count;
    }
    for (std::size_t i = 1; i < below_.size(); ++i) below_[i] += below_[i - 1];
  }

  std::uint64_t count() const { return below_.back(); }
  std::uint64_t UpTo(std::size_t bucket) const { return below_[bucket]; }

  // The bucket of the value with that rank, from 1 up.
  std::size_t BucketOf(std::uint64_t rank) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(below_, rank) - below_.begin());
  }
  std::int64_t ValueOf(std::uint64_t rank) const {
    return std::min(Histogram::HighestAt(BucketOf(rank)), max_);
  }

  // Between two ranks: of the way from one value to the next.
  std::int64_t ValueAt(double share) const {
    const auto n = static_cast<double>(count());
    const double rank = std::clamp(share * (n + 1), 1.0, n);
    const auto below = static_cast<std::uint64_t>(rank);
    const auto from = static_cast<double>(ValueOf(below));
    const auto to = static_cast<double>(ValueOf(std::min(below + 1, count())));
    return static_cast<std::int64_t>(from + (rank - std::floor(rank)) * (to - from));
  }

 private:
  std::vector<std::uint64_t> below_;  // by bucket: values in it and in lower ones
  const std::int64_t max_;
};

// Many values may share the quantile's bucket: the split next to the quantile tells most.
std::size_t SplitNear(const Cumulated& all, double quantile, std::size_t bucket) {
  const auto share = [&](std::size_t b) {
    return static_cast<double>(all.UpTo(b)) / static_cast<double>(all.count());
  };
  if (bucket == 0) return bucket;
  const bool lower = quantile - share(bucket - 1) < share(bucket) - quantile;
  return lower && all.UpTo(bucket - 1) > 0 ? bucket - 1 : bucket;
}

std::vector<Exceedances> ExceedancesOf(std::span<const BucketCounts> batches, std::size_t split) {
  std::vector<Exceedances> counts;
  for (const BucketCounts& batch : batches) {
    Exceedances& of_batch = counts.emplace_back();
    for (const BucketCount& bucket : batch) {
      of_batch.samples += bucket.count;
      of_batch.above += bucket.index > split ? bucket.count : 0;
    }
  }
  return counts;
}

}  // namespace

std::vector<PercentileInterval> IntervalsOf(std::span<const BucketCounts> batches, std::int64_t max,
                                            const Percentiles& percentiles) {
  std::vector<PercentileInterval> intervals;
  const Cumulated all(batches, max);
  for (const Percentile& percentile : percentiles) {
    if (!SupportsPercentile(all.count(), percentile.value)) continue;
    const double quantile = percentile.value / 100;
    const double wanted =
        std::nextafter(percentile.value, 0.0) * static_cast<double>(all.count()) / 100;
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(wanted)));
    const std::size_t split = SplitNear(all, quantile, all.BucketOf(rank));
    const auto effective = EffectiveSamples(ExceedancesOf(batches, split));
    if (!effective) return {};
    PercentileInterval& interval = intervals.emplace_back();
    interval.percentile = percentile;
    interval.effective = *effective;
    const std::int64_t value = all.ValueOf(rank);
    interval.value = value;
    const QuantileEnds ends = EndsOfQuantile(quantile, *effective);
    if (ends.low) interval.low = std::min(value, all.ValueAt(*ends.low));
    if (ends.high) interval.high = std::max(value, all.ValueAt(*ends.high));
    if (interval.high >= Histogram::kHighestTrackable) interval.high.reset();
  }
  return intervals;
}

std::vector<BucketCounts> ResponseBatches(const TimeSeries& series, std::size_t from,
                                          std::size_t to) {
  std::vector<BucketCounts> batches;
  for (std::size_t i = from; i < to; ++i) batches.push_back(series.response(i));
  return batches;
}

std::vector<BucketCounts> ServiceBatches(const TimeSeries& series, std::size_t from,
                                         std::size_t to) {
  std::vector<BucketCounts> batches;
  for (std::size_t i = from; i < to; ++i) batches.push_back(series.service(i));
  return batches;
}

}  // namespace ringlab
