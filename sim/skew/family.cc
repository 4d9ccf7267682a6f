#include "sim/skew/family.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/check.h"
#include "sim/skew/naming.h"
#include "sim/skew/skew.h"

namespace ringlab {
namespace {

std::uint64_t AffordableSiblings(std::uint64_t points) {
  return std::min(kFamilySiblingsMax, kFamilyPointsMax / std::max<std::uint64_t>(points, 1));
}

// The nodes under other names, weights kept.
std::vector<RingNode> Renamed(const std::vector<RingNode>& nodes, std::uint64_t seed) {
  std::vector<std::string> names;
  for (const RingNode& node : nodes) names.push_back(node.name);
  names = SiblingNames(names, seed);
  std::vector<RingNode> renamed;
  for (std::size_t i = 0; i < nodes.size(); ++i) renamed.push_back({names[i], nodes[i].weight});
  return renamed;
}

// Of the mean of `count` squares that have these moments.
double ZScore(double mean_square, double count, const Moments& moments) {
  const double relative = moments.deviation / moments.mean;
  const double root_shape = std::sqrt(count) / relative;  // of the gamma
  return 3 * root_shape * (std::cbrt(mean_square / moments.mean) - 1) + 1 / (3 * root_shape);
}

}  // namespace

std::optional<Family> MeasureFamily(const RingSpec& spec, const std::vector<RingNode>& nodes,
                                    const Theory& theory, std::uint64_t seed) {
  const std::optional<Moments> moments = theory.squared_cv();
  const std::uint64_t siblings = AffordableSiblings(spec.replicas * nodes.size());
  if (!moments || moments->deviation == 0 || siblings < kFamilySiblingsMin) return std::nullopt;
  Family family{.siblings = siblings, .expected_cv = *theory.expected().cv};
  Rng rng = Rng(seed).Split("family");
  double squares = 0;
  for (std::uint64_t i = 0; i < siblings; ++i) {
    const auto ring = BuildRing(spec, Renamed(nodes, rng.Next()));
    RL_CHECK_BECAUSE(ring, ring.error().message.c_str());
    if (!(*ring)->Arcs()) return std::nullopt;
    const BalanceStats balance = BalanceAgainst((*ring)->Shares(), IdealShares((*ring)->weights()));
    squares += balance.cv * balance.cv;
    family.worst_peak = std::max(family.worst_peak, balance.peak_to_mean);
    family.best_peak =
        i == 0 ? balance.peak_to_mean : std::min(family.best_peak, balance.peak_to_mean);
  }
  const auto count = static_cast<double>(siblings);
  family.rms_cv = std::sqrt(squares / count);
  family.z = ZScore(squares / count, count, *moments);
  return family;
}

}  // namespace ringlab
