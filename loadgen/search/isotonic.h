// Isotonic regression: the step function that never falls and lies nearest to noisy points, by
// pooling adjacent violators (M. Ayer, H. Brunk, G. Ewing, W. Reid and E. Silverman, 1955).
//
// Pure; plain data in and out.
#pragma once

#include <vector>

namespace ringlab {

// A point, or several that became one: their weighted means.
struct WeightedPoint {
  double x = 0;
  double y = 0;
  double weight = 1;  // above 0
};

// The steps, each as the middle of the points that it is made of; x rises, and y never falls. Those
// of one height stay apart: where many rates are far from a bound, the last of them is the nearest
// to its edge. Points in any order; points of one x are one.
std::vector<WeightedPoint> IsotonicSteps(std::vector<WeightedPoint> points);

// Where the line through the middles of those steps passes zero: minus infinity when it begins
// above, plus infinity when it never is above, or when there are none.
double ZeroOf(const std::vector<WeightedPoint>& steps);

}  // namespace ringlab
