// JSON as people read it: an entry a line, but a list of figures, and a row of a table, on one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ringlab {

std::string JsonText(const nlohmann::ordered_json& json);

}  // namespace ringlab
