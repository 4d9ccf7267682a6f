// A run's result for programs; results/text/loadgen_text.h makes the page for people from it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "loadgen/judge/run_result.h"

namespace ringlab {

// The schema of results/README.md, version 1. Only valid UTF-8 and finite numbers, so that dump()
// cannot fail: other bytes become U+FFFD, other numbers are left out.
nlohmann::ordered_json ToJson(const RunResult& result);

}  // namespace ringlab
