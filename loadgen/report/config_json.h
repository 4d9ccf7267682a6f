// What a run was asked for, after the schema of results/README.md: "config" of its JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "loadgen/judge/run_result.h"

namespace ringlab {

nlohmann::ordered_json ConfigJson(const RunResult& run);

}  // namespace ringlab
