// How much is sent and for how long: what --qps, --profile, --duration and --requests say together.
#pragma once

#include <string>
#include <vector>

#include "loadgen/run/options.h"

namespace ringlab {

// The length of a run without an end: 3 days and 18 hours, in intervals of 5 s.
inline constexpr Duration kForever = std::chrono::hours(90);
inline constexpr Duration kForeverInterval = std::chrono::seconds(5);
static_assert(kForever / kForeverInterval < std::int64_t{TimeSeries::kOpenIntervalsMax});

// Fills in the plan's rates and duration; a sentence for what does not fit together, or "".
std::string CompleteRates(const CLI::App& app, LoadgenOptions& options);

// A bound that `flag` gave about a phase that the profile does not have: a sentence, or "".
std::string ComplaintAboutPhases(const std::string& flag, const std::vector<Threshold>& bounds,
                                 const LoadgenOptions& options);

// The highest rate of the plan.
double PeakQps(const LoadgenOptions& options);

}  // namespace ringlab
