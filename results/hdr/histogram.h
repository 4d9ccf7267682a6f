// HdrHistogram: counts of values in any layout of HdrHistogram (G. Tene), to be read, written and
// summed up as its other implementations do.
//
// Only counters that counted something take memory, 16 bytes each, so that what is decoded from a
// hostile text stays small. Recording is core/base/histogram.h's work. Figures are HdrHistogram's
// own: a value is known to its counter alone, and percentiles and the maximum are the highest value
// of theirs. Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/histogram.h"
#include "results/hdr/layout.h"

namespace ringlab {

class HdrHistogram {
 public:
  struct Cell {
    std::uint32_t index = 0;
    std::uint64_t count = 0;

    friend bool operator==(const Cell&, const Cell&) = default;
  };
  static constexpr std::uint64_t kCountMax = INT64_MAX;  // of all values: other languages' limit

  explicit HdrHistogram(const HdrLayout& layout) : layout_(layout) {}
  static HdrHistogram Of(const Histogram& histogram);

  // Counters in rising order, each once; a count of 0 is nothing. False, and nothing is done, when
  // the sum would pass kCountMax.
  bool Append(std::uint32_t index, std::uint64_t count);

  const HdrLayout& layout() const { return layout_; }
  const std::vector<Cell>& cells() const { return cells_; }
  std::uint64_t count() const { return count_; }

  // The highest value of the counter in which `percentile` per cent of the values are reached;
  // clamped into [0, 100], 0 is min(). All figures are 0 when nothing was counted.
  std::int64_t ValueAtPercentile(double percentile) const;
  std::int64_t min() const;  // the lowest value of the first counter
  std::int64_t max() const;  // the highest value of the last
  double mean() const;
  double stddev() const;  // of the population

  friend bool operator==(const HdrHistogram&, const HdrHistogram&) = default;

 private:
  HdrLayout layout_;
  std::vector<Cell> cells_;
  std::uint64_t count_ = 0;
};

}  // namespace ringlab
