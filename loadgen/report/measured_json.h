// A histogram and the counts of requests as the schema of results/README.md has them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/histogram.h"
#include "loadgen/measure/measurements.h"
#include "results/text/percentiles.h"

namespace ringlab {

// Count, mean, min, max and every percentile that so many samples can support, in nanoseconds; the
// count alone when there are none. `clamped`: so many were longer than a histogram goes, and count
// as 60 s.
nlohmann::ordered_json LatencyJson(const Histogram& histogram,
                                   const Percentiles& percentiles = DefaultPercentiles());

nlohmann::ordered_json TotalsJson(const Totals& totals);

}  // namespace ringlab
