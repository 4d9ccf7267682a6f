// The parts of a map's spec: "name=value" between semicolons; numbers and times of them, bounded.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/parse.h"
#include "core/base/result.h"

namespace ringlab {

class MapParts {
 public:
  std::string_view ValueOr(std::string_view name, std::string_view other) const;

  // Null for none.
  const std::string* Find(std::string_view name) const;

  // False when it is there already.
  bool Add(std::string_view name, std::string_view value);

  bool empty() const { return values_.empty(); }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// kInvalidArgument: a part that no spec has, or that comes twice. "default" has none.
Result<MapParts> SplitMapParts(std::string_view text);

// "\"load=x\": expected numbers …".
tl::unexpected<Error> RefuseMapPart(std::string_view name, std::string_view value,
                                    const std::string& accepted);

// Each call reads a part, if it is there, unless one before was wrong. The parts outlive it.
class MapPartReader {
 public:
  explicit MapPartReader(const MapParts& parts) : parts_(parts) {}

  template <class Number>
  MapPartReader& Count(std::string_view name, std::uint64_t low, std::uint64_t high,
                       Number& value) {
    return Read(name, [&](std::string_view text) {
      const auto count = ParseCount(text);
      if (count && *count >= low && *count <= high) {
        value = static_cast<Number>(*count);
        return std::string();
      }
      return "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    });
  }
  MapPartReader& Amount(std::string_view name, double low, double high, double& value);
  MapPartReader& Span(std::string_view name, Duration low, Duration high, Duration& value);

  // `take` returns what is accepted, or "" when it took the value.
  template <class Take>
  MapPartReader& Read(std::string_view name, Take take) {
    const std::string* const text = parts_.Find(name);
    if (text == nullptr || wrong_) return *this;
    const std::string accepted = take(std::string_view(*text));
    if (!accepted.empty()) wrong_ = RefuseMapPart(name, *text, accepted).value();
    return *this;
  }

  const std::optional<Error>& wrong() const { return wrong_; }

 private:
  const MapParts& parts_;
  std::optional<Error> wrong_;
};

}  // namespace ringlab
