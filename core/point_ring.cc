#include "core/point_ring.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "core/check.h"

namespace ringlab {

PointRing::PointRing(const RingHash& hash, std::uint32_t replicas, std::vector<RingNode> nodes)
    : Ring(hash.name, replicas, std::move(nodes)), hash_(hash) {
  RL_CHECK(hash_.bits >= 1 && hash_.bits <= 64);
  RL_CHECK(replicas > 0);
  RL_CHECK_BECAUSE(
      this->nodes().size() * std::uint64_t{replicas} < std::numeric_limits<std::uint32_t>::max(),
      "the bucket index counts points in 32 bits");
  PlacePoints();
  IndexPoints();
}

void PointRing::PlacePoints() {
  struct Point {
    std::uint64_t hash;
    NodeIndex owner;
  };
  std::vector<Point> placed;
  placed.reserve(nodes().size() * replicas());
  for (NodeIndex node = 0; node < nodes().size(); ++node) {
    for (std::uint32_t i = 0; i < replicas(); ++i) {
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

  hashes_.reserve(placed.size() + 1);
  owners_.reserve(placed.size() + 1);
  for (const Point& point : placed) {
    hashes_.push_back(point.hash);
    owners_.push_back(point.owner);
  }
  hashes_.push_back(std::numeric_limits<std::uint64_t>::max());
  owners_.push_back(placed.front().owner);
}

void PointRing::IndexPoints() {
  const int wanted_bits = static_cast<int>(std::bit_width(points() * 2 - 1));
  const int index_bits = std::clamp(wanted_bits, 1, hash_.bits);
  shift_ = hash_.bits - index_bits;
  starts_.resize(std::size_t{1} << index_bits);
  std::uint32_t point = 0;
  for (std::size_t bucket = 0; bucket < starts_.size(); ++bucket) {
    while (point < points() && (hashes_[point] >> shift_) < bucket) ++point;
    starts_[bucket] = point;
  }
}

NodeIndex PointRing::OwnerOfHash(std::uint64_t hash) const {
  const std::uint64_t bucket = hash >> shift_;
  RL_CHECK_BECAUSE(bucket < starts_.size(), "a hash outside the ring's circle");
  std::uint32_t point = starts_[bucket];
  while (hashes_[point] < hash) ++point;
  return owners_[point];
}

std::optional<Partition> PointRing::Arcs() const {
  Partition partition{.circle = circle(), .arcs = {}};
  partition.arcs.reserve(points() + 1);
  // A node owns the places after the point before its own, up to and with its own.
  for (std::size_t i = 0; i < points(); ++i) partition.arcs.push_back({hashes_[i], owners_[i]});
  const auto last = static_cast<std::uint64_t>(circle() - 1);
  if (hashes_[points() - 1] != last) partition.arcs.push_back({last, owners_.front()});  // the wrap
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
  if (!nodes) return tl::unexpected<Error>(nodes.error());
  return std::make_shared<const PointRing>(hash_, replicas(), *std::move(nodes));
}

Result<std::shared_ptr<const Ring>> PointRing::Without(std::string_view name) const {
  auto nodes = NodesWithout(name);
  if (!nodes) return tl::unexpected<Error>(nodes.error());
  return std::make_shared<const PointRing>(hash_, replicas(), *std::move(nodes));
}

std::size_t PointRing::bytes() const {
  return hashes_.capacity() * sizeof(hashes_[0]) + owners_.capacity() * sizeof(owners_[0]) +
         starts_.capacity() * sizeof(starts_[0]);
}

}  // namespace ringlab
