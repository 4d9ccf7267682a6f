// MultiProbeRing: multi-probe consistent hashing (B. Appleton and M. O'Reilly, 2015, arXiv
// 1505.00062).
//
// A node has one point, XXH64(name, seed 1), on a circle of 2^64. A key makes k probes, and the one
// with the shortest way to the next point at or after it decides; of equal ways the first probe's
// counts, of equal points the greatest name owns. Probe i is Mix64(XXH64(key, seed 0) + i x
// 0x9e3779b97f4a7c15) for i from 0 below k: a splitmix64 sequence, so that probes are independent
// and the shares below are true. The cheaper probes in even steps, h1 + i x h2, are not: for 8
// nodes they missed the shares of independent ones by 6 % of a node's load.
//
// The busiest node owns about k / (k - 1) of its share when nodes are many, 1.05 at the default of
// 21 probes; the least busy owns far less than its share. A change moves only the keys of the node
// that changes. No weights, no replicas; 20 to 28 bytes a node, k searches of O(1) a lookup.
// Immutable: safe from any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/ring/point_index.h"
#include "core/ring/ring.h"

namespace ringlab {

class MultiProbeRing final : public Ring {
 public:
  static constexpr std::string_view kName = "mpch";
  static constexpr std::uint32_t kDefaultProbes = 21;
  static constexpr std::uint32_t kMaxProbes = 1000;

  // Probes from 1 to kMaxProbes (checked); nodes as Ring demands them, of weight 1.
  MultiProbeRing(std::uint32_t probes, std::vector<RingNode> nodes);

  NodeIndex OwnerOf(std::string_view key) const override;

  // Exact for this ring's points: an integral over the way of the nearest of k independent probes.
  // O(N log N).
  std::vector<double> Shares() const override;

  Result<std::shared_ptr<const Ring>> With(const RingNode& node) const override;
  Result<std::shared_ptr<const Ring>> Without(std::string_view name) const override;
  std::size_t bytes() const override;

 private:
  std::uint32_t probes_;
  PointIndex index_;
  std::vector<NodeIndex> owners_;  // of the points
};

}  // namespace ringlab
