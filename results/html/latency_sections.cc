#include "results/html/latency_sections.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/hdr/v2.h"
#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/table.h"
#include "results/text/percentiles.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr double kStep = 1.02;  // between points, of 1 / (1 - percentile): about 600 to 1e5

std::vector<Point> Curve(const Json& result, const std::string& series) {
  const auto decoded = DecodeHdr(TextAt(result, "histograms/" + series + "/hdr_v2"));
  if (decoded && decoded->count() > 0) return SpectrumOf(*decoded);
  return SpectrumOf(At(result, "latency_ns/" + series));
}

std::vector<Tick> TailTicks(double most) {
  std::vector<Tick> ticks{{1, "0 %"}, {2, "50 %"}};
  for (const auto& [value, label] :
       std::array<std::pair<double, const char*>, 8>{{{10, "90 %"},
                                                      {100, "99 %"},
                                                      {1e3, "99.9 %"},
                                                      {1e4, "99.99 %"},
                                                      {1e5, "99.999 %"},
                                                      {1e6, "99.9999 %"},
                                                      {1e7, "99.99999 %"},
                                                      {1e8, "99.999999 %"}}}) {
    if (value <= most * 1.001) ticks.push_back({value, label});
  }
  return ticks;
}

Line LineOf(const std::string& name, Colour colour, Line::Style style, std::vector<Point> points) {
  return {.name = name, .colour = colour, .style = style, .points = std::move(points)};
}

// Of those percentiles that are bounded on both sides.
std::vector<Span> IntervalSpans(const Json& latency) {
  std::vector<Span> whiskers;
  const Json& intervals = At(latency, "interval95");
  if (!intervals.is_object()) return whiskers;
  for (const auto& [key, ends] : intervals.items()) {
    const auto percentile = PercentileOfKey(key);
    const std::vector<double> at = ColumnAt(intervals, key);
    if (!percentile || at.size() != 2 || !(at[0] > 0 && at[0] <= at[1])) continue;
    whiskers.push_back({100 / (100 - *percentile), at[0], at[1]});
  }
  return whiskers;
}

}  // namespace

std::vector<Point> SpectrumOf(const HdrHistogram& histogram) {
  std::vector<Point> points;
  const auto count = static_cast<double>(histogram.count());
  if (count == 0) return points;
  std::uint64_t seen = 0;
  double next = 1;
  for (const HdrHistogram::Cell& cell : histogram.cells()) {
    const double before = count / (count - static_cast<double>(seen));
    seen += cell.count;
    if (before < next && seen != histogram.count() && !points.empty()) continue;
    const auto value = static_cast<double>(
        histogram.ValueAtPercentile(100.0 * (static_cast<double>(seen) - 0.5) / count));
    points.push_back({before, value});
    next = before * kStep;
  }
  points.push_back({count, static_cast<double>(histogram.max())});
  return points;
}

std::vector<Point> SpectrumOf(const Json& latency) {
  std::vector<Point> points;
  if (const auto min = NumberAt(latency, "min")) points.push_back({1, *min});
  if (!latency.is_object()) return points;
  for (const auto& [name, figure] : latency.items()) {
    const auto percentile = PercentileOfKey(name);
    const auto value = NumberAt(latency, name);
    if (percentile && value) points.push_back({100 / (100 - *percentile), *value});
  }
  std::ranges::sort(points, {}, &Point::x);
  const auto max = NumberAt(latency, "max");
  const auto count = NumberAt(latency, "count");
  if (max && count && !points.empty() && *count > points.back().x) points.push_back({*count, *max});
  return points;
}

Section SpectrumSection(const Json& result, const Json* baseline) {
  std::vector<Line> lines;
  if (baseline != nullptr) {
    lines.push_back(
        LineOf("response, baseline", 0, Line::Style::kSolid, Curve(*baseline, "response")));
    lines.push_back(
        LineOf("service, baseline", 0, Line::Style::kDashed, Curve(*baseline, "service")));
  }
  lines.push_back(LineOf("response", 1, Line::Style::kSolid, Curve(result, "response")));
  lines.push_back(LineOf("service", 2, Line::Style::kDashed, Curve(result, "service")));
  lines.push_back(LineOf("send lag", 3, Line::Style::kDotted, Curve(result, "send_lag")));
  for (Line& line : lines) {
    if (line.name == "response" || line.name == "service") {
      line.whiskers = IntervalSpans(At(result, "latency_ns/" + line.name));
    }
  }
  std::erase_if(lines, [](const Line& line) { return line.points.empty(); });
  double most = 10;
  double low = INFINITY;
  double high = 0;
  for (const Line& line : lines) {
    for (const Point& p : line.points) {
      most = std::max(most, p.x);
      if (p.x >= 2) low = std::min(low, p.y);  // the fastest half may leave the picture below
      high = std::max(high, p.y);
    }
    for (const Span& s : line.whiskers) high = std::max(high, s.high);
  }
  if (lines.empty() || high <= 0) return {};
  const bool has_whiskers =
      std::ranges::any_of(lines, [](const Line& line) { return !line.whiskers.empty(); });
  const bool whole = At(result, "histograms").is_object();
  const Scale scale = Scale::Decades(std::clamp(low, high / 1e6, high), high);
  for (Line& line : lines) {
    std::erase_if(line.points, [&](const Point& p) { return p.y < scale.low(); });
    std::erase_if(line.whiskers, [&](const Span& s) { return s.high < scale.low(); });
  }
  Plot plot{.id = "spectrum-chart",
            .title = "Percentile spectrum of the latencies",
            .summary = "From the median to the maximum; the table of percentiles has the figures.",
            .reading =
                "Read upwards from a percentile: so many of the answered requests were answered "
                "within the time at the curve. Where response rises above service, "
                "requests waited to be sent." +
                std::string(has_whiskers ? " An upright stroke is the 95 % interval of a "
                                           "percentile: so well this run knows it."
                                         : "") +
                std::string(whole ? ""
                                  : " Only the percentiles of the table are known: "
                                    "between them the curve is a straight line."),
            .x = {.title = "percentile of the requests (each step to the right is ten times rarer)",
                  .unit = Unit::kTail,
                  .scale = Scale(Scale::Kind::kLog, 1, most),
                  .ticks = TailTicks(most)},
            .y = {.title = "latency (log scale)", .unit = Unit::kNanos, .scale = scale},
            .lines = lines,
            .height = 320};
  return {"spectrum", "Percentile spectrum", PlotFigure(plot)};
}

namespace {

std::string IntervalCell(const Json& latency, const std::string& key) {
  const std::vector<double> ends = ColumnAt(latency, "interval95/" + key);
  if (ends.size() != 2) return "–";
  const bool has_low = std::isfinite(ends[0]);
  const bool has_high = std::isfinite(ends[1]);
  if (has_low && has_high) {
    return Escape(Shown(Unit::kNanos, ends[0]) + " to " + Shown(Unit::kNanos, ends[1]));
  }
  if (has_low) return Escape("from " + Shown(Unit::kNanos, ends[0]));
  return has_high ? Escape("up to " + Shown(Unit::kNanos, ends[1])) : "–";
}

}  // namespace

std::string IntervalTable(const Json& result) {
  const Percentiles percentiles = PercentilesOf(result);
  std::vector<Table::Column> columns{{"", false}};
  for (const Percentile& percentile : percentiles) columns.push_back({percentile.title});
  Table table(
      "The 95 % intervals: between its ends a percentile of all such requests lies, by what this "
      "run tells. An end that so few requests do not bound is left out.",
      columns);
  for (const char* name : {"response", "service"}) {
    const Json& latency = At(result, std::string("latency_ns/") + name);
    if (!At(latency, "interval95").is_object()) continue;
    std::vector<std::string> cells{name};
    for (const Percentile& percentile : percentiles) {
      cells.push_back(IntervalCell(latency, percentile.key));
    }
    table.Row(cells);
  }
  return table.rows() == 0 ? "" : table.Markup();
}

namespace {

std::string NodeTable(const Json& stages) {
  Table table(
      "Mean times by node: as the one that was asked, of what it answered by itself, and as "
      "the owner that another node asked.",
      {{"node", false, "name"}, {"answered"}, {"held up"}, {"asked by nodes"}, {"hop"}});
  for (const Json& node : ListAt(stages, "nodes")) {
    table.Row({Name(TextAt(node, "name")), Cell(Unit::kCount, NumberAt(node, "served")),
               Cell(Unit::kNanos, NumberAt(node, "serving_ns")),
               Cell(Unit::kCount, NumberAt(node, "hops")),
               Cell(Unit::kNanos, NumberAt(node, "hop_ns"))});
  }
  return table.Markup();
}

}  // namespace

Section StagesSection(const Json& result) {
  const Json& stages = At(result, "stages");
  const Json& times = At(stages, "stage_ns");
  if (!times.is_object() || times.empty()) return {};
  Table table("Stages of the gets that their nodes timed.", {{"stage", false},
                                                             {"mean"},
                                                             {"p50"},
                                                             {"p99"},
                                                             {"share of all"},
                                                             {"share of the slowest 1 %"}});
  for (const auto& [key, of] : times.items()) {
    std::string name = key;
    std::ranges::replace(name, '_', ' ');
    table.Row({Escape(name), Cell(Unit::kNanos, NumberAt(of, "mean")), TimeCell(of, "p50"),
               TimeCell(of, "p99"), Cell(Unit::kShare, NumberAt(At(stages, "share"), key.c_str())),
               Cell(Unit::kShare, NumberAt(At(stages, "slowest/share"), key.c_str()))});
  }
  std::string law;
  const auto seen = NumberAt(result, "littles_law/seen");
  const auto expected = NumberAt(result, "littles_law/expected");
  if (seen && expected) {
    law = Paragraph(Format("Requests under way: %.2f as new ones found it, %.2f by Little's law "
                           "(rate times stay). They agree when every time is told right.",
                           *seen, *expected),
                    "soft");
  }
  return {"stages", "Where the time went",
          Paragraph("Of a sample of the gets the nodes told what they spent their time on; the "
                    "stages of each add up to its response time.",
                    "soft") +
              table.Markup() + NodeTable(stages) + law};
}

}  // namespace ringlab::html
