// The flag of a metastability map, instead of a report on rings.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "sim/map/map_spec.h"

namespace CLI {
class App;
}

namespace ringlab {

struct MapFlags {
  std::optional<MapSpec> spec;  // none: no map

  bool asked() const { return spec.has_value(); }
};

void AddMapFlags(CLI::App& app, MapFlags& flags);

// Refuses flags that mean nothing beside a map, and a map that would take too long; or "".
std::string CompleteMap(const CLI::App& app, const MapFlags& flags, std::uint64_t seed);

// "config" of the JSON, of a map that was asked for.
nlohmann::ordered_json MapConfigJson(const MapFlags& flags, std::uint64_t seed);

}  // namespace ringlab
