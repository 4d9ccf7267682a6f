// Skew: what the nodes of a ring really own, and how evenly.
//
// Exact, in places of the hash space, where the ring has arcs; else estimated from sampled keys and
// marked so. A node's `relative` share is its share over its ideal one, the part of its weight in
// all weights: 1 is right, 2 is twice what it should own. Pure; the same seed gives the same keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/ring/balance.h"
#include "core/ring/partition.h"
#include "core/ring/spec.h"

namespace ringlab {

struct NodeShare {
  std::string name;
  double weight = 1;
  double ideal = 0;
  double share = 0;
  double relative = 0;
  std::optional<Units> units = {};           // exact rings: they sum to the circle (checked)
  std::optional<std::uint64_t> points = {};  // exact rings: arcs, which end at its points
  std::optional<std::uint64_t> keys = {};    // sampled rings
};

struct Skew {
  std::optional<Units> circle = {};                // exact rings
  std::optional<std::uint64_t> sampled_keys = {};  // sampled rings: all the keys
  std::vector<NodeShare> nodes = {};               // in the order of Ring::nodes()
  BalanceStats balance = {};
  double p1 = 0;  // percentiles of the relative share, between order statistics by a straight line
  double p50 = 0;
  double p99 = 0;
  std::optional<double> max_to_min = {};  // absent when a node owns nothing
};

// Sampling adds (nodes - 1) / keys to the square of the CV: 2^20 keys add 0.26 % to the CV of a
// perfect ring of 8 nodes.
struct Sampling {
  std::uint64_t keys = std::uint64_t{1} << 20;
  std::uint64_t seed = 1;
};

// A lookup of a rendezvous ring asks every node, so sampling many keys on many nodes takes minutes:
// kResourceExhausted for more than 2^32 hashes a sample, some ten seconds.
Result<void> CheckSampling(const RingSpec& spec, std::uint64_t nodes, std::uint64_t keys);

Skew MeasureSkew(const Ring& ring, const Sampling& sampling);

// The parts of each node's weight in all weights.
std::vector<double> IdealShares(const std::vector<double>& weights);

// The fields of a Skew, picked out.
std::vector<double> SharesIn(const Skew& skew);
std::vector<double> IdealSharesIn(const Skew& skew);

// Balance against ideal shares that may differ. With r = share / ideal, nodes counted by their
// ideal share: peak and min are of r, cv is the root mean square of r - 1, so K cv^2 is the
// chi-square of K sampled keys; gini is half the mean difference of two r; jain is 1 / (1 + cv^2).
// Equal ideals give MeasureBalance(shares). Both sum to 1; ideals are above 0.
BalanceStats BalanceAgainst(const std::vector<double>& shares, const std::vector<double>& ideal);

// The square of that cv, of relative shares.
double SquaredCvOf(const std::vector<double>& relative, const std::vector<double>& ideal);

// The keys of a sample, one by one, named as loadgen names its keys.
class KeySample {
 public:
  explicit KeySample(const Sampling& sampling);

  // Valid until the next call. No end: Sampling::keys is the caller's to count.
  std::string_view Next();

 private:
  Rng rng_;
  std::string key_;
};

// Linear between order statistics (R. Hyndman and Y. Fan's type 7, 1996); `sorted` ascends and is
// not empty, fraction in [0, 1].
double Quantile(const std::vector<double>& sorted, double fraction);

}  // namespace ringlab
