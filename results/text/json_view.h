// JsonView: figures of a result, read without trust: what is absent or of another type is nothing.
//
// A view: the JSON must outlive it. Immutable; any thread may use it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace ringlab {

class JsonView {
 public:
  using Json = nlohmann::ordered_json;

  explicit JsonView(const Json& json) : json_(&json) {}

  JsonView operator[](const std::string& key) const;

  bool is_there() const;
  bool is_true() const;

  // A whole number from 0 up, else 0.
  std::uint64_t count() const;
  std::optional<double> maybe() const;
  double number() const { return maybe().value_or(0); }
  Duration seconds() const;      // of a number of seconds
  Duration nanoseconds() const;  // of a number of nanoseconds
  std::string text() const;
  std::vector<JsonView> items() const;     // the elements of a list
  std::vector<std::string> names() const;  // the names in an object, in its order

 private:
  JsonView() = default;

  const Json* json_ = nullptr;
};

}  // namespace ringlab
