#include "results/hdr/histogram.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace ringlab {

HdrHistogram HdrHistogram::Of(const Histogram& histogram) {
  HdrHistogram hdr(HdrLayout::OfRinglab());
  for (std::uint32_t i = 0; i < Histogram::kCountsLength; ++i) {
    RL_CHECK(hdr.Append(i, histogram.CountAt(i)));
  }
  return hdr;
}

bool HdrHistogram::Append(std::uint32_t index, std::uint64_t count) {
  if (count == 0) return true;
  RL_CHECK(index < layout_.counters() && (cells_.empty() || cells_.back().index < index));
  if (count > kCountMax - count_) return false;
  cells_.push_back({index, count});
  count_ += count;
  return true;
}

std::int64_t HdrHistogram::ValueAtPercentile(double percentile) const {
  if (cells_.empty()) return 0;
  if (!(percentile > 0)) return min();
  // Lowered by a step first, so that a product's rounding error does not ask for one value more.
  const double wanted =
      std::nextafter(std::min(percentile, 100.0), 0.0) * static_cast<double>(count_) / 100;
  const auto target = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(wanted)));
  std::uint64_t seen = 0;
  for (const Cell& cell : cells_) {
    seen += cell.count;
    if (seen >= target) return layout_.HighestAt(cell.index);
  }
  return max();
}

std::int64_t HdrHistogram::min() const {
  return cells_.empty() ? 0 : layout_.LowestAt(cells_.front().index);
}

std::int64_t HdrHistogram::max() const {
  return cells_.empty() ? 0 : layout_.HighestAt(cells_.back().index);
}

double HdrHistogram::mean() const {
  if (cells_.empty()) return 0;
  double sum = 0;
  for (const Cell& cell : cells_) {
    sum += static_cast<double>(layout_.MiddleAt(cell.index)) * static_cast<double>(cell.count);
  }
  return sum / static_cast<double>(count_);
}

double HdrHistogram::stddev() const {
  if (cells_.empty()) return 0;
  const double centre = mean();
  double sum = 0;
  for (const Cell& cell : cells_) {
    const double off = static_cast<double>(layout_.MiddleAt(cell.index)) - centre;
    sum += off * off * static_cast<double>(cell.count);
  }
  return std::sqrt(sum / static_cast<double>(count_));
}

}  // namespace ringlab
