// Parts of a run's JSON that its phases have as well, after the schema of results/README.md.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "loadgen/judge/run_result.h"
#include "loadgen/report/measured_json.h"

namespace ringlab {

// Latencies are of the answered requests: how many others there were stands beside them.
nlohmann::ordered_json AnsweredJson(const Histogram& answered, std::uint64_t failed,
                                    const RunResult& run);

nlohmann::ordered_json ThresholdsJson(const std::vector<ThresholdResult>& thresholds);

// Of a profile, a row each.
nlohmann::ordered_json PhasesJson(const RunResult& run);

}  // namespace ringlab
