// The parts that every report has: verdict, identity, thresholds, tiles, percentiles. Pure.
//
// A section whose figures a result does not have comes back with an empty body.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "results/html/draw/scale.h"
#include "results/html/page.h"
#include "results/text/json_fields.h"
#include "results/text/percentiles.h"

namespace ringlab::html {

// A figure in large type over what it is.
struct Tile {
  std::string figure;
  std::string text;
};
std::string Tiles(const std::vector<Tile>& tiles);

// A figure of a result as a tile.
struct FigureTile {
  const char* path;
  Unit unit;
  const char* text;
};
// Of those that `json` has.
std::vector<Tile> TilesOf(const Json& json, const std::vector<FigureTile>& figures);

// The verdict in one word, what it means, and the reasons; `more` is markup below.
std::string VerdictBanner(const Json& result, const std::string& more);

Section IdentitySection(const Json& result, const Json* baseline);
Section ThresholdsSection(const Json& result);

// "3.00 ms", or a dash where there is none.
std::string Cell(Unit unit, const std::optional<double>& value);

// Rows of latencies, each {name, an object such as latency_ns.response}; beside each figure how it
// compares with the same row of `baseline`, if that is not null.
using NamedJson = std::pair<std::string, const Json*>;
std::string LatencyTable(const std::string& caption, const std::vector<NamedJson>& rows,
                         const Percentiles& percentiles,
                         const std::vector<const Json*>& baseline = {});

// A figure of a summary of latencies, or a dash; "≥ 60 s" of what is beyond its histogram.
std::string TimeCell(const Json& latency, const std::string& key);

// "+4.2 %" of what was; empty where either is missing or 0.
std::string Change(const std::optional<double>& was, const std::optional<double>& is);

}  // namespace ringlab::html
