#include "core/ring/rendezvous.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "core/base/hash.h"

namespace ringlab {

RendezvousRing::RendezvousRing(std::vector<RingNode> given)
    : Ring(kName, 1, std::move(given)),
      equal_weights_(std::ranges::adjacent_find(weights(), std::not_equal_to<>()) ==
                     weights().end()) {
  names_.reserve(nodes().size());
  for (const std::string& name : nodes()) names_.push_back(HashXx64(name, 1));
}

NodeIndex RendezvousRing::OwnerOf(std::string_view key) const {
  const std::uint64_t hash = HashXx64(key, 0);
  return equal_weights_ ? HighestDraw(hash) : HighestScore(hash);
}

// In both, names ascend with their index, so of equals the last one is the greatest.
NodeIndex RendezvousRing::HighestDraw(std::uint64_t key) const {
  NodeIndex owner = 0;
  std::uint64_t highest = 0;
  for (NodeIndex node = 0; node < names_.size(); ++node) {
    const std::uint64_t draw = Mix64(key ^ names_[node]);
    if (draw >= highest) {
      highest = draw;
      owner = node;
    }
  }
  return owner;
}

NodeIndex RendezvousRing::HighestScore(std::uint64_t key) const {
  NodeIndex owner = 0;
  double highest = 0;
  for (NodeIndex node = 0; node < names_.size(); ++node) {
    const std::uint64_t draw = Mix64(key ^ names_[node]);
    const double u = (static_cast<double>(draw >> 11) + 0.5) * 0x1.0p-53;  // never 0, never 1
    const double score = -weights()[node] / std::log(u);
    if (score >= highest) {
      highest = score;
      owner = node;
    }
  }
  return owner;
}

std::vector<double> RendezvousRing::Shares() const {
  const double sum = std::accumulate(weights().begin(), weights().end(), 0.0);
  std::vector<double> shares;
  shares.reserve(weights().size());
  for (const double weight : weights()) shares.push_back(weight / sum);
  return shares;
}

Result<std::shared_ptr<const Ring>> RendezvousRing::With(const RingNode& node) const {
  auto nodes = NodesWith(node);
  if (!nodes) return tl::unexpected(nodes.error());
  return std::make_shared<const RendezvousRing>(*std::move(nodes));
}

Result<std::shared_ptr<const Ring>> RendezvousRing::Without(std::string_view name) const {
  auto nodes = NodesWithout(name);
  if (!nodes) return tl::unexpected(nodes.error());
  return std::make_shared<const RendezvousRing>(*std::move(nodes));
}

}  // namespace ringlab
