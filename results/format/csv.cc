#include <nlohmann/json.hpp>
#include <vector>

#include "results/format/report_formats.h"
#include "results/text/json_view.h"
#include "results/text/percentiles.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// Figures as JSON writes them, and nothing where there is none.
std::string Cell(const Json& json) { return json.is_null() ? "" : json.dump(); }

std::string Line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line += (&cell == cells.data() ? "" : ",") + cell;
  return line + '\n';
}

// What stands in a line of a latency, besides its name.
std::vector<std::string> FiguresOf(const Json& result) {
  std::vector<std::string> figures{"count", "mean", "min"};
  for (const Percentile& percentile : PercentilesOf(result)) figures.push_back(percentile.key);
  figures.insert(figures.end(), {"max", "failed", "clamped"});
  return figures;
}

std::string LatencyLine(const std::string& name, const Json& summary,
                        const std::vector<std::string>& figures) {
  std::vector<std::string> cells{name};
  for (const std::string& figure : figures) {
    cells.push_back(summary.contains(figure) ? Cell(summary[figure]) : "");
  }
  return Line(cells);
}

}  // namespace

Result<std::string> ResultCsv(const Json& result) {
  if (!JsonView(result)["series"].is_there()) {
    return Fail(Code::kInvalidArgument,
                "no series in this result: nothing was measured, or it is older than they are");
  }
  const Json& series = result.at("series");
  std::vector<std::string> names;
  std::vector<const Json*> columns;
  const auto add = [&](const std::string& name, const Json& column) {
    names.push_back(name);
    columns.push_back(&column);
  };
  for (const auto& [name, column] : series.items()) {
    if (column.is_array()) add(name, column);
  }
  for (const auto& [level, column] : series.at("levels").items()) add("level_" + level, column);
  std::string text = Line(names);
  for (std::size_t i = 0; i < series.at("at_s").size(); ++i) {
    std::vector<std::string> cells;
    for (const Json* column : columns) cells.push_back(Cell(column->at(i)));
    text += Line(cells);
  }
  return text;
}

std::string ResultLatencyCsv(const Json& result) {
  const std::vector<std::string> figures = FiguresOf(result);
  std::vector<std::string> head{"latency"};
  for (const std::string& figure : figures) {
    const bool is_count = figure == "count" || figure == "failed" || figure == "clamped";
    head.push_back(figure + (is_count ? "" : "_ns"));
  }
  std::string text = Line(head);
  for (const auto& [name, summary] : result.at("latency_ns").items()) {
    text += LatencyLine(name, summary, figures);
  }
  if (result.contains("latency_failed_ns")) {
    text += LatencyLine("failed", result["latency_failed_ns"], figures);
  }
  for (const auto& [name, operation] : result.at("operations").items()) {
    Json summary = operation.at("service_ns");
    summary["failed"] = operation.at("failed");
    text += LatencyLine(name + "_service", summary, figures);
  }
  for (const auto& [name, level] : result.at("levels").items()) {
    text += LatencyLine("level_" + name + "_service", level.at("service_ns"), figures);
  }
  return text;
}

}  // namespace ringlab
