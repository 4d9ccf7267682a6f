#include "sim/skew/skew.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/check.h"
#include "loadgen/plan/workload.h"

namespace ringlab {
namespace {

double Fraction(Units part, Units whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

void AddExact(const Partition& partition, Skew& skew) {
  const std::vector<Units> units = partition.UnitsOf(skew.nodes.size());
  RL_CHECK(std::accumulate(units.begin(), units.end(), Units{0}) == partition.circle);
  skew.circle = partition.circle;
  std::vector<std::uint64_t> points(units.size(), 0);
  for (const Partition::Arc& arc : partition.arcs) ++points[arc.owner];
  // The last arc is the first one's other half, cut where the circle was opened, unless a point
  // lies on the very last place.
  const bool cut =
      partition.arcs.size() > 1 && partition.arcs.front().owner == partition.arcs.back().owner;
  if (cut) --points[partition.arcs.front().owner];
  for (std::size_t i = 0; i < units.size(); ++i) {
    skew.nodes[i].units = units[i];
    skew.nodes[i].points = points[i];
    skew.nodes[i].share = Fraction(units[i], partition.circle);
  }
}

void AddSampled(const Ring& ring, const Sampling& sampling, Skew& skew) {
  RL_CHECK(sampling.keys > 0);
  skew.sampled_keys = sampling.keys;
  std::vector<std::uint64_t> counts(skew.nodes.size(), 0);
  KeySample sample(sampling);
  for (std::uint64_t i = 0; i < sampling.keys; ++i) ++counts[ring.OwnerOf(sample.Next())];
  for (std::size_t i = 0; i < counts.size(); ++i) {
    skew.nodes[i].keys = counts[i];
    skew.nodes[i].share = static_cast<double>(counts[i]) / static_cast<double>(sampling.keys);
  }
}

// With nodes counted by their ideal share: the sum over rising r of ideal r (2 C - ideal) less 1,
// where C is the ideal share of all nodes up to this one.
double GiniAgainst(const std::vector<double>& relative, const std::vector<double>& ideal) {
  std::vector<std::size_t> rising(relative.size());
  std::iota(rising.begin(), rising.end(), std::size_t{0});
  std::sort(rising.begin(), rising.end(), [&](std::size_t a, std::size_t b) {
    return relative[a] != relative[b] ? relative[a] < relative[b] : a < b;
  });
  double sum = -1;
  double before = 0;
  for (const std::size_t i : rising) {
    sum += ideal[i] * relative[i] * (2 * before + ideal[i]);
    before += ideal[i];
  }
  return std::max(0.0, sum);  // rounding may put equal ones a hair below 0
}

}  // namespace

KeySample::KeySample(const Sampling& sampling) : rng_(Rng(sampling.seed).Split("sampled keys")) {}

std::string_view KeySample::Next() {
  key_.clear();
  AppendKey(rng_.Next(), key_);
  return key_;
}

std::vector<double> IdealShares(const std::vector<double>& weights) { return SharesOf(weights); }

double Quantile(const std::vector<double>& sorted, double fraction) {
  RL_CHECK(!sorted.empty() && fraction >= 0 && fraction <= 1);
  const double place = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double SquaredCvOf(const std::vector<double>& relative, const std::vector<double>& ideal) {
  double squares = 0;
  for (std::size_t i = 0; i < relative.size(); ++i) {
    squares += ideal[i] * (relative[i] - 1) * (relative[i] - 1);
  }
  return squares;
}

BalanceStats BalanceAgainst(const std::vector<double>& shares, const std::vector<double>& ideal) {
  RL_CHECK(shares.size() == ideal.size());
  const auto is_first = [&](double one) { return one == ideal.front(); };
  if (std::all_of(ideal.begin(), ideal.end(), is_first)) {
    const std::optional<BalanceStats> stats = MeasureBalance(shares);
    RL_CHECK_BECAUSE(stats, "shares that sum to 0");
    return *stats;
  }
  std::vector<double> relative(shares.size());
  for (std::size_t i = 0; i < shares.size(); ++i) relative[i] = shares[i] / ideal[i];
  const double squares = SquaredCvOf(relative, ideal);
  const auto [least, most] = std::minmax_element(relative.begin(), relative.end());
  return {.peak_to_mean = *most,
          .min_to_mean = *least,
          .cv = std::sqrt(squares),
          .gini = GiniAgainst(relative, ideal),
          .jain = 1 / (1 + squares)};
}

std::vector<double> SharesIn(const Skew& skew) {
  std::vector<double> shares;
  for (const NodeShare& node : skew.nodes) shares.push_back(node.share);
  return shares;
}

std::vector<double> IdealSharesIn(const Skew& skew) {
  std::vector<double> ideal;
  for (const NodeShare& node : skew.nodes) ideal.push_back(node.ideal);
  return ideal;
}

Result<void> CheckSampling(const RingSpec& spec, std::uint64_t nodes, std::uint64_t keys) {
  constexpr std::uint64_t kHashesMax = std::uint64_t{1} << 32;
  const RingKind* kind = FindRingKind(spec.dialect);
  const std::uint64_t nodes_max = kHashesMax / keys;
  if (kind == nullptr || kind->name != "rendezvous" || nodes <= nodes_max) return {};
  return Fail(Code::kResourceExhausted,
              "sample " + std::to_string(keys) + " keys of rendezvous over " +
                  std::to_string(nodes) +
                  " nodes, each of which every lookup asks; accepted: at most " +
                  std::to_string(nodes_max) + " nodes");
}

Skew MeasureSkew(const Ring& ring, const Sampling& sampling) {
  Skew skew;
  const std::vector<double> ideal = IdealShares(ring.weights());
  for (std::size_t i = 0; i < ideal.size(); ++i) {
    skew.nodes.push_back({.name = ring.nodes()[i], .weight = ring.weights()[i], .ideal = ideal[i]});
  }
  if (const std::optional<Partition> arcs = ring.Arcs()) {
    AddExact(*arcs, skew);
  } else {
    AddSampled(ring, sampling, skew);
  }
  std::vector<double> relative;
  for (NodeShare& node : skew.nodes) {
    node.relative = node.share / node.ideal;
    relative.push_back(node.relative);
  }
  std::sort(relative.begin(), relative.end());
  skew.balance = BalanceAgainst(SharesIn(skew), ideal);
  skew.p1 = Quantile(relative, 0.01);
  skew.p50 = Quantile(relative, 0.50);
  skew.p99 = Quantile(relative, 0.99);
  if (relative.front() > 0) skew.max_to_min = relative.back() / relative.front();
  return skew;
}

}  // namespace ringlab
