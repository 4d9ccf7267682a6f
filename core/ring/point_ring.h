// PointRing: the classic consistent-hash ring, with `replicas` points a node on a circle of 2^bits.
//
// The owner of a key is the node of the first point at or after the key's hash, wrapping to the
// first point (D. Karger et al., 1997; the rule of groupcache). Where points of several nodes
// coincide, the greatest name owns the place: what groupcache does when it is given its peers in
// name order, and independent of the order they come in here.
//
// How many points a node has is its dialect's rule (core/ring/point_counts.h); the sum over the
// nodes is points() + collisions(). A lookup is O(1), see core/ring/point_index.h. Memory is 20 to
// 28 bytes a point. Immutable: safe from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ring/point_index.h"
#include "core/ring/ring.h"
#include "core/ring/ring_hash.h"

namespace ringlab {

class PointRing final : public Ring {
 public:
  // INVALID_ARGUMENT when that makes more than kMaxRingPoints points; else as the constructor.
  static Result<std::shared_ptr<const Ring>> Make(const RingHash& hash, std::uint32_t replicas,
                                                  std::vector<RingNode> nodes);

  // replicas > 0, and nodes as Ring demands them. Build time is O(P log P) in all the points.
  PointRing(const RingHash& hash, std::uint32_t replicas, std::vector<RingNode> nodes);

  NodeIndex OwnerOf(std::string_view key) const override { return OwnerOfHash(hash_.key(key)); }

  // The owner of a place on the circle, below 2^bits (checked).
  NodeIndex OwnerOfHash(std::uint64_t hash) const;

  std::vector<double> Shares() const override;

  std::optional<Partition> Arcs() const override;
  Result<std::shared_ptr<const Ring>> With(const RingNode& node) const override;
  Result<std::shared_ptr<const Ring>> Without(std::string_view name) const override;
  std::size_t bytes() const override;

  Units circle() const { return Units{1} << hash_.bits; }

  // The distinct points, ascending, and the owner of each.
  std::span<const std::uint64_t> point_hashes() const { return index_.points(); }
  std::span<const NodeIndex> point_owners() const { return {owners_.data(), points()}; }
  std::size_t points() const { return index_.size(); }

  // Points that fell on a place already taken, by whichever node.
  std::uint64_t collisions() const { return collisions_; }

 private:
  void PlacePoints();

  RingHash hash_;
  std::uint64_t collisions_ = 0;
  // Apart, so that a scan reads hashes only. The owners have one entry more, the first point's
  // owner, for places behind the last point: the wrap.
  PointIndex index_;
  std::vector<NodeIndex> owners_;
};

}  // namespace ringlab
