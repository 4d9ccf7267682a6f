// Where the time of a run's gets went, as JSON. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "loadgen/judge/run_result.h"

namespace ringlab {

// `run.stages` must be there.
nlohmann::ordered_json StagesJson(const RunResult& run);

}  // namespace ringlab
