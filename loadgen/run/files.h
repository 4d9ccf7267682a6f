// The open files that a run will need, counted before it begins.
#pragma once

#include "core/base/result.h"
#include "loadgen/run/options.h"

namespace ringlab {

// Raises the soft limit. kResourceExhausted, with the figures, when the run would use up what this
// process may open, and its result with it.
Result<void> RoomForRun(const LoadgenOptions& options);

}  // namespace ringlab
