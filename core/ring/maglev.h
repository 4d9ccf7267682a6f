// MaglevRing: a lookup table that the nodes fill in turns (D. Eisenbud et al., "Maglev", NSDI
// 2016).
//
// With a table of M entries, M prime, a node's preference list is (offset + i x skip) mod M for
// offset = XXH64(name, seed 0) mod M and skip = XXH64(name, seed 1) mod (M - 1) + 1. In the order
// of names, each takes its next free entry until the table is full; an entry's places are the
// hashes that give it mod M, and a key's hash is its XXH64, seed 0. Nodes of equal weight own
// floor(M / N) or one entry more. A lighter node sits turns out, as in Envoy's maglev_lb.cc, whose
// tables these are: it plays while turn x weight has come to the weight of the turns that it took,
// counted in the heaviest node's weight.
//
// A change of nodes moves some keys between nodes that stay, the fewer the larger M / N is. No
// replicas. O(1) a lookup, 4 bytes an entry. Immutable: safe from any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/ring/ring.h"

namespace ringlab {

class MaglevRing final : public Ring {
 public:
  static constexpr std::string_view kName = "maglev";
  static constexpr std::uint32_t kDefaultEntries = 65'537;
  static constexpr std::uint32_t kMaxEntries = 5'000'011;  // Envoy's limit, itself a prime

  // INVALID_ARGUMENT, naming the nearest ones that would do, unless `entries` is a prime from the
  // number of nodes to kMaxEntries. Nodes as Ring demands them.
  static Result<std::shared_ptr<const Ring>> Make(std::uint64_t entries,
                                                  std::vector<RingNode> nodes);

  // Checks what Make refuses.
  MaglevRing(std::uint32_t entries, std::vector<RingNode> nodes);

  NodeIndex OwnerOf(std::string_view key) const override;
  std::vector<double> Shares() const override;

  // The places are the entries of the table.
  std::optional<Partition> Arcs() const override;

  Result<std::shared_ptr<const Ring>> With(const RingNode& node) const override;
  Result<std::shared_ptr<const Ring>> Without(std::string_view name) const override;
  std::size_t bytes() const override { return table_.capacity() * sizeof(table_[0]); }

 private:
  void Fill();

  std::vector<NodeIndex> table_;
};

}  // namespace ringlab
