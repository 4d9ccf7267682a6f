// What a metastability map has to say. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "sim/map/map_cell.h"
#include "sim/map/map_cluster.h"
#include "sim/map/map_spec.h"

namespace ringlab {

// Of what a cell's figures mean: raised whenever the same spec and seed give others.
inline constexpr int kMapVersion = 1;

struct MapRow {
  MapCell cell;
  MapOutcome outcome;
};

struct MapReport {
  MapSpec spec;
  MapCapacity capacity;
  std::vector<MapRow> rows;  // the first of the spec's cells; all, unless it was stopped
  std::uint64_t hash = 0;    // over those of the cells, in order
  Duration took = {};
  Duration cpu = {};
};

// Where a defence stops helping against a shock, of the loads that were tried.
struct MapLine {
  std::string defence;
  std::string shock;
  std::optional<double> back_up_to =
      std::nullopt;  // the highest load below `stops_at` at which it came back
  std::optional<double> stops_at =
      std::nullopt;     // the lowest at which it did not; none: it always did
  bool beyond = false;  // at some higher load it came back all the same
  std::optional<double> too_much =
      std::nullopt;  // the lowest load at which it was not well to begin with
};

// One for each defence and shock of which there is a cell.
std::vector<MapLine> LinesOf(const std::vector<MapRow>& rows);

// "map" of a result: results/README.md.
nlohmann::ordered_json ToJson(const MapReport& report);

// For a terminal.
std::string MapText(const MapReport& report);

}  // namespace ringlab
