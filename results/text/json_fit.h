// What a result must lose before it can be JSON text.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ringlab {

// JSON text is UTF-8, and names and messages may be any bytes: those that are none become U+FFFD.
// It knows no infinity either: such a figure was not measured, and is left out; in a list it is
// null, so that the others keep their places.
void MakeFitToPrint(nlohmann::ordered_json& json);

}  // namespace ringlab
