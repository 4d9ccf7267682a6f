#include "results/html/search_section.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/plot.h"
#include "results/html/draw/table.h"
#include "results/text/search_text.h"
#include "results/text/text_format.h"
#include "results/text/threshold.h"

namespace ringlab::html {

namespace {

// The bound that is drawn: the one that breaks first, or the first one where none of them does.
struct Drawn {
  std::size_t at = 0;
  std::string text = {};
  Unit unit = Unit::kPlain;
  double limit = 0;
};

Drawn DrawnOf(const Json& search) {
  const Json& bounds = ListAt(search, "bounds");
  Drawn drawn;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (bounds[i].is_string() && bounds[i] == TextAt(search, "binding")) drawn.at = i;
  }
  if (drawn.at < bounds.size() && bounds[drawn.at].is_string())
    drawn.text = bounds[drawn.at].get<std::string>();
  const auto threshold = ParseThreshold(drawn.text);
  if (!threshold) return drawn;
  drawn.limit = threshold->limit;
  if (threshold->series != Series::kRun) drawn.unit = Unit::kNanos;
  return drawn;
}

std::optional<double> FigureAt(const Json& probe, std::size_t bound) {
  const Json& bounds = ListAt(probe, "bounds");
  if (bound >= bounds.size()) return std::nullopt;
  const auto time = NumberAt(bounds[bound], "measured_ns");
  return time ? time : NumberAt(bounds[bound], "measured");
}

// Probes of one standing, as dots.
Line DotsOf(const Json& search, const Drawn& drawn, const std::string& name,
            const std::string& standing, Colour colour) {
  Line line{.name = name, .colour = colour, .style = Line::Style::kDots, .points = {}};
  for (const Json& probe : ListAt(search, "probes")) {
    const auto qps = NumberAt(probe, "qps");
    const auto figure = FigureAt(probe, drawn.at);
    if (!qps || !figure || *qps <= 0 || ProbeStanding(JsonView(probe)) != standing) continue;
    line.points.push_back({.x = *qps, .y = *figure});
  }
  std::ranges::stable_sort(line.points, {}, &Point::x);
  return line;
}

std::string Chart(const Json& search) {
  const Drawn drawn = DrawnOf(search);
  std::vector<Line> lines{DotsOf(search, drawn, "the probe held", "holds", 3),
                          DotsOf(search, drawn, "a bound was broken", "broken", 6),
                          DotsOf(search, drawn, "INVALID", "INVALID", 0)};
  std::erase_if(lines, [](const Line& line) { return line.points.empty(); });
  if (lines.empty() || drawn.text.empty()) return "";
  double slowest = lines.front().points.front().x;
  double fastest = slowest;
  double low = drawn.limit;
  double high = drawn.limit;
  for (const Line& line : lines) {
    for (const Point& p : line.points) {
      slowest = std::min(slowest, p.x);
      fastest = std::max(fastest, p.x);
      if (p.y > 0) low = low > 0 ? std::min(low, p.y) : p.y;
      high = std::max(high, p.y);
    }
  }
  std::vector<Rule> rules{{.at = drawn.limit, .label = drawn.text}};
  if (const auto rate = NumberAt(search, "rate_qps")) {
    rules.push_back({.upright = true, .at = *rate, .label = "found: " + Shown(Unit::kRate, *rate)});
  }
  const bool is_time = drawn.unit == Unit::kNanos;
  Plot plot{.id = "search-chart",
            .title = "Every probe: what " + drawn.text + " measured at which rate",
            .summary = Format("%zu probes from ", ListAt(search, "probes").size()) +
                       Shown(Unit::kRate, slowest) + " to " + Shown(Unit::kRate, fastest) + ".",
            .reading =
                "Each dot is a probe; the level line is the bound, and the upright one the rate "
                "that was confirmed. How steeply the dots rise where they cross the bound is how "
                "much a little more load costs.",
            .x = {.title = "requests a second (log scale)",
                  .unit = Unit::kRate,
                  .scale = Scale(Scale::Kind::kLog, slowest * 0.9, fastest * 1.1)},
            .y = {.title = is_time ? "measured (log scale)" : "measured",
                  .unit = drawn.unit,
                  .scale = is_time ? Scale::Decades(low, high) : Scale::FromZero(high * 1.05)},
            .lines = lines,
            .rules = rules};
  return PlotFigure(plot);
}

std::string ProbesTable(const Json& search) {
  Table table("Every probe of the search, in order.", {{"for", false},
                                                       {"rate"},
                                                       {"time"},
                                                       {"p50"},
                                                       {"p99"},
                                                       {"hit ratio"},
                                                       {"", false},
                                                       {"figures", false}});
  for (const Json& probe : ListAt(search, "probes")) {
    const JsonView view(probe);
    const std::string standing = ProbeStanding(view);
    const std::string kind = standing == "holds"    ? "good-text"
                             : standing == "broken" ? "bad-text"
                                                    : "warn-text";
    table.Row({Escape(TextAt(probe, "purpose")), Escape(Cell(Unit::kRate, NumberAt(probe, "qps"))),
               Escape(Cell(Unit::kSeconds, NumberAt(probe, "duration_s"))),
               Escape(Cell(Unit::kNanos, NumberAt(probe, "p50_ns"))),
               Escape(Cell(Unit::kNanos, NumberAt(probe, "p99_ns"))),
               Escape(Cell(Unit::kShare, NumberAt(probe, "hit_ratio"))),
               Element("span", {{"class", kind}}, standing), Escape(ProbeFigures(view))});
  }
  return table.rows() == 0 ? "" : Folded("Every probe", table.Markup());
}

}  // namespace

Section SearchSection(const Json& result) {
  const Json& search = At(result, "search");
  if (!search.is_object()) return {};
  const JsonView view(search);
  std::string body = Paragraph(SearchAnswer(view) + ".");
  for (const std::string& more : {SearchEdge(view), SearchLimit(view), SearchWayDown(view)}) {
    if (!more.empty()) body += Paragraph(more + ".", "soft");
  }
  body += Chart(search) + ProbesTable(search);
  const auto rate = NumberAt(result, "config/requested_qps");
  if (rate) {
    body += Paragraph("All other sections are of the probe at " + Shown(Unit::kRate, *rate) + ".",
                      "soft");
  }
  return {"search", "Search", body};
}

}  // namespace ringlab::html
