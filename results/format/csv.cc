#include <nlohmann/json.hpp>
#include <vector>

#include "results/format/report_formats.h"
#include "results/text/json_view.h"
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

std::string LatencyLine(const std::string& name, const Json& summary) {
  std::vector<std::string> cells{name};
  for (const char* figure : {"count", "mean", "min", "p50", "p90", "p99", "p999", "p9999", "max"}) {
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
  std::string text = "latency,count,mean_ns,min_ns,p50_ns,p90_ns,p99_ns,p999_ns,p9999_ns,max_ns\n";
  for (const auto& [name, summary] : result.at("latency_ns").items()) {
    text += LatencyLine(name, summary);
  }
  for (const auto& [name, operation] : result.at("operations").items()) {
    text += LatencyLine(name + "_service", operation.at("service_ns"));
  }
  for (const auto& [name, level] : result.at("levels").items()) {
    text += LatencyLine("level_" + name + "_service", level.at("service_ns"));
  }
  return text;
}

}  // namespace ringlab
