#include "loadgen/search/isotonic.h"

#include <algorithm>
#include <limits>

namespace ringlab {

namespace {

void Pool(const WeightedPoint& point, WeightedPoint& into) {
  const double weight = into.weight + point.weight;
  into.x += (point.x - into.x) * (point.weight / weight);
  into.y += (point.y - into.y) * (point.weight / weight);
  into.weight = weight;
}

}  // namespace

std::vector<WeightedPoint> IsotonicSteps(std::vector<WeightedPoint> points) {
  std::ranges::stable_sort(points, {}, &WeightedPoint::x);
  std::vector<WeightedPoint> at_one_x;
  for (const WeightedPoint& point : points) {
    if (!at_one_x.empty() && at_one_x.back().x == point.x) {
      Pool(point, at_one_x.back());
    } else {
      at_one_x.push_back(point);
    }
  }
  std::vector<WeightedPoint> steps;
  for (const WeightedPoint& point : at_one_x) {
    steps.push_back(point);
    while (steps.size() > 1 && steps[steps.size() - 2].y > steps.back().y) {
      const WeightedPoint last = steps.back();
      steps.pop_back();
      Pool(last, steps.back());
    }
  }
  return steps;
}

double ZeroOf(const std::vector<WeightedPoint>& steps) {
  constexpr double kNowhere = std::numeric_limits<double>::infinity();
  const auto above = std::ranges::find_if(steps, [](const auto& step) { return step.y > 0; });
  if (above == steps.end()) return kNowhere;
  if (above == steps.begin()) return -kNowhere;
  const WeightedPoint& below = *(above - 1);
  return below.x + (above->x - below.x) * (-below.y / (above->y - below.y));
}

}  // namespace ringlab
