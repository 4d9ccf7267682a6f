// A metastability map as people read it on a terminal: a table for each defence, and in words where
// the cluster stops coming back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/text/json_view.h"
#include "results/text/text_page.h"

namespace ringlab {

// A cell of "map" as one character: what became of the cluster.
enum class MapMark : std::uint8_t {
  kAtOnce,   // within a second
  kSoon,     // within ten
  kLater,    // within the horizon
  kNotBack,  // not within it
  kNotWell,  // before the shock; or the cell was not measured
};
char CharacterOf(MapMark mark);
MapMark MarkOf(const JsonView& cell);

// What the marks mean, in the order of the enumeration; `map` has the horizon.
std::vector<std::string> MapLegend(const JsonView& map);

// One sentence: "after flush:1 it comes back at every load tried; after flush:all up to load 0.5,
// and no more from 0.6 on". Of the defence's lines; "" when there are none.
std::string MapSentence(const JsonView& map, const std::string& defence);

// Which defence moves the line, shock by shock: a sentence each.
std::vector<std::string> MapAnswers(const JsonView& map);

// Names in their order, none twice: of "defence" or "shock" of the cells. And the loads.
std::vector<std::string> MapNames(const JsonView& map, const std::string& key);
std::vector<double> MapLoads(const JsonView& map);

// The cell of them, if it was measured; else one that is not there.
JsonView MapCellOf(const JsonView& map, const std::string& defence, const std::string& shock,
                   double load);

// All of it. Nothing where a result has no map.
void PrintMap(const JsonView& result, Page& page);

}  // namespace ringlab
