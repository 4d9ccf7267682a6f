#include "results/text/json_fields.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/parse.h"

namespace ringlab::html {

namespace {

const Json kNothing;
const Json kEmptyList = Json::array();

std::optional<double> AsNumber(const Json& json) {
  if (!json.is_number()) return std::nullopt;
  const auto number = json.get<double>();
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace

const Json& At(const Json& json, std::string_view path) {
  const Json* at = &json;
  for (const std::string_view name : SplitAt(path, '/')) {
    if (!at->is_object()) return kNothing;
    const auto found = at->find(std::string(name));
    if (found == at->end()) return kNothing;
    at = &*found;
  }
  return *at;
}

std::optional<double> NumberAt(const Json& json, std::string_view path) {
  return AsNumber(At(json, path));
}

std::string TextAt(const Json& json, std::string_view path) {
  const Json& at = At(json, path);
  return at.is_string() ? at.get<std::string>() : "";
}

bool TrueAt(const Json& json, std::string_view path) {
  const Json& at = At(json, path);
  return at.is_boolean() && at.get<bool>();
}

std::vector<double> ColumnAt(const Json& json, std::string_view path) {
  std::vector<double> column;
  for (const Json& each : ListAt(json, path)) {
    column.push_back(AsNumber(each).value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return column;
}

const Json& ListAt(const Json& json, std::string_view path) {
  const Json& at = At(json, path);
  return at.is_array() ? at : kEmptyList;
}

}  // namespace ringlab::html
