// Balance: how evenly load falls on nodes, and how evenly it should have.
//
// Pure arithmetic over one number a node: requests, shares, bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "loadgen/permutation.h"
#include "loadgen/zipf.h"

namespace ringlab {

// None depends on the unit of the loads. All 1 (or 0 for cv and gini) when they are equal.
struct BalanceStats {
  double peak_to_mean = 0;  // the most loaded node over the mean: 1 to N
  double min_to_mean = 0;   // the least loaded node over the mean: 0 to 1
  double cv = 0;            // coefficient of variation, of the population
  double gini = 0;          // 0 even, (N - 1) / N all on one node
  double jain = 0;  // R. Jain's fairness index (1984), 1 / (1 + cv^2): 1 even, 1 / N all on one
};

// Loads are finite and not negative, in any order. Absent without nodes or without any load: there
// is no balance to speak of.
std::optional<BalanceStats> MeasureBalance(const std::vector<double>& loads);

// loads over their sum; empty without any load.
std::vector<double> SharesOf(const std::vector<double>& loads);

// ExpectedShares() asks for the owner of this many of the most popular keys; the others are taken
// to fall where the ring's arcs say. At s = 0.99 and 10^9 keys the first 2^20 carry two thirds of
// the traffic, and no single key beyond them carries more than 5e-8 of it.
inline constexpr std::uint64_t kExactRanks = std::uint64_t{1} << 20;

// The share of requests that each node should own under Zipf traffic: ring ownership weighted by
// key popularity. owner_of(key_index) is a node's index below arc_shares.size(), asked once for
// each of the first min(n, kExactRanks) ranks; arc_shares sum to 1. The result sums to 1.
std::vector<double> ExpectedShares(const ZipfSampler& zipf, const Permutation& scatter,
                                   const std::vector<double>& arc_shares,
                                   const std::function<std::size_t(std::uint64_t)>& owner_of);

}  // namespace ringlab
