#include "results/html/draw/heat_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "results/html/draw/markup.h"

namespace ringlab::html {

namespace {

constexpr int kLevels = 9;

std::size_t CeilingOf(std::size_t count, std::size_t most) { return (count + most - 1) / most; }

double MostOf(const HeatMap& map) {
  double most = 0;
  for (const auto& column : map.counts) {
    for (const double count : column) most = std::max(most, count);
  }
  return most;
}

// One path a level: cells of a row side by side become one rectangle.
std::string Cells(const HeatMap& map, double most) {
  std::array<std::string, kLevels + 1> paths;
  const std::size_t rows = map.bounds.size() - 1;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t from = 0; from < map.counts.size();) {
      const int level = HeatLevel(map.counts[from][row], most);
      std::size_t to = from + 1;
      while (to < map.counts.size() && HeatLevel(map.counts[to][row], most) == level) ++to;
      const auto width = std::to_string(to - from);
      if (level > 0) {
        paths.at(static_cast<std::size_t>(level)) += "M" + std::to_string(from) + ' ' +
                                                     std::to_string(rows - 1 - row) + "h" + width +
                                                     "v1h-" + width + "z";
      }
      from = to;
    }
  }
  std::string cells;
  for (std::size_t level = 1; level < paths.size(); ++level) {
    if (paths[level].empty()) continue;
    cells += Element("path", {{"class", "h" + std::to_string(level)}, {"d", paths[level]}});
  }
  return cells;
}

// For the read-out: "3,0,12;…", a column each, 0 left out.
std::string CountsText(const HeatMap& map) {
  std::string text;
  for (const auto& column : map.counts) {
    for (std::size_t row = 0; row < column.size(); ++row) {
      if (row > 0) text += ',';
      if (column[row] > 0) text += Decimal(column[row], 0);
    }
    text += ';';
  }
  return text;
}

std::string BoundsText(const HeatMap& map) {
  std::string text;
  for (const double bound : map.bounds) text += (text.empty() ? "" : ",") + Decimal(bound, 0);
  return text;
}

std::string Legend(double most) {
  std::string legend;
  for (int level = 1; level <= kLevels; ++level) {
    legend += Element("i", {{"class", "swatch h" + std::to_string(level)}});
  }
  return Element("span", {{"class", "key"}},
                 "1" + Element("span", {{"class", "ramp"}}, legend) + Shown(Unit::kCount, most) +
                     " requests in a cell (log scale)");
}

}  // namespace

std::size_t MergeCells(HeatMap& map) {
  const std::size_t rows = map.bounds.empty() ? 0 : map.bounds.size() - 1;
  const std::size_t across = std::max<std::size_t>(1, CeilingOf(map.counts.size(), kHeatColumns));
  const std::size_t up = std::max<std::size_t>(1, CeilingOf(rows, kHeatRows));
  HeatMap merged;
  for (std::size_t row = 0; row < rows; row += up) merged.bounds.push_back(map.bounds[row]);
  if (rows > 0) merged.bounds.push_back(map.bounds.back());
  for (std::size_t i = 0; i < map.counts.size(); ++i) {
    if (i % across == 0) merged.counts.emplace_back(CeilingOf(rows, up), 0.0);
    for (std::size_t row = 0; row < rows; ++row) {
      merged.counts.back()[row / up] += map.counts[i][row];
    }
  }
  map = std::move(merged);
  return across;
}

int HeatLevel(double count, double most) {
  if (!(count > 0)) return 0;
  if (!(most > 1)) return kLevels;
  const double share = std::log(std::max(1.0, count)) / std::log(most);
  return std::clamp(1 + static_cast<int>(share * (kLevels - 1) + 1e-9), 1, kLevels);
}

std::string HeatFigure(const Plot& plot, const HeatMap& map) {
  const double most = MostOf(map);
  const std::size_t rows = map.bounds.size() - 1;
  const std::string box = "0 0 " + std::to_string(map.counts.size()) + ' ' + std::to_string(rows);
  const std::string drawing =
      OpenDrawing(plot, box) + Cells(map, most) + "</svg>" +
      Element("template", {{"data-counts", CountsText(map)}, {"data-bounds", BoundsText(map)}});
  return FrameFigure(plot, Legend(most), drawing);
}

}  // namespace ringlab::html
