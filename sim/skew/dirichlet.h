// Dirichlet: what a ring owns whose points a perfect hash placed.
//
// P points at random cut a circle into P spacings, so the shares of nodes with V_i points each are
// Dirichlet(V_1, .., V_N), and one share is Beta(V_i, P - V_i). Gammas over their sum are Dirichlet
// and independent of that sum, which makes the integrals below exact and not asymptotic:
// with F_V the distribution of Gamma(V, 1), E[max of share / ideal] is the integral of
// 1 - product F_Vi(V_i x), and E[min] that of the product of 1 - F_Vi(V_i x). A node's ideal share
// is V_i / P here. Special functions and quadrature are Boost.Math's. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/random.h"

namespace ringlab {

struct Band {
  double low = 0;
  double high = 0;
};

// Points by node, each above 0, at least one node. Statistics of the relative share, as
// BalanceAgainst() (sim/skew/skew.h) measures them.
using Points = std::vector<std::uint64_t>;

double ExpectedPeak(const Points& points);
double ExpectedMin(const Points& points);

// E[cv^2] = (N - 1) / (P + 1), whatever the weights.
double ExpectedSquaredCv(const Points& points);

// ((N - 1) / N) Gamma(V + 1/2) / (sqrt(pi) Gamma(V + 1)); equal points alone have it.
std::optional<double> ExpectedGini(const Points& points);

// The middle `coverage` of one node's relative share; coverage in (0, 1).
Band NodeBand(std::uint64_t points, std::uint64_t all_points, double coverage);

// Gamma(shape, 1) for shape >= 1, by squeezed rejection from a cubed normal (G. Marsaglia and W. W.
// Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000).
double DrawGamma(double shape, Rng& rng);

// Mean 0, variance 1, by the polar method (G. Marsaglia and T. A. Bray, 1964).
double DrawNormal(Rng& rng);

}  // namespace ringlab
