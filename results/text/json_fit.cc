#include "results/text/json_fit.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace ringlab {

void MakeFitToPrint(nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  if (json.is_string()) {
    json = Json::parse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  if (!json.is_structured()) return;
  for (auto at = json.begin(); at != json.end();) {
    const bool fits = !at->is_number_float() || std::isfinite(at->get<double>());
    if (!fits && json.is_array()) *at = nullptr;  // the others of a column stay where they are
    if (!fits && json.is_object()) {
      at = json.erase(at);
      continue;
    }
    MakeFitToPrint(*at);
    ++at;
  }
}

}  // namespace ringlab
