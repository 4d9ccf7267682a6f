// Whether histograms hold what counts say: a value for each request that ended.
//
// A run has that by construction (loadgen/measure/measurements.h); a file that somebody hands in
// may not, and its percentiles would be of something else. Pure; any thread may call it.
#pragma once

#include <string>

#include "loadgen/measure/measurements.h"

namespace ringlab {

// "" when they do, else the first that does not. Together with CheckIdentities(), all that is told
// of counts in loadgen/measure/measurements.h.
std::string CheckLatencies(const Measurements& measured);

}  // namespace ringlab
