// The figures of a run that a threshold may bound. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/judge/run_result.h"

namespace ringlab {

// Absent when there is no whole.
std::optional<double> FractionOf(std::uint64_t part, std::uint64_t whole);

// What was measured of it, and whether it holds. A figure that the run cannot support holds no
// bound, and what lies beyond the histogram none from above.
ThresholdResult Check(const Threshold& threshold, const RunResult& run);

}  // namespace ringlab
