// What a run was asked for, after the schema of results/README.md: "config" of its JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "loadgen/judge/run_result.h"

namespace ringlab {

nlohmann::ordered_json ConfigJson(const RunResult& run);

// How requests came about: "poisson", "constant", "trace".
std::string_view ArrivalsName(const RunConfig& config);

}  // namespace ringlab
