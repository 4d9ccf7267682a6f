// DrawnSeries: a run's series as a page shows it while the run goes on, in so few intervals that a
// drawing costs as much after a day as after a quarter of an hour.
//
// Neighbours are put together, twice as many each time the run gets too long for that. What will
// not change any more is put together once. Not thread-safe.
#pragma once

#include <cstddef>
#include <span>

#include "loadgen/measure/time_series.h"

namespace ringlab {

class DrawnSeries {
 public:
  static constexpr std::size_t kIntervalsMax = 600;  // more than a chart shows side by side

  // The first `elapsed` of a series whose intervals so far have these counts; the first `settled`
  // of them will be the same at the next call. `counts` is not empty and no longer than the series.
  TimeSeries Of(const TimeSeries& series, std::span<const TimeSeries::Counts> counts,
                std::size_t settled, Duration elapsed);

 private:
  std::size_t together_ = 1;  // intervals of the run in one of these
  std::size_t taken_ = 0;     // so many are in `settled_`
  TimeSeries settled_;        // latencies alone
};

}  // namespace ringlab
