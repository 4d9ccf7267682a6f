#include "loadgen/live/drawn_series.h"

#include <algorithm>

namespace ringlab {

namespace {

void AddInterval(const TimeSeries& series, std::size_t interval, std::size_t at, TimeSeries& into) {
  for (std::size_t i = 0; i < kOperations; ++i) {
    const auto operation = static_cast<Operation>(i);
    into.AddResponses(at, operation, series.response(interval, operation));
  }
  into.AddServices(at, series.service(interval));
}

}  // namespace

TimeSeries DrawnSeries::Of(const TimeSeries& series, std::span<const TimeSeries::Counts> counts,
                           std::size_t settled, Duration elapsed) {
  while (counts.size() > kIntervalsMax * together_) {
    together_ *= 2;
    taken_ = 0;
  }
  if (taken_ == 0) {
    const Duration interval = series.interval() * static_cast<std::int64_t>(together_);
    settled_ = TimeSeries(interval * static_cast<std::int64_t>(kIntervalsMax), interval);
  }
  for (; taken_ < std::min(settled, counts.size()); ++taken_) {
    AddInterval(series, taken_, taken_ / together_, settled_);
  }
  TimeSeries drawn = settled_;
  for (std::size_t i = taken_; i < counts.size(); ++i) {
    AddInterval(series, i, i / together_, drawn);
  }
  drawn.Cut(std::min(elapsed, series.length()));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (i / together_ < drawn.size()) drawn.counts(i / together_).Add(counts[i]);
  }
  return drawn;
}

}  // namespace ringlab
