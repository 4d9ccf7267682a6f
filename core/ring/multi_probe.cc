#include "core/ring/multi_probe.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kPointSeed = 1;  // 0 is the keys'

std::string MultiProbeDialect(std::uint32_t probes) {
  std::string dialect(MultiProbeRing::kName);
  if (probes != MultiProbeRing::kDefaultProbes) dialect += ":" + std::to_string(probes);
  return dialect;
}

}  // namespace

MultiProbeRing::MultiProbeRing(std::uint32_t probes, std::vector<RingNode> given)
    : Ring(MultiProbeDialect(probes), 1, std::move(given)), probes_(probes) {
  RL_CHECK(probes >= 1 && probes <= kMaxProbes);
  std::vector<std::pair<std::uint64_t, NodeIndex>> placed;
  placed.reserve(nodes().size());
  for (NodeIndex node = 0; node < nodes().size(); ++node) {
    placed.emplace_back(HashXx64(nodes()[node], kPointSeed), node);
  }
  std::sort(placed.begin(), placed.end());
  std::vector<std::uint64_t> points;
  points.reserve(placed.size() + 1);  // the index puts a sentinel behind them
  for (const auto& [point, owner] : placed) {
    if (!points.empty() && points.back() == point) {
      owners_.back() = owner;  // a greater name
      continue;
    }
    points.push_back(point);
    owners_.push_back(owner);
  }
  index_ = PointIndex(std::move(points), 64);
}

NodeIndex MultiProbeRing::OwnerOf(std::string_view key) const {
  const std::span<const std::uint64_t> points = index_.points();
  std::uint64_t state = HashXx64(key, 0);
  std::uint64_t shortest = std::numeric_limits<std::uint64_t>::max();
  std::uint32_t nearest = 0;
  for (std::uint32_t i = 0; i < probes_; ++i, state += 0x9e3779b97f4a7c15ULL) {
    const std::uint64_t probe = Mix64(state);
    const std::uint32_t next = index_.NextFrom(probe);
    const std::uint32_t position = next < points.size() ? next : 0;
    const std::uint64_t way = points[position] - probe;  // modulo 2^64: round the circle
    if (way < shortest || i == 0) {
      shortest = way;
      nearest = position;
    }
  }
  return owners_[nearest];
}

// A probe lands in the gap before point j, farther than x from it, with probability max(0, gap_j -
// x); S(x) is the sum of these: the probability that a probe has a longer way than x. The nearest
// of k probes has way x and point j with density k S(x)^(k-1) for x below gap_j, so the share of j
// is that integral from 0 to gap_j. Between two gaps in order of size S is linear, its slope being
// minus the number of gaps that are longer, so each piece integrates to a difference of S^k.
std::vector<double> MultiProbeRing::Shares() const {
  const std::span<const std::uint64_t> points = index_.points();
  std::vector<std::pair<double, NodeIndex>> gaps;
  gaps.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::uint64_t before = points[i == 0 ? points.size() - 1 : i - 1];
    const double gap = points.size() == 1 ? 1 : static_cast<double>(points[i] - before) * 0x1.0p-64;
    gaps.emplace_back(gap, owners_[i]);
  }
  std::sort(gaps.begin(), gaps.end());
  std::vector<double> shares(nodes().size(), 0);
  double integral = 0;
  double reached = 0;    // x
  double farther = 1;    // S(x)
  double farther_k = 1;  // S(x)^k
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const auto longer = static_cast<double>(gaps.size() - i);
    farther = std::max(0.0, farther - longer * (gaps[i].first - reached));
    const double next_k = std::pow(farther, probes_);
    integral += (farther_k - next_k) / longer;
    shares[gaps[i].second] = integral;
    reached = gaps[i].first;
    farther_k = next_k;
  }
  return shares;
}

Result<std::shared_ptr<const Ring>> MultiProbeRing::With(const RingNode& node) const {
  auto nodes = NodesWith(node, Weights::kOne);
  if (!nodes) return tl::unexpected(nodes.error());
  return std::make_shared<const MultiProbeRing>(probes_, *std::move(nodes));
}

Result<std::shared_ptr<const Ring>> MultiProbeRing::Without(std::string_view name) const {
  auto nodes = NodesWithout(name);
  if (!nodes) return tl::unexpected(nodes.error());
  return std::make_shared<const MultiProbeRing>(probes_, *std::move(nodes));
}

std::size_t MultiProbeRing::bytes() const {
  return index_.bytes() + owners_.capacity() * sizeof(owners_[0]);
}

}  // namespace ringlab
