// Edge: the rate at which the first demand of a search breaks, out of noisy probes.
//
// Each demand has a strain at each probe: the logarithm of its figure over its bound, above 0 when
// it is broken. A strain rises with the rate, so an isotonic fit over the logarithm of the rate
// (loadgen/search/isotonic.h) is what it was without the noise, and the edge is where the first of
// the fits passes 0; right there it is a line through the samples near it. Its interval is by
// bootstrap over these (B. Efron, 1979), and widened: all probes share their arrivals, which the
// bootstrap cannot see. It holds the true edge in some nine of ten searches
// (search_accuracy_test.cc). Pure; the same samples give the same edge.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "loadgen/judge/run_result.h"

namespace ringlab {

// Beyond it one strain is like another: what is far from the edge must not bend the fit there.
inline constexpr double kStrainMax = 1.5;

// Of a figure under its bound, from -kStrainMax to kStrainMax.
double StrainOf(const Threshold& bound, double measured, bool at_least);
double StrainOf(double part, double limit);  // of an upper bound

struct Sample {
  double qps = 0;                    // requests a second, above 0
  double weight = 1;                 // how long it measured, a probe being 1
  std::vector<double> strains = {};  // one a demand, NaN where it was not told
};

struct Edge {
  double qps = 0;  // requests a second; 0: all samples are above it; infinite: none is
  double low = 0;  // of the interval
  double high = 0;
  std::size_t binding = 0;  // the demand that breaks first

  bool is_inside() const;  // there are samples on both sides
};

// As many strains in each sample; one sample at least.
Edge FindEdge(const std::vector<Sample>& samples);

// By what the figure of a demand grows when the rate does by 5 %, around `edge`: out of
// (rate, figure) pairs within an eighth of it, of which each side has one at least. Figures are
// above 0; else absent.
struct RateFigure {
  double qps = 0;
  double figure = 0;
};
std::optional<double> GrowthAt(double edge, const std::vector<RateFigure>& figures);

// More growth than that is a cliff, less a slope.
inline constexpr double kCliffGrowth = 3;

}  // namespace ringlab
