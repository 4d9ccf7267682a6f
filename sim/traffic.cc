#include "sim/traffic.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "core/check.h"
#include "loadgen/workload.h"

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

Walk WalkHottest(const Ring& ring, const ZipfSampler& zipf, const Permutation& scatter,
                 std::uint64_t ranks, const std::vector<std::uint64_t>& wanted) {
  Walk walk{.ranks = std::min(ranks, zipf.n()), .loads = {}, .first = {}};
  walk.loads.assign(ring.nodes().size(), 0);
  for (const std::uint64_t m : wanted) walk.first[m] = walk.loads;
  auto next = walk.first.begin();
  std::string key;
  for (std::uint64_t rank = 1; rank <= walk.ranks; ++rank) {
    key.clear();
    AppendKey(scatter(rank - 1), key);
    walk.loads[ring.OwnerOf(key)] += zipf.Probability(rank);
    for (; next != walk.first.end() && next->first <= rank; ++next) {
      if (next->first == rank) next->second = walk.loads;
    }
  }
  // Beyond the walk, keys fall where the arcs say; the caller adds them.
  for (; next != walk.first.end(); ++next) next->second = walk.loads;
  return walk;
}

std::optional<std::uint64_t> EnoughToMirror(const Law& law) {
  const double target = kMirrorSlack * std::max(std::sqrt(law.ring_squared_cv), kEvenEnough);
  for (std::uint64_t m = 1; m <= std::min(kMirrorMax, law.zipf.n()); m *= 2) {
    if (law.ExpectedCv(m) <= target) return m;
  }
  return std::nullopt;
}

class Mirror {
 public:
  Mirror(const Law& law, const Skew& skew, const Walk& walk)
      : law_(law), arcs_(SharesIn(skew)), ideal_(IdealSharesIn(skew)), walk_(walk) {}

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

Traffic MeasureTraffic(const Ring& ring, const Skew& skew, const ZipfSampler& zipf,
                       const Permutation& scatter, const TrafficOptions& options) {
  RL_CHECK(zipf.n() == scatter.size());
  RL_CHECK(skew.nodes.size() == ring.nodes().size());
  Law law{.zipf = zipf, .ring_squared_cv = skew.balance.cv * skew.balance.cv, .spread = -1};
  for (const NodeShare& node : skew.nodes) law.spread += node.relative;

  std::vector<std::uint64_t> wanted;
  for (const std::uint64_t m : options.mirrored) wanted.push_back(std::min(m, zipf.n()));
  const std::optional<std::uint64_t> enough = EnoughToMirror(law);
  const std::size_t asked = wanted.size();
  if (enough) wanted.push_back(*enough);
  const Walk walk = WalkHottest(ring, zipf, scatter, options.exact_ranks, wanted);
  const Mirror mirror(law, skew, walk);

  Traffic traffic{.zipf_s = zipf.s(), .keys = zipf.n()};
  traffic.shares = mirror.LoadsWithout(0);
  traffic.balance = BalanceAgainst(traffic.shares, mirror.ideal());
  const double p2 = zipf.CollisionProbability();
  traffic.expected_cv = law.ExpectedCv(0);
  traffic.cv_ring = skew.balance.cv * std::sqrt(1 - p2);
  traffic.cv_popularity = std::sqrt(law.spread * p2);
  traffic.floor = std::sqrt(static_cast<double>(ring.nodes().size() - 1) * p2);
  traffic.collision_probability = p2;
  traffic.hottest_key_share = zipf.Probability(1);
  const double largest = *std::max_element(mirror.ideal().begin(), mirror.ideal().end());
  traffic.peak_bound = std::max(1.0, traffic.hottest_key_share / largest);
  for (std::size_t i = 0; i < asked; ++i) traffic.mirrored.push_back(mirror.Of(wanted[i]));
  if (enough) traffic.mirror_enough = mirror.Of(*enough);
  return traffic;
}

}  // namespace ringlab
