// Parts of the charts over time. Pure.
#pragma once

#include <string>
#include <vector>

#include "results/html/draw/plot.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

// A run's intervals: when each began, and how long they are, in seconds. The last one may be
// shorter.
struct Intervals {
  std::vector<double> at;
  double length = 1;
  double last_length = 1;

  double LengthOf(std::size_t i) const { return i + 1 == at.size() ? last_length : length; }
  double end() const { return at.empty() ? 1 : at.back() + last_length; }
};

// More than one interval, each with a time; otherwise none.
Intervals IntervalsOf(const Json& result);

Axis TimeAxis(const Intervals& intervals);

// What is drawn of a column: its figures, or its counts as rates.
enum class Per { kInterval, kSecond };

// A column of "series" as points in the middle of their intervals.
std::vector<Point> SeriesPoints(const Json& result, const Intervals& intervals,
                                const std::string& column, Per per);

// A line of a chart over time, and the column of "series" that it shows.
struct TimeCurve {
  const char* column;
  const char* name;
  Colour colour;
  Line::Style style;
  bool hidden;
};

// Those of the curves that the result has.
std::vector<Line> LinesOf(const Json& result, const Intervals& intervals,
                          const std::vector<TimeCurve>& curves, Per per);

// "sent: 9,800/s to 10,100/s. ", of a line and of each.
std::string RangeText(const Line& line, Unit unit);
std::string Summary(const std::vector<Line>& lines, Unit unit);

inline constexpr const char* kMissedName = "schedule missed: > 1 % skipped or sent late";

// Intervals in which more than a hundredth of the requests was skipped or sent late, neighbours
// put together.
std::vector<Shade> MissedSchedule(const Json& result, const Intervals& intervals);

// The largest y of all the points; 0 without any.
double HighestOf(const std::vector<Line>& lines);

// Layers put one on another, so that together they are 1 at every interval in which there is
// anything; neighbours are added up until there are no more than kPlotPoints columns.
struct Layer {
  std::string name;
  std::vector<double> counts;  // by interval
};
std::vector<Band> StackOf(const std::vector<Layer>& layers, const Intervals& intervals);

}  // namespace ringlab::html
