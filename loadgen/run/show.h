// The beginning and the end of what --live, --metrics and --live-csv show.
#pragma once

#include <memory>

#include "loadgen/live/follower.h"
#include "loadgen/run/options.h"
#include "node/live/interrupt.h"

namespace ringlab {

// Null when nobody is to be shown anything. The rows may replace nothing that is read; the outputs
// know of them.
Result<std::unique_ptr<LiveFollower>> StartShow(const CLI::App& app, const LoadgenOptions& options);

// After the report: who followed the run gets the end of it too, unless somebody wants the end. The
// exit code: `exit`, or that of a usage error when rows were lost. `follower` may be null.
int EndShow(const CLI::App& app, LiveFollower* follower, const Interrupt& interrupt, int exit);

}  // namespace ringlab
