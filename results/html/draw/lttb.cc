#include "results/html/draw/lttb.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/check.h"

namespace ringlab::html {

namespace {

Point MeanOf(const std::vector<Point>& points, std::size_t begin, std::size_t end) {
  Point mean;
  for (std::size_t i = begin; i < end; ++i) {
    mean.x += points[i].x;
    mean.y += points[i].y;
  }
  const auto count = static_cast<double>(end - begin);
  return {mean.x / count, mean.y / count};
}

double TwiceTheArea(Point a, Point b, Point c) {
  return std::abs((a.x - c.x) * (b.y - a.y) - (a.x - b.x) * (c.y - a.y));
}

}  // namespace

std::vector<std::size_t> Lttb(const std::vector<Point>& points, std::size_t keep) {
  RL_CHECK(keep >= 3);
  const std::size_t count = points.size();
  std::vector<std::size_t> kept;
  if (count <= keep) {
    kept.resize(count);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    return kept;
  }
  // Stretch i of the points between the ends; stretch keep - 2 is the last point alone.
  const auto begin_of = [&](std::size_t i) { return 1 + i * (count - 2) / (keep - 2); };
  kept.push_back(0);
  for (std::size_t i = 0; i + 2 < keep; ++i) {
    const Point before = points[kept.back()];
    const std::size_t next = begin_of(i + 1);
    const Point after = MeanOf(points, next, i + 3 < keep ? begin_of(i + 2) : count);
    std::size_t best = begin_of(i);
    double largest = -1;
    for (std::size_t at = best; at < next; ++at) {
      const double area = TwiceTheArea(before, points[at], after);
      if (area <= largest) continue;
      largest = area;
      best = at;
    }
    kept.push_back(best);
  }
  kept.push_back(count - 1);
  return kept;
}

}  // namespace ringlab::html
