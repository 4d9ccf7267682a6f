// RendezvousRing: highest random weight (D. Thaler and C. Ravishankar, 1996), with the weights of
// C. Schindelhauer and G. Schomaker (2005).
//
// Every node draws a number for the key, and the highest owns it. The draw is
// Mix64(XXH64(key, seed 0) xor XXH64(name, seed 1)); where weights differ, a node's score is
// -weight / ln(u) with u the top 53 bits of its draw as a fraction, halfway up. Equal scores go to
// the greatest name. Shares are the weights' shares, exact in expectation, and a change moves only
// the keys of the node that changes: weights included. A lookup looks at every node. No replicas.
// Immutable: safe from any thread.
//
// With weights that differ, two scores within one rounding of std::log may be ordered otherwise by
// another C library: about one key in 10^15.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/ring/ring.h"

namespace ringlab {

class RendezvousRing final : public Ring {
 public:
  static constexpr std::string_view kName = "rendezvous";

  // Nodes as Ring demands them.
  explicit RendezvousRing(std::vector<RingNode> nodes);

  NodeIndex OwnerOf(std::string_view key) const override;
  std::vector<double> Shares() const override;
  Result<std::shared_ptr<const Ring>> With(const RingNode& node) const override;
  Result<std::shared_ptr<const Ring>> Without(std::string_view name) const override;
  std::size_t bytes() const override { return names_.capacity() * sizeof(names_[0]); }

 private:
  NodeIndex HighestDraw(std::uint64_t key) const;
  NodeIndex HighestScore(std::uint64_t key) const;

  std::vector<std::uint64_t> names_;  // hashed
  bool equal_weights_;
};

}  // namespace ringlab
