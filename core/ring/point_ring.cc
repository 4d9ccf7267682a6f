#include "core/ring/point_ring.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

Result<std::shared_ptr<const Ring>> PointRing::Make(const RingHash& hash, std::uint32_t replicas,
                                                    std::vector<RingNode> nodes) {
  std::vector<double> weights;
  weights.reserve(nodes.size());
  for (const RingNode& node : nodes) weights.push_back(node.weight);
  const auto counts = hash.counts(replicas, weights);
  const auto points = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (points > kMaxRingPoints) {
    return Fail(Code::kInvalidArgument, "place " + std::to_string(nodes.size()) + " nodes x " +
                                            std::to_string(replicas) +
                                            " replicas, times their weights; accepted: at most " +
                                            std::to_string(kMaxRingPoints) + " points in all");
  }
  return std::make_shared<const PointRing>(hash, replicas, std::move(nodes));
}

PointRing::PointRing(const RingHash& hash, std::uint32_t replicas, std::vector<RingNode> nodes)
    : Ring(hash.name, replicas, std::move(nodes)), hash_(hash) {
  RL_CHECK(hash_.bits >= 1 && hash_.bits <= 64);
  RL_CHECK(replicas > 0);
  PlacePoints();
}

void PointRing::PlacePoints() {
  struct Point {
    std::uint64_t hash;
    NodeIndex owner;
  };
  std::vector<Point> placed;
  const std::vector<std::uint64_t> counts = hash_.counts(replicas(), weights());
  const auto points = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  RL_CHECK_BECAUSE(points < std::numeric_limits<std::uint32_t>::max(),
                   "the index counts points in 32 bits: Make refuses long before");
  placed.reserve(points);
  for (NodeIndex node = 0; node < nodes().size(); ++node) {
    for (std::uint32_t i = 0; i < counts[node]; ++i) {
      const std::uint64_t hash = hash_.point(nodes()[node], i);
      RL_CHECK(hash < circle());
      placed.push_back({hash, node});
    }
  }
  // Names ascend with their index, so the greatest name comes first at each place and stays.
  std::sort(placed.begin(), placed.end(), [](const Point& a, const Point& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.owner > b.owner;
  });
  const auto end = std::unique(placed.begin(), placed.end(),
                               [](const Point& a, const Point& b) { return a.hash == b.hash; });
  collisions_ = static_cast<std::uint64_t>(placed.end() - end);
  placed.erase(end, placed.end());

  std::vector<std::uint64_t> hashes;
  hashes.reserve(placed.size() + 1);  // the index puts a sentinel behind them
  owners_.reserve(placed.size() + 1);
  for (const Point& point : placed) {
    hashes.push_back(point.hash);
    owners_.push_back(point.owner);
  }
  owners_.push_back(placed.front().owner);
  index_ = PointIndex(std::move(hashes), hash_.bits);
}

NodeIndex PointRing::OwnerOfHash(std::uint64_t hash) const {
  return owners_[index_.NextFrom(hash)];
}

std::optional<Partition> PointRing::Arcs() const {
  Partition partition{.circle = circle(), .arcs = {}};
  partition.arcs.reserve(points() + 1);
  // A node owns the places after the point before its own, up to and with its own.
  for (std::size_t i = 0; i < points(); ++i)
    partition.arcs.push_back({point_hashes()[i], owners_[i]});
  const auto last = static_cast<std::uint64_t>(circle() - 1);
  if (point_hashes().back() != last) partition.arcs.push_back({last, owners_.front()});  // the wrap
  return partition;
}

std::vector<double> PointRing::Shares() const {
  std::vector<double> shares;
  shares.reserve(nodes().size());
  for (const Units units : Arcs()->UnitsOf(nodes().size())) {
    shares.push_back(static_cast<double>(units) / static_cast<double>(circle()));
  }
  return shares;
}

Result<std::shared_ptr<const Ring>> PointRing::With(const RingNode& node) const {
  auto nodes = NodesWith(node);
  if (!nodes) return tl::unexpected(nodes.error());
  return Make(hash_, replicas(), *std::move(nodes));
}

Result<std::shared_ptr<const Ring>> PointRing::Without(std::string_view name) const {
  auto nodes = NodesWithout(name);
  if (!nodes) return tl::unexpected(nodes.error());
  return Make(hash_, replicas(), *std::move(nodes));
}

std::size_t PointRing::bytes() const {
  return index_.bytes() + owners_.capacity() * sizeof(owners_[0]);
}

}  // namespace ringlab
