// A histogram and the counts of requests as the schema of results/README.md has them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/histogram.h"
#include "loadgen/measure/measurements.h"

namespace ringlab {

// Count, mean, min, max and every percentile that so many samples can support, in nanoseconds; the
// count alone when there are none.
nlohmann::ordered_json LatencyJson(const Histogram& histogram);

nlohmann::ordered_json TotalsJson(const Totals& totals);

}  // namespace ringlab
