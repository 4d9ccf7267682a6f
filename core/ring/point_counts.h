// How many points a node of some weight has on a point ring: the rule is part of a dialect.
//
// Pure functions. Weights are in the range of core/ring/ring.h; the counts come in the same order,
// each at most kMaxRingPoints + 1, which stands for more than a ring can hold.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ringlab {

// Points of one node of weight 1, and of a whole ring: about 4 GB at the second limit.
inline constexpr std::uint32_t kMaxReplicas = 1'000'000;
inline constexpr std::uint64_t kMaxRingPoints = std::uint64_t{1} << 27;

// The rule of this house: replicas x weight, rounded, at least 1. A node's points depend on its own
// weight alone, so that a change elsewhere moves none of them.
std::vector<std::uint64_t> ProportionalPoints(std::uint32_t replicas,
                                              std::span<const double> weights);

// libketama's rule (RJ/ketama, ketama.c), where 4 points come from a digest and `replicas` is 160:
// floor(share of the weights x nodes x digests) digests of digests = replicas / 4, computed in
// single precision as there. Ours beyond it: at least one digest, and replicas mod 4 points more,
// so that replicas which 4 does not divide are what equal nodes get. Single precision has a price
// there and here: at some sizes (the first are 61, 122 and 237 equal nodes of 160) every node has a
// digest less, and a ring that grows to or past such a size moves keys between nodes that stay.
std::vector<std::uint64_t> KetamaPoints(std::uint32_t replicas, std::span<const double> weights);

// Envoy's rule (ring_hash_lb.cc) for a minimum ring size of replicas x nodes: the ring is scaled up
// until the lightest node has a whole number of points, and the others get theirs from a running
// sum, here in the order of names. Equal nodes have `replicas` each.
std::vector<std::uint64_t> EnvoyPoints(std::uint32_t replicas, std::span<const double> weights);

}  // namespace ringlab
