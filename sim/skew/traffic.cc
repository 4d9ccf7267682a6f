#include "sim/skew/traffic.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "loadgen/plan/workload.h"

namespace ringlab {
namespace {

// The law of one ring's traffic: what the formulas of the header need.
struct Law {
  const ZipfSampler& zipf;
  double ring_squared_cv = 0;
  double spread = 0;  // the sum of relative shares less 1: N - 1 where nodes are equal

  // Sum of squared probabilities of all but the `mirrored` hottest keys.
  double CollisionsBeyond(std::uint64_t mirrored) const {
    if (mirrored == zipf.n()) return 0;
    const double twice = 2 * zipf.s();
    const double first = zipf.Probability(1);  // 1 / H(n, s)
    const double rest = HarmonicNumber(zipf.n(), twice) - HarmonicNumber(mirrored, twice);
    return std::max(0.0, rest) * first * first;
  }

  double ExpectedCv(std::uint64_t mirrored) const {
    const double left = 1 - zipf.TopShare(mirrored);
    return std::sqrt(left * left * ring_squared_cv +
                     CollisionsBeyond(mirrored) * (spread - ring_squared_cv));
  }
};

// What the hottest keys bring to each node: all that are looked up, and the first m of them for
// every m asked for.
struct Walk {
  std::uint64_t ranks = 0;
  std::vector<double> loads;
  std::map<std::uint64_t, std::vector<double>> first;
};

Walk WalkHottest(std::size_t nodes, const TrafficLaw& law, const std::vector<NodeIndex>& owners,
                 const std::vector<std::uint64_t>& wanted) {
  Walk walk{.ranks = owners.size(), .loads = {}, .first = {}};
  walk.loads.assign(nodes, 0);
  std::uint64_t rank = 0;
  const auto walk_to = [&](std::uint64_t end) {
    for (; rank < std::min(end, walk.ranks); ++rank) {
      walk.loads[owners[rank]] += law.hottest[rank];
    }
  };
  for (const std::uint64_t m : wanted) walk.first[m] = {};
  for (auto& [m, loads] : walk.first) {
    walk_to(m);
    loads = walk.loads;  // beyond the walk, keys fall where the arcs say; the caller adds them
  }
  walk_to(walk.ranks);
  return walk;
}

class Mirror {
 public:
  Mirror(const Law& law, std::vector<double> arcs, const Skew& skew, const Walk& walk)
      : law_(law), arcs_(std::move(arcs)), ideal_(IdealSharesIn(skew)), walk_(walk) {}

  std::vector<double> LoadsWithout(std::uint64_t mirrored) const {
    const double mirrored_share = law_.zipf.TopShare(mirrored);
    const double unwalked = 1 - law_.zipf.TopShare(std::max(walk_.ranks, mirrored));
    std::vector<double> loads = walk_.loads;
    for (std::size_t i = 0; i < loads.size(); ++i) {
      if (mirrored > 0) loads[i] -= walk_.first.at(mirrored)[i];
      loads[i] = std::max(0.0, loads[i]) + unwalked * arcs_[i] + mirrored_share * ideal_[i];
    }
    return SharesOf(loads);  // they sum to 1 but for rounding
  }

  Mirrored Of(std::uint64_t mirrored) const {
    const BalanceStats balance = BalanceAgainst(LoadsWithout(mirrored), ideal_);
    return {.keys = mirrored,
            .share = law_.zipf.TopShare(mirrored),
            .expected_cv = law_.ExpectedCv(mirrored),
            .cv = balance.cv,
            .peak = balance.peak_to_mean};
  }

  const std::vector<double>& ideal() const { return ideal_; }

 private:
  const Law& law_;
  std::vector<double> arcs_;
  std::vector<double> ideal_;
  const Walk& walk_;
};

}  // namespace

Workload WorkloadOf(std::uint64_t seed, std::uint64_t keys, double zipf_s) {
  auto plan = Workload::Create({.seed = seed, .keys = keys, .zipf_s = zipf_s});
  RL_CHECK_BECAUSE(plan.has_value(), "keys and exponents are checked with the flags");
  return *std::move(plan);
}

TrafficLaw::TrafficLaw(std::uint64_t keys, double zipf_s, std::uint64_t ranks)
    : zipf(keys, zipf_s) {
  hottest.reserve(std::min(keys, ranks));
  for (std::uint64_t rank = 1; rank <= std::min(keys, ranks); ++rank) {
    hottest.push_back(zipf.Probability(rank));
  }
}

std::vector<NodeIndex> OwnersOfHottest(const Ring& ring, const Permutation& scatter,
                                       std::uint64_t ranks) {
  std::vector<NodeIndex> owners(std::min(ranks, scatter.size()));
  std::string key;
  for (std::uint64_t rank = 0; rank < owners.size(); ++rank) {
    key.clear();
    AppendKey(scatter(rank), key);
    owners[rank] = ring.OwnerOf(key);
  }
  return owners;
}

Traffic MeasureTraffic(const Ring& ring, const Skew& skew, const TrafficLaw& law,
                       const std::vector<NodeIndex>& owners,
                       const std::vector<std::uint64_t>& mirrored) {
  const ZipfSampler& zipf = law.zipf;
  RL_CHECK(law.hottest.size() == owners.size());
  RL_CHECK(skew.nodes.size() == ring.nodes().size());
  Law of_ring{.zipf = zipf, .ring_squared_cv = skew.balance.cv * skew.balance.cv, .spread = -1};
  for (const NodeShare& node : skew.nodes) of_ring.spread += node.relative;

  std::vector<std::uint64_t> wanted;
  for (const std::uint64_t m : mirrored) wanted.push_back(std::min(m, zipf.n()));
  const Walk walk = WalkHottest(ring.nodes().size(), law, owners, wanted);
  // The ring's own shares, also where its skew was sampled: as a run over gRPC expects them.
  const Mirror mirror(of_ring, ring.Shares(), skew, walk);

  Traffic traffic{.zipf_s = zipf.s(), .keys = zipf.n()};
  traffic.shares = mirror.LoadsWithout(0);
  traffic.balance = BalanceAgainst(traffic.shares, mirror.ideal());
  const double p2 = zipf.CollisionProbability();
  traffic.expected_cv = of_ring.ExpectedCv(0);
  traffic.cv_ring = skew.balance.cv * std::sqrt(1 - p2);
  traffic.cv_popularity = std::sqrt(of_ring.spread * p2);
  traffic.floor = std::sqrt(static_cast<double>(ring.nodes().size() - 1) * p2);
  traffic.collision_probability = p2;
  traffic.hottest_key_share = zipf.Probability(1);
  const double largest = *std::max_element(mirror.ideal().begin(), mirror.ideal().end());
  traffic.peak_bound = std::max(1.0, traffic.hottest_key_share / largest);
  for (const std::uint64_t m : wanted) traffic.mirrored.push_back(mirror.Of(m));
  return traffic;
}

}  // namespace ringlab
