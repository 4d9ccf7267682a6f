#include "results/html/time_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr double kMissedShare = 0.01;

double OrZero(const std::vector<double>& column, std::size_t i) {
  return i < column.size() && std::isfinite(column[i]) ? column[i] : 0;
}

}  // namespace

Intervals IntervalsOf(const Json& result) {
  Intervals intervals{.at = ColumnAt(result, "series/at_s")};
  for (const double at : intervals.at) {
    if (!std::isfinite(at)) return {};
  }
  if (intervals.at.size() < 2 || !std::is_sorted(intervals.at.begin(), intervals.at.end())) {
    return {};
  }
  intervals.length = NumberAt(result, "series/interval_s").value_or(1);
  if (!(intervals.length > 0)) return {};
  const std::vector<double> lengths = ColumnAt(result, "series/length_s");
  const bool told = lengths.size() == intervals.at.size() && lengths.back() > 0;
  intervals.last_length = told ? std::min(lengths.back(), intervals.length) : intervals.length;
  return intervals;
}

Axis TimeAxis(const Intervals& intervals) {
  return {.title = std::string("time since measuring began ") +
                   (intervals.end() > 180 ? "(minutes:seconds)" : "(s)"),
          .unit = Unit::kSeconds,
          .scale = Scale(Scale::Kind::kLinear, 0, intervals.end()),
          .wanted = 8};
}

std::vector<Point> SeriesPoints(const Json& result, const Intervals& intervals,
                                const std::string& column, Per per) {
  const std::vector<double> values = ColumnAt(result, "series/" + column);
  std::vector<Point> points;
  for (std::size_t i = 0; i < values.size() && i < intervals.at.size(); ++i) {
    const double length = intervals.LengthOf(i);
    points.push_back(
        {intervals.at[i] + length / 2, values[i] / (per == Per::kSecond ? length : 1)});
  }
  return points;
}

std::vector<Line> LinesOf(const Json& result, const Intervals& intervals,
                          const std::vector<TimeCurve>& curves, Per per) {
  std::vector<Line> lines;
  for (const TimeCurve& curve : curves) {
    Line line{.name = curve.name,
              .colour = curve.colour,
              .style = curve.style,
              .points = SeriesPoints(result, intervals, curve.column, per),
              .hidden = curve.hidden};
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

std::string RangeText(const Line& line, Unit unit) {
  double low = INFINITY;
  double high = std::numeric_limits<double>::lowest();
  for (const Point& p : line.points) {
    if (!std::isfinite(p.y)) continue;
    low = std::min(low, p.y);
    high = std::max(high, p.y);
  }
  if (low > high) return line.name + ": nothing measured. ";
  return line.name + ": " + Shown(unit, low) + " to " + Shown(unit, high) + ". ";
}

std::string Summary(const std::vector<Line>& lines, Unit unit) {
  std::string summary;
  for (const Line& line : lines) summary += RangeText(line, unit);
  return summary;
}

std::vector<Shade> MissedSchedule(const Json& result, const Intervals& intervals) {
  const std::vector<double> scheduled = ColumnAt(result, "series/scheduled");
  const std::vector<double> skipped = ColumnAt(result, "series/skipped");
  const std::vector<double> late = ColumnAt(result, "series/late");
  std::vector<Shade> shades;
  double missed = 0;
  double of = 0;
  for (std::size_t i = 0; i < intervals.at.size(); ++i) {
    const double here = OrZero(skipped, i) + OrZero(late, i);
    if (here <= kMissedShare * OrZero(scheduled, i)) continue;
    const double from = intervals.at[i];
    if (shades.empty() || from > shades.back().to + 1e-9) {
      shades.push_back({.from = from});
      missed = of = 0;
    }
    missed += here;
    of += OrZero(scheduled, i);
    Shade& shade = shades.back();
    shade.to = from + intervals.LengthOf(i);
    shade.title = Format("%g s to %g s: ", shade.from, shade.to) + Shown(Unit::kCount, missed) +
                  " of " + Shown(Unit::kCount, of) + " requests skipped or sent late";
  }
  return shades;
}

double HighestOf(const std::vector<Line>& lines) {
  double highest = 0;
  for (const Line& line : lines) {
    for (const Point& p : line.points) {
      if (p.y > highest) highest = p.y;
    }
  }
  return highest;
}

std::vector<Band> StackOf(const std::vector<Layer>& layers, const Intervals& intervals) {
  const std::size_t stride = (intervals.at.size() + kPlotPoints - 1) / kPlotPoints;
  std::vector<Band> bands;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    bands.push_back({.name = layers[i].name,
                     .colour = static_cast<Colour>(1 + i % 8),
                     .spans = {},
                     .strong = true});
  }
  for (std::size_t from = 0; from < intervals.at.size(); from += stride) {
    const std::size_t to = std::min(from + stride, intervals.at.size());
    std::vector<double> sums(layers.size());
    double all = 0;
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
      for (std::size_t i = from; i < to; ++i) sums[layer] += OrZero(layers[layer].counts, i);
      all += sums[layer];
    }
    if (all <= 0) continue;
    const double x = (intervals.at[from] + intervals.at[to - 1] + intervals.length) / 2;
    double low = 0;
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
      const double high = low + sums[layer] / all;
      bands[layer].spans.push_back({x, low, high});
      low = high;
    }
  }
  return bands;
}

}  // namespace ringlab::html
