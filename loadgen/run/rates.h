// How much is sent and for how long: what --qps, --profile, --duration and --requests say together.
#pragma once

#include <string>

#include "loadgen/run/options.h"

namespace ringlab {

// Fills in the plan's rates and duration; a sentence for what does not fit together, or "".
std::string CompleteRates(const CLI::App& app, LoadgenOptions& options);

// A threshold about a phase that the profile does not have: a sentence, or "".
std::string ComplaintAboutPhases(const LoadgenOptions& options);

// The highest rate of the plan.
double PeakQps(const LoadgenOptions& options);

}  // namespace ringlab
