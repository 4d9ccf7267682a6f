// A histogram as the schema of results/README.md has it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "loadgen/histogram.h"

namespace ringlab {

// Count, mean, min, max and every percentile that so many samples can support, in nanoseconds; the
// count alone when there are none.
nlohmann::ordered_json LatencyJson(const Histogram& histogram);

}  // namespace ringlab
