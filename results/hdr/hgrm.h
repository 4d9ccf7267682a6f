// The percentile table ".hgrm" of HdrHistogram: what its plotters, hdr-plot and wrk2's readers
// take.
//
// Row for row what org.HdrHistogram.AbstractHistogram.outputPercentileDistribution prints: five
// steps in every halving of the distance to 100 %, then the maximum.
#pragma once

#include <string>
#include <string_view>

#include "results/hdr/histogram.h"

namespace ringlab {

inline constexpr double kNsInMs = 1e6;

// Values are divided by `unit`: nanoseconds are shown as milliseconds. A `note` for people is a
// last line, which readers pass over.
std::string HgrmText(const HdrHistogram& histogram, double unit = kNsInMs,
                     std::string_view note = "");

}  // namespace ringlab
