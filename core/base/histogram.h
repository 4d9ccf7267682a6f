// Histogram: latencies from 1 ns to 60 s at 3 significant digits, in fixed memory.
//
// HdrHistogram's layout (G. Tene): values below 2048 ns have a bucket each; above, every doubling
// is cut into 1024 equal buckets, so a bucket is at most 1/1024 of its values wide. Counts indices
// are HdrHistogram's own for (lowest 1, highest 60e9, 3 digits), so its V2 encoding is a walk over
// CountAt(). 27,648 counters of 8 bytes: 216 KiB each.
//
// One writer, not thread-safe. Give each thread its own and Merge() them: percentiles of several
// histograms cannot be combined, counts can. Every histogram has this one layout, so merging cannot
// fail. Count, sum, min and max are exact (of the values as clamped).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ringlab {

class Histogram {
 public:
  static constexpr std::int64_t kHighestTrackable = 60'000'000'000;  // ns
  static constexpr int kSignificantDigits = 3;
  static constexpr std::size_t kCountsLength = 27 * 1024;  // 26 buckets; the first has two halves

  Histogram();

  // Values below 0 are recorded as 0 and values above kHighestTrackable as that; clamped() tells.
  void Record(std::int64_t ns) { RecordMany(ns, 1); }
  void RecordMany(std::int64_t ns, std::uint64_t times) {  // inline: several a request of loadgen
    if (times == 0) return;
    if (ns < 0 || ns > kHighestTrackable) [[unlikely]]
      ns = Clamp(ns, times);
    counts_[IndexOf(ns)] += times;
    count_ += times;
    sum_ += static_cast<Wide>(static_cast<std::uint64_t>(ns)) * times;
    if (ns < min_) min_ = ns;
    if (ns > max_) max_ = ns;
  }

  // As if everything recorded in `other` had been recorded here.
  void Merge(const Histogram& other);

  // A histogram as it was before its counters and its exact figures were stored: `counts` has
  // kCountsLength counters. Its mean is exact while the sum is below 2^51 ns, else to 16 digits. Of
  // figures that no histogram could have, absent.
  struct Exact {
    double mean = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::uint64_t beyond = 0;
  };
  static std::optional<Histogram> Restore(std::vector<std::uint64_t> counts, const Exact& exact);
  void Reset();

  // The highest value that shares a bucket with the value which `percentile` per cent of the
  // recorded ones do not exceed, as HdrHistogram defines it, but never outside [min(), max()], so
  // that a report's p99 cannot exceed its maximum. `percentile` is clamped into [0, 100]; 0 gives
  // min() and 100 gives max(). 0 when nothing was recorded.
  std::int64_t ValueAtPercentile(double percentile) const;

  std::uint64_t count() const { return count_; }
  std::uint64_t clamped() const { return clamped_; }  // of count(), how many did not fit
  // Of these, the ones above kHighestTrackable, of which nothing is known but that they are longer.
  std::uint64_t beyond() const { return beyond_; }
  std::int64_t min() const { return count_ == 0 ? 0 : min_; }
  std::int64_t max() const { return max_; }
  double mean() const;    // exact sum over count; 0 when empty
  double stddev() const;  // of the population, from bucket midpoints; 0 when empty

  // Calls visit(lowest, highest, count) for each bucket with a count, in rising order; both bounds
  // belong to the bucket.
  template <class Visit>
  void ForEachBucket(Visit visit) const {
    for (std::size_t i = 0; i < kCountsLength; ++i) {
      if (counts_[i] != 0) visit(LowestAt(i), HighestAt(i), counts_[i]);
    }
  }

  // The layout: the counter of a value in [0, kHighestTrackable], and the values of a counter.
  static constexpr std::size_t IndexOf(std::int64_t value);
  static constexpr std::int64_t LowestAt(std::size_t index);
  static constexpr std::int64_t HighestAt(std::size_t index) { return LowestAt(index + 1) - 1; }
  std::uint64_t CountAt(std::size_t index) const { return counts_.at(index); }

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  // What a value that does not fit is recorded as.
  std::int64_t Clamp(std::int64_t ns, std::uint64_t times);

  static constexpr int kHalfBits = 10;  // log2 of half the 2048 sub-buckets
  static constexpr std::size_t kHalf = std::size_t{1} << kHalfBits;

  __extension__ using Wide = unsigned __int128;

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t clamped_ = 0;
  std::uint64_t beyond_ = 0;
  Wide sum_ = 0;  // 2^64 ns is only 3e8 values of a minute
  std::int64_t min_ = kHighestTrackable;
  std::int64_t max_ = 0;
};

// Whether `count` samples can support a percentile: with 99 % confidence at least one of them lies
// above it, that is 1 - (percentile / 100)^count >= 0.99. p50 needs 7 samples, p90 44, p99 459,
// p99.9 4,603, p99.99 46,050. 100, the maximum seen, needs one.
bool SupportsPercentile(std::uint64_t count, double percentile);

constexpr std::size_t Histogram::IndexOf(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  const int width = 64 - __builtin_clzll(bits | (2 * kHalf - 1));  // at least 11
  const int bucket = width - (kHalfBits + 1);
  return (static_cast<std::size_t>(bucket) << kHalfBits) + (bits >> bucket);
}

constexpr std::int64_t Histogram::LowestAt(std::size_t index) {
  if (index < 2 * kHalf) return static_cast<std::int64_t>(index);
  const std::size_t bucket = (index >> kHalfBits) - 1;
  return static_cast<std::int64_t>((index & (kHalf - 1)) + kHalf) << bucket;
}

}  // namespace ringlab
