#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/table.h"
#include "results/html/time_parts.h"
#include "results/html/time_sections.h"

namespace ringlab::html {

namespace {

std::string TroubleChart(const Json& result) {
  const Intervals intervals = IntervalsOf(result);
  using Style = Line::Style;
  const std::vector<Line> lines = LinesOf(result, intervals,
                                          {{"failed", "failed", 2, Style::kSolid, false},
                                           {"skipped", "skipped", 5, Style::kSolid, false},
                                           {"late", "sent late", 7, Style::kDashed, false},
                                           {"not_found", "not found", 0, Style::kDotted, false}},
                                          Per::kSecond);
  const double high = HighestOf(lines);
  if (high <= 0) return "";
  return PlotFigure({.id = "errors-chart",
                     .title = "Requests that failed, were skipped, or sent late, over time",
                     .summary = Summary(lines, Unit::kRate),
                     .reading = "All lines at the bottom is a quiet run; a late request (sent "
                                "over 1 ms after its planned start) is still answered.",
                     .x = TimeAxis(intervals),
                     .y = {.title = "requests a second",
                           .unit = Unit::kRate,
                           .scale = Scale::FromZero(high * 1.05)},
                     .lines = lines,
                     .height = 200});
}

std::string LevelsChart(const Json& result) {
  const Intervals intervals = IntervalsOf(result);
  std::vector<Layer> layers;
  const Json& over_time = At(result, "series/levels");
  if (over_time.is_object() && !intervals.at.empty()) {
    for (const auto& [name, column] : over_time.items()) {
      layers.push_back({"by " + name, ColumnAt(over_time, name)});
    }
  }
  if (layers.empty()) return "";
  return PlotFigure({.id = "levels-chart",
                     .title = "Who answered, over time",
                     .summary = "Shares of the keys that were answered, by level.",
                     .reading = "The height of a layer is its share of the answered keys; a "
                                "growing source layer means that the cache is losing.",
                     .x = TimeAxis(intervals),
                     .y = {.title = "share of the keys answered",
                           .unit = Unit::kShare,
                           .scale = Scale(Scale::Kind::kLinear, 0, 1)},
                     .bands = StackOf(layers, intervals),
                     .height = 220});
}

std::string SourceChart(const Json& result) {
  const Intervals intervals = IntervalsOf(result);
  const std::vector<double> loads = ColumnAt(result, "series/levels/source");
  if (loads.empty() || intervals.at.empty()) return "";
  Line line{.name = "answered by the source", .colour = 2, .points = {}};
  for (std::size_t i = 0; i < std::min(loads.size(), intervals.at.size()); ++i) {
    const double length = intervals.LengthOf(i);
    line.points.push_back({intervals.at[i] + length / 2, loads[i] / length});
  }
  return PlotFigure({.id = "source-chart",
                     .title = "Keys that the source had to answer, over time",
                     .summary = RangeText(line, Unit::kRate),
                     .reading = "What the database behind the caches feels; it falls while they "
                                "fill, and rises when entries expire or a node is lost.",
                     .x = TimeAxis(intervals),
                     .y = {.title = "keys a second",
                           .unit = Unit::kRate,
                           .scale = Scale::FromZero(HighestOf({line}) * 1.05)},
                     .lines = {line},
                     .height = 180});
}

}  // namespace

Section ErrorsSection(const Json& result) {
  if (!At(result, "totals").is_object()) return {};
  constexpr std::array<std::array<const char*, 3>, 7> kCounts{{
      {"ok", "answered", "a value came, or a write was done"},
      {"not_found", "not found", "the source has no such key"},
      {"errors", "errors", "a node or its source answered with an error, or could not be reached"},
      {"timeouts", "timed out", "no answer within the deadline"},
      {"skipped", "skipped", "never sent: too many were under way"},
      {"wrong_values", "wrong values", "of the keys answered: a value the key was never given"},
      {"scheduled", "planned", "all of them"},
  }};
  const double all = NumberAt(result, "totals/scheduled").value_or(0);
  // While a run goes on; afterwards every request has ended.
  double under_way = all;
  for (const char* key : {"ok", "not_found", "errors", "timeouts", "skipped"}) {
    under_way -= NumberAt(result, std::string("totals/") + key).value_or(0);
  }
  Table table("Every planned request, counted once; wrong values are among the answered.",
              {{"", false}, {"requests"}, {"share"}, {"what it means", false}});
  for (const auto& [key, name, meaning] : kCounts) {
    const auto count = NumberAt(result, std::string("totals/") + key);
    if (!count) continue;
    const std::string_view of(key);
    if (of == "wrong_values" && under_way > 0) {
      table.Row({"under way", Cell(Unit::kCount, under_way),
                 all > 0 ? Cell(Unit::kShare, under_way / all) : "–",
                 "sent, and not answered yet"});
    }
    const bool is_bad = *count > 0 && (of == "errors" || of == "timeouts" || of == "skipped" ||
                                       of == "wrong_values");
    const std::string figure = Cell(Unit::kCount, count);
    table.Row({name, is_bad ? Element("span", {{"class", "bad-text"}}, figure) : figure,
               all > 0 ? Cell(Unit::kShare, *count / all) : "–", meaning},
              of == "scheduled" ? "total" : "");
  }
  return {"errors", "Errors", table.Markup() + TroubleChart(result)};
}

Section CacheSection(const Json& result) {
  const Json& cache = At(result, "cache");
  const Json& levels = At(result, "levels");
  std::vector<Tile> tiles;
  if (const auto ratio = NumberAt(cache, "hit_ratio")) {
    tiles.push_back({Shown(Unit::kShare, *ratio), "hit ratio: hits / gets of callers"});
  }
  for (const auto& [key, text] : std::array<std::pair<const char*, const char*>, 4>{
           {{"source_loads", "loads from the source"},
            {"joined", "joined another's load"},
            {"peer_loads", "forwarded to the owner"},
            {"evicted", "evicted"}}}) {
    if (const auto n = NumberAt(cache, key)) tiles.push_back({Shown(Unit::kCount, *n), text});
  }
  if (const auto used = NumberAt(cache, "used_bytes")) {
    tiles.push_back({Shown(Unit::kBytes, *used),
                     "used of " + Cell(Unit::kBytes, NumberAt(cache, "budget_bytes"))});
  }
  std::string body = Tiles(tiles);
  std::vector<NamedJson> rows;
  if (levels.is_object()) {
    for (const auto& [name, level] : levels.items()) {
      const auto share = NumberAt(level, "share");
      rows.emplace_back("by " + name + (share ? " (" + Shown(Unit::kShare, *share) + ")" : ""),
                        &At(level, "service_ns"));
    }
  }
  body += LatencyTable("Who answered the gets, their share of the keys, and the service time.",
                       rows, PercentilesOf(result));
  if (NumberAt(result, "config/batch").value_or(1) > 1) {
    body +=
        Paragraph("Counts are of keys, several a batch, each with the time of its batch.", "soft");
  }
  body += LevelsChart(result) + SourceChart(result);
  return {"cache", "Cache", body};
}

}  // namespace ringlab::html
