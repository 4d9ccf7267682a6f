#include "results/html/time_sections.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/heat_map.h"
#include "results/html/draw/markup.h"
#include "results/html/time_parts.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

// What these charts cannot show.
std::string Beyond(const Json& result) {
  const double failed = NumberAt(result, "latency_ns/response/failed").value_or(0);
  const double beyond = NumberAt(result, "latency_ns/response/clamped").value_or(0);
  return (failed > 0 ? " " + Shown(Unit::kCount, failed) + " failed and are not in it." : "") +
         (beyond > 0 ? " " + Shown(Unit::kCount, beyond) + " took longer than 60 s: here 60 s."
                     : "");
}

}  // namespace

Section LatencyOverTime(const Json& result) {
  const Intervals intervals = IntervalsOf(result);
  using Style = Line::Style;
  const std::vector<Line> lines =
      LinesOf(result, intervals,
              {{"response_max_ns", "response max", 0, Style::kDotted, false},
               {"response_p99_ns", "response p99", 2, Style::kSolid, false},
               {"response_p90_ns", "response p90", 5, Style::kSolid, false},
               {"response_p50_ns", "response p50", 1, Style::kSolid, false},
               {"service_p99_ns", "service p99", 7, Style::kDashed, true},
               {"service_p50_ns", "service p50", 6, Style::kDashed, true}},
              Per::kInterval);
  const double high = HighestOf(lines);
  if (high <= 0) return {};
  double low = high;
  for (const Line& line : lines) {
    for (const Point& p : line.points) {
      if (p.y > 0) low = std::min(low, p.y);
    }
  }
  Plot plot{.id = "latency-chart",
            .title = "Latency over time",
            .summary = Summary(lines, Unit::kNanos),
            .reading =
                "Each point is a percentile of the answered requests whose planned start lay in "
                "that interval; a peak that all lines share is a stall, one of the maximum alone "
                "a single slow request." +
                Beyond(result),
            .x = TimeAxis(intervals),
            .y = {.title = "response time (log scale)",
                  .unit = Unit::kNanos,
                  .scale = Scale::Decades(low, high)},
            .shades = MissedSchedule(result, intervals),
            .shades_name = kMissedName,
            .lines = lines};
  return {"latency-over-time", "Latency over time", PlotFigure(plot)};
}

Section RateOverTime(const Json& result) {
  const Intervals intervals = IntervalsOf(result);
  using Style = Line::Style;
  const std::vector<Line> lines = LinesOf(result, intervals,
                                          {{"scheduled", "planned", 0, Style::kSolid, false},
                                           {"sent", "sent", 1, Style::kSolid, false},
                                           {"ok", "answered ok", 3, Style::kDashed, false}},
                                          Per::kSecond);
  const double high = HighestOf(lines);
  if (high <= 0) return {};
  std::vector<Rule> rules;
  if (const auto asked = NumberAt(result, "config/requested_qps")) {
    rules.push_back({.at = *asked, .label = "asked for: " + Shown(Unit::kRate, *asked)});
  }
  Plot plot{.id = "rate-chart",
            .title = "Requests a second over time, planned and achieved",
            .summary = Summary(lines, Unit::kRate),
            .reading =
                "Sent lies on planned as long as loadgen keeps its schedule; where it falls "
                "below, the shaded stretches say so, and response times there include the "
                "wait.",
            .x = TimeAxis(intervals),
            .y = {.title = "requests a second",
                  .unit = Unit::kRate,
                  .scale = Scale::FromZero(std::max(high, rules.empty() ? 0.0 : rules.front().at) *
                                           1.05)},
            .shades = MissedSchedule(result, intervals),
            .shades_name = kMissedName,
            .lines = lines,
            .rules = rules,
            .height = 240};
  return {"rate", "Requested and achieved rate", PlotFigure(plot)};
}

Section HeatSection(const Json& result) {
  const Intervals intervals = IntervalsOf(result);
  HeatMap map{.bounds = ColumnAt(result, "series/heat/bounds_ns")};
  if (intervals.at.empty() || map.bounds.size() < 2 || !(map.bounds.front() >= 0) ||
      !std::is_sorted(map.bounds.begin(), map.bounds.end())) {
    return {};
  }
  for (const Json& row : ListAt(result, "series/heat/counts")) {
    std::vector<double> counts = ColumnAt(Json{{"row", row}}, "row");
    counts.resize(map.bounds.size() - 1, 0.0);
    map.counts.push_back(std::move(counts));
  }
  if (map.counts.size() != intervals.at.size()) return {};
  const std::size_t across = MergeCells(map);
  const double end =
      intervals.at.front() + intervals.length * static_cast<double>(across * map.counts.size());
  Axis time = TimeAxis(intervals);
  time.scale = Scale(Scale::Kind::kLinear, intervals.at.front(), end);
  const std::string merged =
      across == 1 ? "" : Format(" A column is %zu intervals added up.", across);
  Plot plot{.id = "heat-chart",
            .title = "Response times over time, as a heat map",
            .summary = Format("%zu columns of time, %zu rows of response time.", map.counts.size(),
                              map.bounds.size() - 1),
            .reading =
                "Each column is a stretch of time, each row the response time of an answer, and "
                "the darker "
                "a cell (on a dark page: the lighter), the more requests took so long then: "
                "two bands are two kinds of answers, a column that reaches up is a stall." +
                merged + Beyond(result),
            .x = time,
            .y = {.title = "response time (log scale)",
                  .unit = Unit::kNanos,
                  .scale = Scale(Scale::Kind::kLog, std::max(1.0, map.bounds.front()),
                                 map.bounds.back())},
            .height = 300};
  return {"heat", "Every response, over time", HeatFigure(plot, map)};
}

}  // namespace ringlab::html
