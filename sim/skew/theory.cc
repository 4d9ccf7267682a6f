#include "sim/skew/theory.h"

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/base/parse.h"
#include "sim/skew/chi_square.h"

namespace ringlab {
namespace {

constexpr double kBandTail = 0.025;
constexpr double kNodeCoverage = 0.99;
constexpr std::uint64_t kNodesDrawn = 1'000'000;
constexpr std::uint64_t kRingsMin = 200;
constexpr std::uint64_t kRingsMax = 4'000;
constexpr double kNormalKeys = 100;  // a node, from which the normal approximation is good

Band BandOf(const std::vector<double>& sorted) {
  return {Quantile(sorted, kBandTail), Quantile(sorted, 1 - kBandTail)};
}

bool AllEqual(const std::vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

double MeanOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double MeanSquareOf(const std::vector<double>& values) {
  return std::inner_product(values.begin(), values.end(), values.begin(), 0.0) /
         static_cast<double>(values.size());
}

// Counting the ring itself among those drawn keeps the p-value above 0 and honest (A. Davison and
// D. Hinkley, "Bootstrap methods and their application", 1997, section 4.2).
std::optional<Standing> StandingAmong(const std::vector<double>& sorted, double value) {
  if (sorted.empty()) return std::nullopt;
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
  const auto below = static_cast<double>(first - sorted.begin());
  const auto equal = static_cast<double>(last - first);
  const auto draws = static_cast<double>(sorted.size());
  const double nearer_end = std::min(below, draws - below - equal) + equal + 1;
  return Standing{.percentile = 100 * (below + equal / 2) / draws,
                  .p_two_tailed = std::min(1.0, 2 * nearer_end / (draws + 1))};
}

// Rings drawn by fill(relative), which sets the relative share of every node.
template <class Fill>
Theory::Draws DrawRings(const std::vector<double>& ideal, Fill fill) {
  const std::uint64_t rings = std::clamp(kNodesDrawn / ideal.size(), kRingsMin, kRingsMax);
  Theory::Draws draws;
  std::vector<double> relative(ideal.size());
  for (std::uint64_t ring = 0; ring < rings; ++ring) {
    fill(relative);
    const auto [least, most] = std::minmax_element(relative.begin(), relative.end());
    draws.peak.push_back(*most);
    draws.min.push_back(*least);
    draws.cv.push_back(std::sqrt(SquaredCvOf(relative, ideal)));
  }
  return draws;
}

// The expected greatest of so many normals of mean 0 and variance 1.
double ExpectedMaxNormal(std::uint64_t count) {
  constexpr double kFarOut = 12;  // all of any number of normals lie within, to double precision
  const boost::math::normal law;
  const auto all_below = [&](double x) {
    return std::pow(boost::math::cdf(law, x), static_cast<double>(count));
  };
  return kFarOut - boost::math::quadrature::gauss_kronrod<double, 31>::integrate(
                       all_below, -kFarOut, kFarOut, 12, 1e-10);
}

// What each of the nodes between `gaps` owns of k-probe lookups. A probe is farther than d from the
// next point with the chance of the sum of max(0, gap - d); between two gaps in rising order that
// falls in a straight line, so its k-th power, the chance for all k probes, integrates exactly.
void FillMultiProbe(std::uint32_t probes, std::vector<double>& gaps) {
  std::sort(gaps.begin(), gaps.end());
  const auto nodes = static_cast<double>(gaps.size());
  double farther = 1;
  double before = 0;
  double owned = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double longer = nodes - static_cast<double>(i);
    const double next = std::max(0.0, farther - longer * (gaps[i] - before));
    owned += (std::pow(farther, probes) - std::pow(next, probes)) / longer;
    before = gaps[i];
    farther = next;
    gaps[i] = owned * nodes;
  }
}

}  // namespace

Theory::Theory(Expectation expected, Draws draws) : expected_(expected), draws_(std::move(draws)) {
  if (draws_.cv.empty()) return;
  for (std::vector<double>* values : {&draws_.peak, &draws_.min, &draws_.cv}) {
    std::sort(values->begin(), values->end());
  }
  if (!expected_.peak) expected_.peak = MeanOf(draws_.peak);
  if (!expected_.min) expected_.min = MeanOf(draws_.min);
  if (!expected_.cv) expected_.cv = std::sqrt(MeanSquareOf(draws_.cv));
  expected_.peak_band = BandOf(draws_.peak);
  expected_.min_band = BandOf(draws_.min);
  expected_.cv_band = BandOf(draws_.cv);
}

Theory::Theory(Expectation expected, RandomKeys law) : expected_(expected), random_keys_(law) {
  RL_CHECK(law.keys > 0 && law.degrees > 0);
  const boost::math::chi_squared chi_square(static_cast<double>(law.degrees));
  expected_.cv_band = Band{std::sqrt(boost::math::quantile(chi_square, kBandTail) / law.keys),
                           std::sqrt(boost::math::quantile(chi_square, 1 - kBandTail) / law.keys)};
}

Standings Theory::Judge(const BalanceStats& ring) const {
  if (random_keys_) {
    const ChiSquare test =
        ChiSquareOf(random_keys_->keys * ring.cv * ring.cv, random_keys_->degrees);
    return {.cv = Standing{.percentile = 100 * test.p_low, .p_two_tailed = test.p_two_tailed}};
  }
  return {.peak = StandingAmong(draws_.peak, ring.peak_to_mean),
          .min = StandingAmong(draws_.min, ring.min_to_mean),
          .cv = StandingAmong(draws_.cv, ring.cv)};
}

std::optional<Moments> Theory::squared_cv() const {
  if (draws_.cv.empty()) return std::nullopt;
  const double mean = *expected_.cv * *expected_.cv;
  double variance = 0;
  for (const double cv : draws_.cv) variance += (cv * cv - mean) * (cv * cv - mean);
  return Moments{mean, std::sqrt(variance / static_cast<double>(draws_.cv.size()))};
}

Theory RandomPointsTheory(const Points& points, std::uint64_t seed) {
  Expectation expected{.model = "random points"};
  expected.peak = ExpectedPeak(points);
  expected.min = ExpectedMin(points);
  expected.cv = std::sqrt(ExpectedSquaredCv(points));
  expected.gini = ExpectedGini(points);
  const std::uint64_t all = std::accumulate(points.begin(), points.end(), std::uint64_t{0});
  if (expected.gini) expected.node_band = NodeBand(points.front(), all, kNodeCoverage);

  Rng rng = Rng(seed).Split("random points");
  std::vector<double> ideal;
  for (const std::uint64_t own : points) {
    ideal.push_back(static_cast<double>(own) / static_cast<double>(all));
  }
  const auto draw = [&](std::vector<double>& relative) {
    double sum = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      relative[i] = DrawGamma(static_cast<double>(points[i]), rng);
      sum += relative[i];
    }
    for (std::size_t i = 0; i < points.size(); ++i) relative[i] /= sum * ideal[i];
  };
  return Theory(expected, DrawRings(ideal, draw));
}

Theory RandomKeysTheory(const std::vector<double>& ideal, std::uint64_t keys) {
  RL_CHECK(!ideal.empty() && keys > 0);
  const auto nodes = static_cast<double>(ideal.size());
  const auto drawn = static_cast<double>(keys);
  Expectation expected{.model = "random keys"};
  expected.cv = std::sqrt((nodes - 1) / drawn);
  if (AllEqual(ideal) && drawn / nodes >= kNormalKeys) {
    // Relative shares are normals about 1 less their own mean: each has the variance of cv^2.
    const double deviation = std::sqrt(nodes / drawn);
    const double most = ideal.size() == 1 ? 0 : deviation * ExpectedMaxNormal(ideal.size());
    expected.peak = 1 + most;
    expected.min = 1 - most;
    expected.gini = (nodes - 1) / nodes * deviation / boost::math::constants::root_pi<double>();
  }
  if (ideal.size() == 1) return Theory(expected);
  return Theory(expected, Theory::RandomKeys{drawn, ideal.size() - 1});
}

Theory TableTheory(std::uint64_t nodes, std::uint64_t slots) {
  RL_CHECK(nodes > 0 && slots > 0);
  const std::uint64_t least = slots / nodes;
  std::vector<double> owned(nodes, static_cast<double>(least));
  for (std::uint64_t i = 0; i < slots % nodes; ++i) owned[i] += 1;
  const std::optional<BalanceStats> stats = MeasureBalance(owned);
  return Theory(Expectation{.model = "table",
                            .peak = stats->peak_to_mean,
                            .min = stats->min_to_mean,
                            .cv = stats->cv,
                            .gini = stats->gini});
}

Theory MultiProbeTheory(std::uint64_t nodes, std::uint32_t probes,
                        std::optional<std::uint64_t> sampled_keys, std::uint64_t seed) {
  RL_CHECK(nodes > 0 && probes > 0);
  Rng rng = Rng(seed).Split("multi-probe");
  const std::vector<double> ideal(nodes, 1 / static_cast<double>(nodes));
  const auto draw = [&](std::vector<double>& relative) {
    for (double& gap : relative) gap = rng.Exponential();
    const double circle = std::accumulate(relative.begin(), relative.end(), 0.0);
    for (double& gap : relative) gap /= circle;
    FillMultiProbe(probes, relative);
    if (!sampled_keys) return;
    for (double& share : relative) {
      const double noise = share * static_cast<double>(nodes) / static_cast<double>(*sampled_keys);
      share = std::max(0.0, share + std::sqrt(noise) * DrawNormal(rng));
    }
  };
  return Theory(Expectation{.model = "multi-probe"}, DrawRings(ideal, draw));
}

Theory TheoryOf(const Ring& ring, const Skew& skew, std::uint64_t seed) {
  constexpr std::uint32_t kDefaultProbes = 21;
  const std::vector<double> ideal = IdealSharesIn(skew);
  const auto [kind, parameter] = SplitOnce(ring.dialect(), ':');
  Theory none(Expectation{.model = "none"});
  if (kind == "jump" || kind == "rendezvous" || kind == "anchor") {
    return skew.sampled_keys ? RandomKeysTheory(ideal, *skew.sampled_keys) : none;
  }
  if (kind == "maglev") {
    if (!skew.circle || !AllEqual(ideal)) return none;
    return TableTheory(ideal.size(), static_cast<std::uint64_t>(*skew.circle));
  }
  if (kind == "mpch") {
    const auto probes = ParseCount(parameter);
    return MultiProbeTheory(ideal.size(),
                            probes ? static_cast<std::uint32_t>(*probes) : kDefaultProbes,
                            skew.sampled_keys, seed);
  }
  Points points;
  for (const NodeShare& node : skew.nodes) {
    if (node.points.value_or(0) == 0) return none;
    points.push_back(*node.points);
  }
  return RandomPointsTheory(points, seed);
}

}  // namespace ringlab
