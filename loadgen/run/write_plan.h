// WritePlan: a command's plan as a trace, in the place of a run.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "loadgen/run/options.h"

namespace ringlab {

// Writes every request of the plan, warm-up included, to options.write_trace: a batch as its keys;
// sizes are a trace's own, or those that the source or the sets of this command have. A sentence of
// what was written, with the plan's hashes. Without a format the sizes of its keys' values alone
// (core/source/size_index.h). Blocks for as long as that takes.
//
// Asks `goes_on` every now and then; after a no it is kCancelled, and the file is as it was.
Result<std::string> WritePlan(const LoadgenOptions& options, const std::function<bool()>& goes_on);

}  // namespace ringlab
