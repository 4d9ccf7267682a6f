// JumpRing: jump consistent hash (J. Lamping and E. Veach, 2014, arXiv 1406.2294).
//
// It numbers its buckets and stores nothing else: even within 1e-8, O(log nodes) a lookup. Bucket b
// is the b-th node in the order of name length, then bytes, so that node-9 comes before node-10 and
// a cluster with numbered names grows at the end. That is where jump moves keys to the new node
// alone; a node that sorts earlier renumbers those behind it and moves keys between nodes that
// stay. Removing any node but the last would do the same to most keys, so Without refuses it. A
// key's number is its XXH64, seed 0. No weights, no replicas. Immutable: safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ring/ring.h"

namespace ringlab {

// The published function: the bucket of a key, below `buckets`, which is 1 to 2^31 - 1 (checked).
std::uint32_t JumpBucket(std::uint64_t key, std::uint32_t buckets);

class JumpRing final : public Ring {
 public:
  static constexpr std::string_view kName = "jump";

  // Nodes as Ring demands them, of weight 1.
  explicit JumpRing(std::vector<RingNode> nodes);

  NodeIndex OwnerOf(std::string_view key) const override;
  std::vector<double> Shares() const override { return EqualShares(); }
  Result<std::shared_ptr<const Ring>> With(const RingNode& node) const override;

  // FAILED_PRECONDITION, naming the node that may leave, for any other node that is there.
  Result<std::shared_ptr<const Ring>> Without(std::string_view name) const override;

  std::size_t bytes() const override { return buckets_.capacity() * sizeof(buckets_[0]); }

 private:
  std::vector<NodeIndex> buckets_;
};

}  // namespace ringlab
