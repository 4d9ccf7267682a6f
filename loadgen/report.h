// A run's result, for programs and for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "loadgen/run_result.h"

namespace ringlab {

// The schema of results/README.md, version 1. Only valid UTF-8 and finite numbers, so that dump()
// cannot fail: other bytes become U+FFFD, other numbers are left out.
nlohmann::ordered_json ToJson(const RunResult& result);

// One screen of text: at most 40 lines of 100 columns, without control codes, whatever names and
// messages hold. What does not fit is left to the JSON.
std::string ToText(const RunResult& result);

// The same from JSON as ToJson() makes it, so that a stored result shows as it did at the time. A
// figure that is absent shows as nothing, or as 0 where it is a count.
std::string TextOfResult(const nlohmann::ordered_json& result);

}  // namespace ringlab
