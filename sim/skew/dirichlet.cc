#include "sim/skew/dirichlet.h"

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "core/base/check.h"
#include "core/ring/spec.h"

namespace ringlab {
namespace {

using boost::math::quadrature::gauss_kronrod;

// Doubles are precise enough here, and long doubles several times as slow.
constexpr auto kDouble =
    boost::math::policies::make_policy(boost::math::policies::promote_double<false>());

constexpr double kNegligible = 1e-18;  // a probability that no result here can show
constexpr double kTolerance = 1e-10;
constexpr unsigned kMaxHalvings = 12;

// Nodes by points: the integrand costs a special function for each different number only.
std::map<std::uint64_t, double> CountByPoints(const Points& points) {
  RL_CHECK(!points.empty());
  std::map<std::uint64_t, double> groups;
  for (const std::uint64_t own : points) groups[own] += 1;
  RL_CHECK(groups.begin()->first > 0);
  return groups;
}

// The integral over x >= 0 of a probability that falls from 1 to 0 between `low` and `high`.
template <class F>
double IntegrateFall(F probability, double low, double high) {
  return low +
         gauss_kronrod<double, 31>::integrate(probability, low, high, kMaxHalvings, kTolerance);
}

double PeakOf(const std::map<std::uint64_t, double>& groups, double nodes) {
  double low = 0;
  double high = 0;
  for (const auto& [own, count] : groups) {
    const auto v = static_cast<double>(own);
    low = std::max(low, boost::math::gamma_p_inv(v, kNegligible, kDouble) / v);
    high = std::max(high, boost::math::gamma_q_inv(v, kNegligible / nodes, kDouble) / v);
  }
  const auto some_above = [&](double x) {
    double log_none = 0;
    for (const auto& [own, count] : groups) {
      const auto v = static_cast<double>(own);
      log_none += count * std::log1p(-boost::math::gamma_q(v, v * x, kDouble));
    }
    return -std::expm1(log_none);
  };
  return IntegrateFall(some_above, low, high);
}

double MinOf(const std::map<std::uint64_t, double>& groups, double nodes) {
  double low = std::numeric_limits<double>::infinity();
  double high = low;
  for (const auto& [own, count] : groups) {
    const auto v = static_cast<double>(own);
    low = std::min(low, boost::math::gamma_p_inv(v, kNegligible / nodes, kDouble) / v);
    high = std::min(high, boost::math::gamma_q_inv(v, kNegligible, kDouble) / v);
  }
  const auto all_above = [&](double x) {
    double log_all = 0;
    for (const auto& [own, count] : groups) {
      const auto v = static_cast<double>(own);
      log_all += count * std::log1p(-boost::math::gamma_p(v, v * x, kDouble));
    }
    return std::exp(log_all);
  };
  return IntegrateFall(all_above, low, high);
}

}  // namespace

double ExpectedPeak(const Points& points) {
  if (points.size() == 1) return 1;
  return PeakOf(CountByPoints(points), static_cast<double>(points.size()));
}

double ExpectedMin(const Points& points) {
  if (points.size() == 1) return 1;
  return MinOf(CountByPoints(points), static_cast<double>(points.size()));
}

double ExpectedSquaredCv(const Points& points) {
  const std::uint64_t all = std::accumulate(points.begin(), points.end(), std::uint64_t{0});
  return static_cast<double>(points.size() - 1) / (static_cast<double>(all) + 1);
}

std::optional<double> ExpectedGini(const Points& points) {
  const auto unequal = std::adjacent_find(points.begin(), points.end(), std::not_equal_to<>());
  if (unequal != points.end()) return std::nullopt;
  const auto n = static_cast<double>(points.size());
  const auto v = static_cast<double>(points.front());
  // Boost's ratio of gammas that differ by half: neither overflows.
  const double ratio = boost::math::tgamma_delta_ratio(v + 0.5, 0.5, kDouble);
  return (n - 1) / n * ratio / boost::math::constants::root_pi<double>();
}

Band NodeBand(std::uint64_t points, std::uint64_t all_points, double coverage) {
  RL_CHECK(points > 0 && points <= all_points && coverage > 0 && coverage < 1);
  if (points == all_points) return {1, 1};
  const auto own = static_cast<double>(points);
  const auto all = static_cast<double>(all_points);
  const boost::math::beta_distribution<> share(own, all - own);
  const double tail = (1 - coverage) / 2;
  return {boost::math::quantile(share, tail) * all / own,
          boost::math::quantile(boost::math::complement(share, tail)) * all / own};
}

double DrawNormal(Rng& rng) {
  for (;;) {
    const double x = 2 * rng.Uniform() - 1;
    const double y = 2 * rng.Uniform() - 1;
    const double square = x * x + y * y;
    if (square < 1 && square > 0) return x * std::sqrt(-2 * std::log(square) / square);
  }
}

double DrawGamma(double shape, Rng& rng) {
  RL_CHECK(shape >= 1);
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = DrawNormal(rng);
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = rng.UniformPositive();
    if (u < 1 - 0.0331 * x * x * x * x) return d * v;  // the squeeze: surely below the density
    if (std::log(u) < x * x / 2 + d * (1 - v + std::log(v))) return d * v;
  }
}

}  // namespace ringlab
