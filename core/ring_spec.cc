#include "core/ring_spec.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/point_ring.h"
#include "core/ring_hash.h"

namespace ringlab {
namespace {

struct Dialect {
  std::string_view name;
  std::shared_ptr<const Ring> (*build)(const RingSpec&, std::vector<RingNode>);
};

template <const RingHash& kHash>
std::shared_ptr<const Ring> BuildPoints(const RingSpec& spec, std::vector<RingNode> nodes) {
  return std::make_shared<const PointRing>(kHash, spec.replicas, std::move(nodes));
}

constexpr Dialect kDialects[] = {
    {kCrc32PrefixHash.name, &BuildPoints<kCrc32PrefixHash>},
    {kXx64Hash.name, &BuildPoints<kXx64Hash>},
};

std::string AcceptedDialects() {
  std::string list;
  for (const std::string_view name : RingDialects()) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

// What is wrong with the nodes, if anything is.
std::optional<std::string> Complaint(const std::vector<RingNode>& nodes) {
  if (nodes.empty()) return "no nodes; accepted: one name or more";
  std::vector<std::string_view> sorted;
  for (const RingNode& node : nodes) {
    sorted.push_back(node.name);
    if (!(node.weight > 0 && std::isfinite(node.weight))) {
      return "the weight of node \"" + node.name + "\"; accepted: a number above 0";
    }
  }
  std::sort(sorted.begin(), sorted.end());
  if (sorted.front().empty()) return "a node's name is empty; accepted: one byte or more";
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    return "node name \"" + std::string(*twice) + "\" comes twice; accepted: unique names";
  }
  return std::nullopt;
}

std::optional<std::string> Complaint(const RingSpec& spec, std::uint64_t nodes) {
  if (spec.replicas == 0 || spec.replicas > kMaxReplicas) {
    return "replicas " + std::to_string(spec.replicas) + "; accepted: 1 to " +
           std::to_string(kMaxReplicas);
  }
  if (nodes > kMaxRingPoints / spec.replicas) {
    return std::to_string(nodes) + " nodes x " + std::to_string(spec.replicas) +
           " replicas; accepted: at most " + std::to_string(kMaxRingPoints) + " points in all";
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string_view> RingDialects() {
  std::vector<std::string_view> names;
  for (const Dialect& dialect : kDialects) names.push_back(dialect.name);
  return names;
}

Result<std::shared_ptr<const Ring>> BuildRing(const RingSpec& spec, std::vector<RingNode> nodes) {
  const std::string attempt = "build ring \"" + spec.dialect + "\": ";
  const auto* const dialect =
      std::find_if(std::begin(kDialects), std::end(kDialects),
                   [&](const Dialect& candidate) { return candidate.name == spec.dialect; });
  if (dialect == std::end(kDialects)) {
    return Fail(Code::kInvalidArgument,
                attempt + "unknown dialect; accepted: " + AcceptedDialects());
  }
  std::optional<std::string> complaint = Complaint(spec, nodes.size());
  if (!complaint) complaint = Complaint(nodes);
  if (complaint) return Fail(Code::kInvalidArgument, attempt + *complaint);
  return dialect->build(spec, std::move(nodes));
}

}  // namespace ringlab
