// How long a ring takes to build and to ask, on this machine, now. Live: it reads the clock.
#pragma once

#include <vector>

#include "core/ring/spec.h"
#include "sim/skew/ring_report.h"

namespace ringlab {

// Of a ring that can be built (checked). Builds it once more, and asks for some ten thousand keys:
// a few milliseconds.
RingTiming TimeRing(const RingSpec& spec, const std::vector<RingNode>& nodes);

}  // namespace ringlab
