// Timetable: when the parts of a run begin that starts at a moment agreed on with others.
//
// Nodes have one set of counts for all who ask them, so whoever reads those must be sure that
// nobody's requests are under way: after the last planned start of the warm-up, and of the
// measurement, each waits for as long as anybody's last answer may take. Pure.
#pragma once

#include "core/base/time.h"

namespace ringlab {

struct Timetable {
  TimePoint start;      // of the warm-up, or of the measurement where there is none
  Duration warmup{};    // 0 for none
  Duration duration{};  // of the measurement
  Duration patience{};  // after it a request that was sent is over, answered or not

  // For the nodes' counts to be read before the measurement.
  static constexpr Duration kReading = std::chrono::seconds(1);

  // Everybody's warm-up is over: the nodes may be asked for their counts.
  TimePoint quiet() const {
    return warmup > Duration::zero() ? start + warmup + patience : start - kReading;
  }
  TimePoint measured() const { return quiet() + kReading; }
  // Everybody's measurement is over.
  TimePoint over() const { return measured() + duration + patience; }
};

}  // namespace ringlab
