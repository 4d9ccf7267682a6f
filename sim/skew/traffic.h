// Traffic: the load that a ring's nodes get when some keys are more popular than others.
//
// Over all ways in which popular keys may fall on a ring of relative shares r,
//   E[cv_load^2] = cv_ring^2 (1 - P2) + (sum r - 1) P2,
// exactly, where P2 is the chance that two requests ask for the same key; for equal nodes the
// second factor is N - 1. (Law of total variance; cv as BalanceAgainst() in sim/skew/skew.h
// measures it.) The first part shrinks with more replicas, the second never does: only answering
// hot keys on several nodes (mirroring) helps. With the m hottest keys answered by every node in
// proportion to its weight, T their share of requests and P2' the sum of squares of the others,
//   E[cv_load^2] = (1 - T)^2 cv_ring^2 + P2' (sum r - 1 - cv_ring^2).
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ring/balance.h"
#include "core/ring/ring.h"
#include "loadgen/plan/permutation.h"
#include "loadgen/plan/workload.h"
#include "loadgen/plan/zipf.h"
#include "sim/skew/skew.h"

namespace ringlab {

// The load when the `keys` hottest keys are answered by every node.
struct Mirrored {
  std::uint64_t keys = 0;
  double share = 0;        // of requests that they are
  double expected_cv = 0;  // over all ways keys may fall
  double cv = 0;           // of these keys on this ring
  double peak = 0;
};

struct Traffic {
  double zipf_s = 0;
  std::uint64_t keys = 0;
  std::vector<double> shares = {};  // of requests by node, in the order of Ring::nodes()
  BalanceStats balance = {};        // of those shares, against the ideal ones
  double expected_cv = 0;           // over all ways keys may fall: cv_ring and cv_popularity,
  double cv_ring = 0;               // the root of their squares' sum
  double cv_popularity = 0;
  double floor = 0;                     // expected_cv with infinitely many replicas
  double collision_probability = 0;     // P2
  double hottest_key_share = 0;         // p_1
  double peak_bound = 0;                // no peak is lower, wherever the hottest key falls
  std::vector<Mirrored> mirrored = {};  // one for each count asked for, in that order
};

// A Zipf law with the shares of its hottest keys written out, for any number of rings to share.
struct TrafficLaw {
  // As many hottest keys as `ranks`, or all there are. keys and zipf_s as ZipfSampler takes them.
  TrafficLaw(std::uint64_t keys, double zipf_s, std::uint64_t ranks);

  ZipfSampler zipf;
  std::vector<double> hottest;  // the share of all requests that each is, descending
};

// The hottest keys that are looked up one by one in a sweep or to try a remedy; the others fall
// where the arcs say. At s = 0.99 and 10^6 keys those beyond change no node's share by more than
// about 1e-4. What is reported of one ring has kExactRanks (loadgen/plan/expected_shares.h) of
// them.
inline constexpr std::uint64_t kHottestKeys = std::uint64_t{1} << 16;

// The plan whose keys the traffic is made of: the same seed makes the same keys hot here and in a
// run over gRPC. keys and zipf_s must be what a Workload accepts (checked).
Workload WorkloadOf(std::uint64_t seed, std::uint64_t keys, double zipf_s);

// The owners of the hottest keys, `ranks` of them or all. Keys are named by
// AppendKey(scatter(rank - 1)), as loadgen does, whatever the exponent.
std::vector<NodeIndex> OwnersOfHottest(const Ring& ring, const Permutation& scatter,
                                       std::uint64_t ranks);

// `skew` is the ring's; `owners` are those of law.hottest (sizes are checked). `mirrored` are
// counts of hottest keys that every node answers.
Traffic MeasureTraffic(const Ring& ring, const Skew& skew, const TrafficLaw& law,
                       const std::vector<NodeIndex>& owners,
                       const std::vector<std::uint64_t>& mirrored = {});

}  // namespace ringlab
