#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/plot.h"
#include "results/html/draw/table.h"
#include "results/html/sim_sections.h"
#include "results/text/curves_text.h"
#include "results/text/json_view.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kLinesMax = 8;  // as many as there are colours
constexpr std::size_t kMemoryRowsMax = 200;

std::vector<const Json*> CurvesIn(const Json& result, const std::string& scope,
                                  const std::string& policy = "") {
  std::vector<const Json*> curves;
  for (const Json& curve : ListAt(result, "curves")) {
    if (TextAt(curve, "scope") != scope) continue;
    if (policy.empty() || TextAt(curve, "policy") == policy) curves.push_back(&curve);
  }
  return curves;
}

Line LineOf(const Json& curve, const std::string& name, Colour colour) {
  Line line{.name = name, .colour = colour, .points = {}};
  const std::vector<double> bytes = ColumnAt(curve, "bytes");
  const std::vector<double> ratios = ColumnAt(curve, "hit_ratio");
  for (std::size_t i = 0; i < std::min(bytes.size(), ratios.size()); ++i) {
    line.points.push_back({bytes[i], ratios[i]});
  }
  return line;
}

// Nothing where no line has a point.
std::string MemoryChart(Plot plot) {
  double low = 0;
  double high = 0;
  for (const Line& line : plot.lines) {
    if (line.points.empty()) continue;
    low = low > 0 ? std::min(low, line.points.front().x) : line.points.front().x;
    high = std::max(high, line.points.back().x);
  }
  if (!(low > 0) || !(high > low)) return "";
  plot.x.scale = Scale(Scale::Kind::kLog, low, high);
  for (double bytes = 1024; bytes <= high; bytes *= 4) {
    if (bytes >= low) plot.x.ticks.push_back({bytes, Shown(Unit::kBytes, bytes)});
  }
  plot.y.scale = Scale(Scale::Kind::kLinear, 0, 1);
  for (const double target : {0.9, 0.95, 0.99}) {
    plot.rules.push_back({.at = target, .label = Decimal(100 * target, 0) + " %"});
  }
  return PlotFigure(plot);
}

std::string ClusterChart(const Json& result) {
  Plot plot{.id = "curves-cluster",
            .title = "Hit ratio over memory",
            .summary = "The table below has the memory for 90, 95 and 99 %.",
            .reading =
                "Each line is an eviction policy: the further left it rises, the less "
                "memory it needs. Where a line goes flat, more memory does not help.",
            .x = {.title = "memory of all nodes together (log scale)", .unit = Unit::kBytes},
            .y = {.title = "hits, of the requests", .unit = Unit::kShare},
            .height = 320};
  const std::vector<const Json*> curves = CurvesIn(result, "cluster");
  for (std::size_t i = 0; i < std::min(curves.size(), kLinesMax); ++i) {
    plot.lines.push_back(
        LineOf(*curves[i], TextAt(*curves[i], "policy"), static_cast<Colour>(i + 1)));
  }
  return MemoryChart(std::move(plot));
}

std::string NodesChart(const Json& result, const std::string& policy) {
  const std::vector<const Json*> curves = CurvesIn(result, "node", policy);
  if (curves.size() < 2) return "";
  Plot plot{.id = "curves-nodes",
            .title = "Hit ratio over memory, node by node",
            .summary = "The table below has the memory for 90, 95 and 99 %.",
            .reading = "With " + policy +
                       ", of the requests for a node's own keys: a node whose "
                       "line lies to the right owns more keys that matter.",
            .x = {.title = "memory of the node (log scale)", .unit = Unit::kBytes},
            .y = {.title = "hits, of its requests", .unit = Unit::kShare},
            .height = 320};
  for (std::size_t i = 0; i < std::min(curves.size(), kLinesMax); ++i) {
    plot.lines.push_back(
        LineOf(*curves[i], TextAt(*curves[i], "node"), static_cast<Colour>(i + 1)));
  }
  std::string note;
  if (curves.size() > kLinesMax) {
    note = Paragraph("Drawn are the first " + std::to_string(kLinesMax) + " of " +
                         std::to_string(curves.size()) + " nodes; the table has the others too.",
                     "soft");
  }
  const std::string chart = MemoryChart(std::move(plot));
  return chart.empty() ? "" : Heading("Node by node") + note + chart;
}

std::string MemoryTable(const Json& result) {
  Table table("Memory for a hit ratio, by policy and node.",
              {{"of", false, "name"}, {"policy", false}, {"90 %"}, {"95 %"}, {"99 %"}});
  for (const std::string scope : {"cluster", "node"}) {
    for (const Json* const curve : CurvesIn(result, scope)) {
      if (table.rows() == kMemoryRowsMax) break;
      const Json& memory = At(*curve, "memory_for");
      table.Row({scope == "cluster" ? "all nodes" : Name(TextAt(*curve, "node")),
                 Escape(TextAt(*curve, "policy")), Cell(Unit::kBytes, NumberAt(memory, "0.9")),
                 Cell(Unit::kBytes, NumberAt(memory, "0.95")),
                 Cell(Unit::kBytes, NumberAt(memory, "0.99"))});
    }
  }
  const std::size_t curves = ListAt(result, "curves").size();
  return table.Markup() + (table.rows() < curves
                               ? Paragraph("The first " + std::to_string(table.rows()) + " of " +
                                               std::to_string(curves) + " curves.",
                                           "soft")
                               : "");
}

}  // namespace

Section CurvesSection(const Json& result) {
  const std::vector<const Json*> cluster = CurvesIn(result, "cluster");
  if (cluster.empty()) return {};
  const JsonView view(result);
  std::string body;
  for (const char* const target : {"0.9", "0.95", "0.99"}) {
    body += Paragraph(MemoryAnswer(view, target));
  }
  body += ClusterChart(result) + NodesChart(result, TextAt(*cluster.front(), "policy")) +
          MemoryTable(result);
  return {"curves", "How much memory", body};
}

}  // namespace ringlab::html
