// A loadgen result as one screen of text. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ringlab {

// At most 40 lines of 100 columns, and up to 24 where there are many reasons, without control
// codes, whatever names and messages hold; what does not fit is left to the JSON. From JSON as
// ToJson() of loadgen/report/report.h makes it, so that a stored result shows as it did at the
// time. A figure that is absent shows as nothing, or as 0 where it is a count.
std::string TextOfLoadgen(const nlohmann::ordered_json& result);

}  // namespace ringlab
