#include "results/text/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

bool IsFlat(const Json& json) {
  return std::ranges::none_of(json, [](const Json& each) { return each.is_structured(); });
}

void Append(const Json& json, std::size_t depth, bool in_list, std::string& text) {
  // Names and messages may hold any bytes.
  const auto plain = [](const Json& each) {
    return each.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  if (!json.is_structured() || json.empty() || ((json.is_array() || in_list) && IsFlat(json))) {
    text += plain(json);
    return;
  }
  const std::string indent = "\n" + std::string(depth + 1, ' ');
  text += json.is_array() ? '[' : '{';
  for (auto at = json.begin(); at != json.end(); ++at) {
    text += (at == json.begin() ? "" : ",") + indent;
    if (json.is_object()) text += plain(at.key()) + ": ";
    Append(*at, depth + 1, json.is_array(), text);
  }
  text += "\n" + std::string(depth, ' ') + (json.is_array() ? ']' : '}');
}

}  // namespace

std::string JsonText(const nlohmann::ordered_json& json) {
  std::string text;
  Append(json, 0, false, text);
  return text + "\n";
}

}  // namespace ringlab
