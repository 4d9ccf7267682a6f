// --until: a run that goes on until a percentile is known well enough.
//
// It ends by the width of the percentile's interval alone, never by what the figure is: a run that
// ends when a figure looks good measures its own luck. Pure; any thread may call.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "loadgen/measure/time_series.h"
#include "results/text/percentiles.h"

namespace ringlab {

struct Until {
  std::string text;            // "p99+-5%"
  Percentile percentile = {};  // of the response times
  double share = 0;            // half of the interval may be so wide, of the percentile itself
  Duration at_least{};         // the run's --duration
  Duration at_most{};          // ends whatever is known
};

// So many times --duration, where no max= is given.
inline constexpr int kUntilTimes = 10;

// "p99+-5%" or "p99.9+-10%,max=5m": without at_least, and without at_most where none is given.
// kInvalidArgument names the text and what is accepted.
Result<Until> ParseUntil(const std::string& text);

// Half of the interval's width, of the percentile itself, by the first intervals of a series.
// Absent when they do not tell both ends.
std::optional<double> HalfWidthOf(const Until& until, const TimeSeries& series,
                                  std::size_t intervals);

}  // namespace ringlab
