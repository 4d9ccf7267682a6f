// A run's result, for programs and for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "loadgen/run_result.h"

namespace ringlab {

// The schema of results/README.md, version 1.
nlohmann::ordered_json ToJson(const RunResult& result);

// One screen of text, without control codes.
std::string ToText(const RunResult& result);

}  // namespace ringlab
