// ExpectedShares: how traffic should fall on the nodes of a ring, given its owners and popularity.
//
// Pure arithmetic; core/ring/balance.h measures how it did fall.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "loadgen/plan/permutation.h"
#include "loadgen/plan/zipf.h"

namespace ringlab {

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
