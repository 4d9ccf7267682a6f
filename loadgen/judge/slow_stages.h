// What a run could not have gone faster for, by where the time of its slow gets went. Pure.
#pragma once

#include "loadgen/judge/run_result.h"

namespace ringlab {

// One node that holds requests up by far more than the others, for a tenth of all time that gets
// took at least, and why it does (a hot key, a large share of the ring, a CPU that it does not
// get); else the stage that the slowest hundredth spent most of their time in, if that is two
// fifths of it. "none" when the nodes told no times, or nothing stands out.
Limit LimitByStages(const RunResult& run);

}  // namespace ringlab
