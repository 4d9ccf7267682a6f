// AnchorRing: AnchorHash (G. Mendelson, S. Vargaftik, K. Barabash, D. Lorenz, I. Keslassy and A.
// Orda, 2020, arXiv 1812.09674).
//
// There are `capacity` buckets, of which some are removed. A key starts at one of all; from a
// removed bucket it is sent, evenly, to one of those that worked when that bucket was removed,
// until it meets one that works. So every node owns 1 / nodes of the keys, and any node may come or
// leave with no other key moving. A node that joins takes the bucket that was removed last.
//
// Owners depend on the *order* of changes, not on the nodes alone: members must apply the same
// changes in the same order, and the fingerprint tells rings of different histories apart. A ring
// that is built rather than changed gives buckets 0, 1, … to its nodes in the order of names. A key
// is its XXH64, seed 0; the draw at bucket b is Mix64(key + (b + 1) x 0x9e3779b97f4a7c15), and both
// are brought below a bound by the high half of a product.
//
// A lookup makes about 1 + ln(capacity / nodes) draws. No weights, no replicas; 12 bytes a bucket.
// Immutable: safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ring/ring.h"

namespace ringlab {

class AnchorRing final : public Ring {
 public:
  static constexpr std::string_view kName = "anchor";
  static constexpr std::uint32_t kMaxCapacity = 1U << 24;

  // Room to double: the power of two from 2 x nodes up, at least 16 and at most kMaxCapacity.
  static std::uint32_t DefaultCapacity(std::size_t nodes);

  // Capacity from the number of nodes to kMaxCapacity (checked); nodes as Ring demands them, of
  // weight 1.
  AnchorRing(std::uint32_t capacity, std::vector<RingNode> nodes);

  NodeIndex OwnerOf(std::string_view key) const override;
  std::vector<double> Shares() const override { return EqualShares(); }

  // RESOURCE_EXHAUSTED when every bucket is taken.
  Result<std::shared_ptr<const Ring>> With(const RingNode& node) const override;

  Result<std::shared_ptr<const Ring>> Without(std::string_view name) const override;
  std::size_t bytes() const override;

  std::uint32_t capacity() const { return static_cast<std::uint32_t>(buckets_.size()); }

 private:
  struct Bucket {
    std::uint32_t left;       // how many worked after its removal; 0: it works
    std::uint32_t successor;  // once removed, the bucket that took its place among those
  };
  struct Home {
    std::string name;
    std::uint32_t bucket;
  };
  struct State {
    std::vector<Bucket> buckets;
    std::vector<std::uint32_t> removed;  // the last one leaves first
    std::vector<Home> homes;             // ascending by name
  };

  static State FirstState(std::uint32_t capacity, std::vector<RingNode> nodes);
  static std::vector<std::uint64_t> WordsOf(const State& state);
  explicit AnchorRing(State state);

  State StateNow() const;

  std::vector<Bucket> buckets_;
  std::vector<std::uint32_t> removed_;
  std::vector<NodeIndex> owners_;  // by bucket; kNoNode where it is removed
};

}  // namespace ringlab
