#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/plot.h"
#include "results/html/draw/table.h"
#include "results/html/sim_sections.h"
#include "results/text/json_view.h"
#include "results/text/map_text.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kMapDefencesDrawn = 16;
constexpr std::size_t kMapRowsMax = 500;

// Of a mark, the class of its colour: from the faintest to the strongest; none for what says
// nothing.
const char* ColourOfMark(MapMark mark) {
  constexpr std::array<const char*, 5> kClasses = {"h1", "h4", "h6", "h9", ""};
  return kClasses.at(static_cast<std::size_t>(mark));
}

std::string LegendOf(const JsonView& map) {
  std::string legend;
  const std::vector<std::string> meanings = MapLegend(map);
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    const auto mark = static_cast<MapMark>(i);
    const std::string colour = ColourOfMark(mark);
    const std::string swatch = colour.empty() ? "" : Element("i", {{"class", "swatch " + colour}});
    legend += Element("span", {{"class", "key"}},
                      swatch + Escape(std::string(1, CharacterOf(mark)) + " " + meanings[i]));
  }
  return legend;
}

std::string CellTitle(const JsonView& cell, double load) {
  const std::string at = Format("load %.4g, ", load) + cell["shock"].text() + ": ";
  switch (MarkOf(cell)) {
    case MapMark::kNotWell: return at + "not well before";
    case MapMark::kNotBack:
      return at + "did not come back; at the end " +
             Shown(Unit::kShare, cell["goodput_end"].number()) + " answered";
    default: return at + "well after " + Shown(Unit::kSeconds, cell["recovery_s"].number());
  }
}

// A defence's cells: loads across, shocks down.
std::string HeatOf(const JsonView& map, const std::string& defence, std::size_t number) {
  const std::vector<double> loads = MapLoads(map);
  const std::vector<std::string> shocks = MapNames(map, "shock");
  const auto columns = static_cast<double>(loads.size());
  const auto rows = static_cast<double>(shocks.size());
  Plot plot{.id = "map-" + std::to_string(number),
            .title = defence + ": loads and shocks from which the cluster comes back",
            .summary = MapSentence(map, defence),
            .reading = "With " + defence + ": " + MapSentence(map, defence) + ".",
            .x = {.title = "load, of what the busiest node can take with a warm cache"},
            .y = {.title = "shock"},
            .height = 40 + 44 * static_cast<int>(shocks.size())};
  plot.x.scale = Scale(Scale::Kind::kLinear, 0, columns);
  plot.y.scale = Scale(Scale::Kind::kLinear, 0, rows);
  for (std::size_t i = 0; i < loads.size(); ++i) {
    plot.x.ticks.push_back({static_cast<double>(i) + 0.5, Format("%.4g", loads[i])});
  }
  std::string cells;
  for (std::size_t row = 0; row < shocks.size(); ++row) {
    plot.y.ticks.push_back({rows - static_cast<double>(row) - 0.5, shocks[row]});
    for (std::size_t column = 0; column < loads.size(); ++column) {
      const JsonView cell = MapCellOf(map, defence, shocks[row], loads[column]);
      const std::string colour = cell.is_there() ? ColourOfMark(MarkOf(cell)) : "";
      if (colour.empty()) continue;
      cells += Element("rect",
                       {{"class", colour},
                        {"x", std::to_string(column)},
                        {"y", std::to_string(row)},
                        {"width", "1"},
                        {"height", "1"}},
                       Element("title", {}, Escape(CellTitle(cell, loads[column]))));
    }
  }
  const std::string box =
      "0 0 " + std::to_string(loads.size()) + ' ' + std::to_string(shocks.size());
  return Heading(Format("Defence: %.200s", defence.c_str())) +
         FrameFigure(plot, LegendOf(map), OpenDrawing(plot, box) + cells + "</svg>");
}

std::string CellsTable(const Json& cells) {
  Table table("Each cell: what the shock did, and how the cluster came out of it.",
              {{"defence", false, "name"},
               {"shock", false},
               {"load"},
               {"well after"},
               {"answered, worst second"},
               {"answered at the end"},
               {"hits, worst second"},
               {"hits at the end"},
               {"calls a request"},
               {"source loads"}});
  for (const Json& cell : cells) {
    if (table.rows() == kMapRowsMax) break;
    const auto requests = NumberAt(cell, "requests");
    const auto calls = NumberAt(cell, "calls");
    std::optional<double> per_request;
    if (requests && calls && *requests > 0) per_request = *calls / *requests;
    const std::string after = !TrueAt(cell, "was_well") ? "not well before"
                              : !TrueAt(cell, "came_back")
                                  ? "never"
                                  : Cell(Unit::kSeconds, NumberAt(cell, "recovery_s"));
    table.Row({Name(TextAt(cell, "defence")), Name(TextAt(cell, "shock")),
               Cell(Unit::kPlain, NumberAt(cell, "load")), after,
               Cell(Unit::kShare, NumberAt(cell, "goodput_low")),
               Cell(Unit::kShare, NumberAt(cell, "goodput_end")),
               Cell(Unit::kShare, NumberAt(cell, "hit_ratio_low")),
               Cell(Unit::kShare, NumberAt(cell, "hit_ratio_end")), Cell(Unit::kPlain, per_request),
               Cell(Unit::kCount, NumberAt(cell, "source_loads"))});
  }
  const std::string left_out =
      table.rows() < cells.size() ? Paragraph("The first " + std::to_string(table.rows()) + " of " +
                                                  std::to_string(cells.size()) + " cells.",
                                              "soft")
                                  : "";
  return Folded("Every cell in figures", table.Markup() + left_out);
}

}  // namespace

Section MapSection(const Json& result) {
  const Json& cells = ListAt(result, "map/cells");
  if (cells.empty()) return {};
  const JsonView map = JsonView(result)["map"];
  std::string body;
  for (const std::string& answer : MapAnswers(map)) body += Paragraph(answer + ".");
  const std::vector<std::string> defences = MapNames(map, "defence");
  for (std::size_t i = 0; i < std::min(defences.size(), kMapDefencesDrawn); ++i) {
    body += HeatOf(map, defences[i], i + 1);
  }
  return {"map", "From which shocks it comes back", body + CellsTable(cells)};
}

}  // namespace ringlab::html
