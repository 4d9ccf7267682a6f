// BoundedLoads: consistent hashing with bounded loads over any ring (V. Mirrokni, M. Thorup and M.
// Zadimoghaddam, 2016, arXiv 1608.01350), with the slot rule of Envoy (thread_aware_lb_impl.cc).
//
// A request goes to its key's owner while that node has a free slot, of
//   slots = max(1, ceil((active + 1) x c x its share of the weights))
// where `active` counts all requests under way and c = 1 + epsilon. Otherwise it spills to the
// first node with a free slot in a random order of the nodes that the key decides: the neighbour on
// the ring would be the next to overflow (J. Chen et al., 2020, arXiv 1908.08762). The slots are
// more than the requests, so there always is one, and after every Acquire the node it chose has at
// most ceil(c x active x share) requests, or 1. A Release lowers that bound and moves no request.
//
// Unlike Envoy, whose hosts may exceed their slots by one, a node is full when its slots are taken.
// Not thread-safe. O(nodes) for a request that spills, else as the ring.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/ring/ring.h"

namespace ringlab {

class BoundedLoads {
 public:
  // INVALID_ARGUMENT unless c is finite and at least kMinFactor. The ring must not be null.
  static Result<BoundedLoads> Make(std::shared_ptr<const Ring> ring, double c);
  static constexpr double kMinFactor = 1.000001;

  // The node that serves a request for this key; it counts as active until its Release.
  NodeIndex Acquire(std::string_view key);

  // One of this node's requests is done; it must have one (checked).
  void Release(NodeIndex node);

  // The requests that a node may have while this many more than now are active.
  std::uint64_t SlotsOf(NodeIndex node, std::uint64_t more = 0) const;

  const Ring& ring() const { return *ring_; }
  std::uint64_t active(NodeIndex node) const { return active_[node]; }
  std::uint64_t active() const { return total_; }

  // Since the beginning: requests, those that their key's owner did not serve, and nodes that were
  // looked at, the owner included. probes() >= requests().
  std::uint64_t requests() const { return requests_; }
  std::uint64_t spilled() const { return spilled_; }
  std::uint64_t probes() const { return probes_; }

 private:
  BoundedLoads(std::shared_ptr<const Ring> ring, double c);

  bool IsFull(NodeIndex node) const { return active_[node] >= SlotsOf(node, 1); }
  NodeIndex Spill(std::string_view key, NodeIndex owner);

  std::shared_ptr<const Ring> ring_;
  std::vector<double> slots_per_request_;  // c x share of the weights
  std::vector<std::uint64_t> active_;
  std::vector<NodeIndex> order_;  // of one spill
  std::uint64_t total_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t spilled_ = 0;
  std::uint64_t probes_ = 0;
};

}  // namespace ringlab
