// The curves of --mrc, on all cores of the machine. Live: it starts threads.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "sim/mrc/curves.h"

namespace ringlab {

// `watch` with a line on how far it is, every 100 ms or so on the calling thread; when it returns
// false the work ends early, and what there is by then is the result. Blocks.
Result<CurveResult> MeasureCurves(const CurveOptions& options,
                                  const std::function<bool(const std::string& line)>& watch);

}  // namespace ringlab
