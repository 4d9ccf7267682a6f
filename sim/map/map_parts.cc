#include "sim/map/map_parts.h"

#include <algorithm>
#include <iterator>

#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr std::string_view kDefault = "default";
constexpr std::string_view kNames[] = {"load",    "shock",   "defence", "nodes", "keys",
                                       "zipf",    "ttl",     "source",  "work",  "deadline",
                                       "retries", "horizon", "hold"};

std::string NamesOfParts() {
  std::string known;
  for (const std::string_view name : kNames) {
    known += (known.empty() ? "" : ", ") + std::string(name) + "=";
  }
  return known;
}

}  // namespace

std::string_view MapParts::ValueOr(std::string_view name, std::string_view other) const {
  const std::string* const value = Find(name);
  return value == nullptr ? other : std::string_view(*value);
}

const std::string* MapParts::Find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

bool MapParts::Add(std::string_view name, std::string_view value) {
  return values_.emplace(std::string(name), std::string(value)).second;
}

tl::unexpected<Error> RefuseMapPart(std::string_view name, std::string_view value,
                                    const std::string& accepted) {
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(name) + "=" + std::string(value) + "\": expected " + accepted);
}

Result<MapParts> SplitMapParts(std::string_view text) {
  MapParts parts;
  if (text == kDefault) return parts;
  for (const std::string_view part : SplitAt(text, ';')) {
    const auto [name, value] = SplitOnce(part, '=');
    const bool is_known = std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
    if (!is_known || value.empty()) {
      return Fail(Code::kInvalidArgument, "\"" + std::string(part) +
                                              "\": expected \"default\", or parts with ; between "
                                              "them: " +
                                              NamesOfParts());
    }
    if (!parts.Add(name, value)) return RefuseMapPart(name, value, std::string(name) + "= once");
  }
  if (!parts.empty()) return parts;
  return Fail(Code::kInvalidArgument, "\"\": expected \"default\", or parts such as load=0.5,0.7");
}

MapPartReader& MapPartReader::Amount(std::string_view name, double low, double high,
                                     double& value) {
  return Read(name, [&](std::string_view text) {
    const auto number = ParseNumber(text);
    if (number && *number >= low && *number <= high) {
      value = *number;
      return std::string();
    }
    return Format("a number from %g to %g", low, high);
  });
}

MapPartReader& MapPartReader::Span(std::string_view name, Duration low, Duration high,
                                   Duration& value) {
  return Read(name, [&](std::string_view text) {
    const auto span = ParseDuration(text);
    if (span && *span >= low && *span <= high) {
      value = *span;
      return std::string();
    }
    return "a duration from " + FormatDuration(low) + " to " + FormatDuration(high);
  });
}

}  // namespace ringlab
