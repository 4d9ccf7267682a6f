// PointRing: the classic consistent-hash ring, with `replicas` points a node on a circle of 2^bits.
//
// The owner of a key is the node of the first point at or after the key's hash, wrapping to the
// first point (D. Karger et al., 1997; the rule of groupcache). Where points of several nodes
// coincide, the greatest name owns the place: what groupcache does when it is given its peers in
// name order, and independent of the order they come in here.
//
// A lookup is O(1): the top bits of the hash choose one of 2 to 4 buckets a point, whose first
// point is known, and a scan of less than one step on average finishes. Memory is 20 to 28 bytes a
// point. Immutable: safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ring.h"
#include "core/ring_hash.h"

namespace ringlab {

class PointRing final : public Ring {
 public:
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

  // The distinct points, ascending, and the owner of each. points() + collisions() is nodes x
  // replicas.
  std::span<const std::uint64_t> point_hashes() const { return {hashes_.data(), points()}; }
  std::span<const NodeIndex> point_owners() const { return {owners_.data(), points()}; }
  std::size_t points() const { return hashes_.size() - 1; }

  // Points that fell on a place already taken, by whichever node.
  std::uint64_t collisions() const { return collisions_; }

 private:
  void PlacePoints();
  void IndexPoints();

  RingHash hash_;
  std::uint64_t collisions_ = 0;
  // Apart, so that a scan reads hashes only. Behind the last point stands a sentinel that no hash
  // exceeds, with the first point's owner: it ends every scan and is the wrap.
  std::vector<std::uint64_t> hashes_;
  std::vector<NodeIndex> owners_;
  std::vector<std::uint32_t> starts_;  // by bucket: the first point in it or after it
  int shift_ = 0;                      // hash >> shift_ is the bucket
};

}  // namespace ringlab
