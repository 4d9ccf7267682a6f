// JsonView: figures of a result, read without trust: what is absent or of another type is nothing.
//
// A view: the JSON must outlive it. Immutable; any thread may use it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace ringlab {

class JsonView {
 public:
  using Json = nlohmann::ordered_json;

  explicit JsonView(const Json& json) : json_(&json) {}

  JsonView operator[](const std::string& key) const {
    if (json_ == nullptr || !json_->is_object()) return JsonView();
    const auto at = json_->find(key);
    return at == json_->end() ? JsonView() : JsonView(*at);
  }

  bool is_there() const { return json_ != nullptr && !json_->is_null(); }
  bool is_true() const { return json_ != nullptr && *json_ == true; }

  // A whole number from 0 up, else 0.
  std::uint64_t count() const {
    if (json_ != nullptr && json_->is_number_unsigned()) return json_->get<std::uint64_t>();
    return static_cast<std::uint64_t>(std::clamp(number(), 0.0, 1.8e19));
  }
  std::optional<double> maybe() const {
    if (json_ == nullptr || !json_->is_number()) return std::nullopt;
    return json_->get<double>();
  }
  double number() const { return maybe().value_or(0); }
  // Of a number of seconds.
  Duration seconds() const {
    return Duration(std::llround(std::clamp(number() * 1e9, -9.2e18, 9.2e18)));
  }
  // Of a number of nanoseconds.
  Duration nanoseconds() const {
    return Duration(std::llround(std::clamp(number(), -9.2e18, 9.2e18)));
  }
  std::string text() const {
    return json_ != nullptr && json_->is_string() ? json_->get<std::string>() : "";
  }
  // The elements of a list.
  std::vector<JsonView> items() const {
    std::vector<JsonView> items;
    if (json_ == nullptr || !json_->is_array()) return items;
    for (const Json& item : *json_) items.push_back(JsonView(item));
    return items;
  }
  // The names in an object, in its order.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    if (json_ == nullptr || !json_->is_object()) return names;
    for (const auto& item : json_->items()) names.push_back(item.key());
    return names;
  }

 private:
  JsonView() = default;

  const Json* json_ = nullptr;
};

}  // namespace ringlab
