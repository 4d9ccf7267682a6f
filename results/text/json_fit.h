// What a result must lose before it can be JSON text.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

namespace ringlab {

// JSON text is UTF-8, and names and messages may be any bytes: those that are none become U+FFFD.
// It knows no infinity either: such a figure was not measured, and is left out.
inline void MakeFitToPrint(nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  if (json.is_string()) {
    json = Json::parse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  if (!json.is_structured()) return;
  for (auto at = json.begin(); at != json.end();) {
    if (at->is_number_float() && !std::isfinite(at->get<double>())) {
      at = json.erase(at);
      continue;
    }
    MakeFitToPrint(*at);
    ++at;
  }
}

}  // namespace ringlab
