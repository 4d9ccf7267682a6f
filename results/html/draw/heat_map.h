// HeatMap: how many requests took how long, over time: one column an interval, one row a bucket.
//
// Pure. Columns beyond kHeatColumns and rows beyond kHeatRows are merged by adding, so that a run
// of an hour stays readable and small.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "results/html/draw/plot.h"

namespace ringlab::html {

inline constexpr std::size_t kHeatColumns = 150;
inline constexpr std::size_t kHeatRows = 64;

struct HeatMap {
  std::vector<double> bounds;                    // of the rows, ascending: one more than rows
  std::vector<std::vector<double>> counts = {};  // by column, then by row; as many rows each
};

// Neighbours added up until neither limit is exceeded; how many columns became one is returned.
std::size_t MergeCells(HeatMap& map);

// 0 for none, else 1 to 9 by the logarithm of the count, 9 for `most`.
int HeatLevel(double count, double most);

// The figure; `plot` has the axes and texts.
std::string HeatFigure(const Plot& plot, const HeatMap& map);

}  // namespace ringlab::html
