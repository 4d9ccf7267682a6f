#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/plot.h"
#include "results/html/draw/table.h"
#include "results/html/pages.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kChartsMax = 60;

std::string CommitAt(const Json& series, double index) {
  const Json& points = ListAt(series, "points");
  if (!(index >= 0) || index >= static_cast<double>(points.size())) return "";
  return TextAt(points[static_cast<std::size_t>(index)], "commit");
}

std::string ChangesTable(const Json& series) {
  Table table("Where the level changed for good.",
              {{"from commit", false, "name"}, {"before"}, {"after"}, {"change"}, {"p"}});
  for (const Json& change : ListAt(series, "changes")) {
    const auto before = NumberAt(change, "before");
    const auto after = NumberAt(change, "after");
    table.Row({Element("code", {}, Escape(CommitAt(series, NumberAt(change, "at").value_or(-1)))),
               Cell(Unit::kPlain, before), Cell(Unit::kPlain, after), Change(before, after),
               Cell(Unit::kPlain, NumberAt(change, "p"))});
  }
  return table.rows() == 0 ? "" : table.Markup();
}

std::string HistoryChart(const Json& series, std::size_t index) {
  Line line{.name = "measured", .colour = 1, .points = {}};
  double low = INFINITY;
  double high = std::numeric_limits<double>::lowest();
  for (const Json& point : ListAt(series, "points")) {
    const auto value = NumberAt(point, "value");
    line.points.push_back({static_cast<double>(line.points.size() + 1), value.value_or(NAN)});
    if (!value) continue;
    low = std::min(low, *value);
    high = std::max(high, *value);
  }
  if (low > high) return "";
  std::vector<Rule> rules;
  for (const Json& change : ListAt(series, "changes")) {
    const auto at = NumberAt(change, "at");
    if (at) rules.push_back({.upright = true, .at = *at + 0.5, .label = CommitAt(series, *at)});
  }
  const double margin = std::max((high - low) * 0.1, std::max(1e-9, std::abs(high)) * 0.02);
  const std::string metric = TextAt(series, "metric");
  const auto count = static_cast<double>(line.points.size());
  return Heading(metric) +
         PlotFigure({.id = "history-" + std::to_string(index),
                     .title = metric + " over commits",
                     .summary = Format("%zu runs.", line.points.size()),
                     .reading = "Each point is a run, the oldest on the left; an upright line is "
                                "where the level changed for good, with the first commit of the "
                                "new one.",
                     .x = {.title = "run",
                           .unit = Unit::kCount,
                           .scale = Scale(Scale::Kind::kLinear, 1, std::max(2.0, count)),
                           .wanted = 8},
                     .y = {.title = metric,
                           .unit = Unit::kPlain,
                           .scale = Scale(Scale::Kind::kLinear, low - margin, high + margin)},
                     .lines = {line},
                     .rules = rules,
                     .height = 200}) +
         ChangesTable(series);
}

}  // namespace

Report HistoryReport(const Json& history) {
  Report report{.title = "ringlab history", .banner = "", .sections = {}};
  std::string body;
  std::size_t drawn = 0;
  std::size_t changes = 0;
  for (const Json& series : ListAt(history, "series")) {
    changes += ListAt(series, "changes").size();
    if (drawn < kChartsMax) body += HistoryChart(series, drawn++);
  }
  const std::size_t all = ListAt(history, "series").size();
  report.banner = Element(
      "div", {{"class", "banner"}},
      Element("p", {{"class", "word"}}, Plural(changes, "change") + " of level") +
          Paragraph("in " + Plural(all, "metric") + ". For information: nothing fails by it."));
  if (drawn < all) {
    body += Paragraph(Format("Drawn are the first %zu of %zu metrics.", drawn, all), "soft");
  }
  report.sections = {{"history", "Metrics over commits", body}};
  return report;
}

}  // namespace ringlab::html
