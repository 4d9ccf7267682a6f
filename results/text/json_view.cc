#include "results/text/json_view.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ringlab {

namespace {

// Of a number of nanoseconds that may be beyond what a Duration holds.
Duration Clamped(double ns) { return Duration(std::llround(std::clamp(ns, -9.2e18, 9.2e18))); }

}  // namespace

JsonView JsonView::operator[](const std::string& key) const {
  if (json_ == nullptr || !json_->is_object()) return JsonView();
  const auto at = json_->find(key);
  return at == json_->end() ? JsonView() : JsonView(*at);
}

bool JsonView::is_there() const { return json_ != nullptr && !json_->is_null(); }
bool JsonView::is_true() const { return json_ != nullptr && *json_ == true; }

std::uint64_t JsonView::count() const {
  if (json_ != nullptr && json_->is_number_unsigned()) return json_->get<std::uint64_t>();
  return static_cast<std::uint64_t>(std::clamp(number(), 0.0, 1.8e19));
}

std::optional<double> JsonView::maybe() const {
  if (json_ == nullptr || !json_->is_number()) return std::nullopt;
  return json_->get<double>();
}

Duration JsonView::seconds() const { return Clamped(number() * 1e9); }
Duration JsonView::nanoseconds() const { return Clamped(number()); }

std::string JsonView::text() const {
  return json_ != nullptr && json_->is_string() ? json_->get<std::string>() : "";
}

std::vector<JsonView> JsonView::items() const {
  std::vector<JsonView> items;
  if (json_ == nullptr || !json_->is_array()) return items;
  for (const Json& item : *json_) items.push_back(JsonView(item));
  return items;
}

std::vector<std::string> JsonView::names() const {
  std::vector<std::string> names;
  if (json_ == nullptr || !json_->is_object()) return names;
  for (const auto& item : json_->items()) names.push_back(item.key());
  return names;
}

}  // namespace ringlab
