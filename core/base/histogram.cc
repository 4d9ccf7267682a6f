#include "core/base/histogram.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ringlab {

static_assert(Histogram::IndexOf(Histogram::kHighestTrackable) < Histogram::kCountsLength);

Histogram::Histogram() : counts_(kCountsLength) {}

std::int64_t Histogram::Clamp(std::int64_t ns, std::uint64_t times) {
  clamped_ += times;
  beyond_ += ns > 0 ? times : 0;
  return ns > 0 ? kHighestTrackable : 0;
}

void Histogram::Merge(const Histogram& other) {
  for (std::size_t i = 0; i < kCountsLength; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  clamped_ += other.clamped_;
  beyond_ += other.beyond_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::optional<Histogram> Histogram::Restore(std::vector<std::uint64_t> counts, const Exact& exact) {
  Histogram h;
  std::size_t first = kCountsLength;
  std::size_t last = 0;
  if (counts.size() != kCountsLength) return std::nullopt;
  for (std::size_t i = 0; i < kCountsLength; ++i) {
    if (counts[i] == 0) continue;
    first = std::min(first, i);
    last = i;
    h.count_ += counts[i];
  }
  if (h.count_ == 0) return h;
  const bool ordered = exact.min >= 0 && exact.min <= exact.max && exact.max <= kHighestTrackable;
  if (!ordered || IndexOf(exact.min) != first || IndexOf(exact.max) != last) return std::nullopt;
  constexpr double kRounding = 1e-9;  // of the mean
  const bool within = exact.mean >= static_cast<double>(exact.min) * (1 - kRounding) &&
                      exact.mean <= static_cast<double>(exact.max) * (1 + kRounding) &&
                      exact.beyond <= counts[last];
  if (!within || (exact.beyond > 0 && exact.max != kHighestTrackable)) return std::nullopt;
  h.counts_ = std::move(counts);
  h.sum_ = static_cast<Wide>(std::round(exact.mean * static_cast<double>(h.count_)));
  h.min_ = exact.min;
  h.max_ = exact.max;
  h.clamped_ = h.beyond_ = exact.beyond;
  return h;
}

void Histogram::Reset() {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = 0;
  clamped_ = 0;
  beyond_ = 0;
  sum_ = 0;
  min_ = kHighestTrackable;
  max_ = 0;
}

std::int64_t Histogram::ValueAtPercentile(double percentile) const {
  if (count_ == 0) return 0;
  if (!(percentile > 0)) return min_;  // NaN too
  if (percentile >= 100) return max_;
  // One step down before rounding up, as HdrHistogram does: 99.9 % of 41,000 is the 40,959th
  // value, not the next one that the product's rounding error would make of it.
  const double wanted = std::nextafter(percentile, 0.0) * static_cast<double>(count_) / 100;
  const auto target = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(wanted)));
  std::uint64_t seen = 0;
  const std::size_t last = IndexOf(max_);
  for (std::size_t i = IndexOf(min_); i <= last; ++i) {
    seen += counts_[i];
    if (seen >= target) return std::clamp(HighestAt(i), min_, max_);
  }
  return max_;  // more than 2^53 values: the target was rounded past the count
}

double Histogram::mean() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

double Histogram::stddev() const {
  if (count_ == 0) return 0;
  // Around the midpoints' own mean, so that one value recorded often has a deviation of 0.
  const auto middle = [](std::int64_t lowest, std::int64_t highest) {
    return (static_cast<double>(lowest) + static_cast<double>(highest)) / 2;
  };
  const auto total = static_cast<double>(count_);
  double centre = 0;
  ForEachBucket([&](std::int64_t lowest, std::int64_t highest, std::uint64_t count) {
    centre += middle(lowest, highest) * (static_cast<double>(count) / total);
  });
  double variance = 0;
  ForEachBucket([&](std::int64_t lowest, std::int64_t highest, std::uint64_t count) {
    const double off = middle(lowest, highest) - centre;
    variance += off * off * (static_cast<double>(count) / total);
  });
  return std::sqrt(variance);
}

bool SupportsPercentile(std::uint64_t count, double percentile) {
  if (count == 0 || !(percentile >= 0 && percentile <= 100)) return false;
  if (percentile == 0 || percentile == 100) return true;
  return static_cast<double>(count) >= std::log(0.01) / std::log(percentile / 100);
}

}  // namespace ringlab
