#include "core/ring/ring.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {
namespace {

// Little-endian on every machine: fingerprints cross the wire.
void AppendNumber(std::string& bytes, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(value >> shift));
}

// Every string goes in behind its length, so that no two rings have the same bytes. Weights and
// state only where there are any, so that a ring without them has the fingerprint it always had.
std::uint64_t Fingerprint(const Ring& ring, std::span<const std::uint64_t> state) {
  std::string bytes;
  AppendNumber(bytes, ring.dialect().size());
  bytes += ring.dialect();
  AppendNumber(bytes, ring.replicas());
  AppendNumber(bytes, ring.nodes().size());
  for (const std::string& name : ring.nodes()) {
    AppendNumber(bytes, name.size());
    bytes += name;
  }
  const auto is_one = [](double weight) { return weight == 1; };
  if (!std::all_of(ring.weights().begin(), ring.weights().end(), is_one)) {
    for (const double weight : ring.weights()) {
      AppendNumber(bytes, std::bit_cast<std::uint64_t>(weight));
    }
  }
  for (const std::uint64_t word : state) AppendNumber(bytes, word);
  return HashXx64(bytes, 0);
}

// What keeps a node from joining, if anything does.
std::string Complaint(const RingNode& node, bool is_there, bool weights) {
  if (node.name.empty()) return "a name is one byte or more";
  if (is_there) return "it is there already";
  if (!(node.weight >= kMinWeight && node.weight <= kMaxWeight)) {
    return "a weight is a number from 0.000001 to 1000000";
  }
  if (!weights && node.weight != 1) return "this kind of ring knows no weight but 1";
  return "";
}

}  // namespace

std::vector<RingNode> EqualNodes(const std::vector<std::string>& names) {
  std::vector<RingNode> nodes;
  nodes.reserve(names.size());
  for (const std::string& name : names) nodes.push_back({.name = name});
  return nodes;
}

Ring::Ring(std::string_view dialect, std::uint32_t replicas, std::vector<RingNode> nodes,
           std::span<const std::uint64_t> state)
    : dialect_(dialect), replicas_(replicas) {
  std::sort(nodes.begin(), nodes.end(),
            [](const RingNode& a, const RingNode& b) { return a.name < b.name; });
  for (RingNode& node : nodes) {
    RL_CHECK(node.weight >= kMinWeight && node.weight <= kMaxWeight);
    nodes_.push_back(std::move(node.name));
    weights_.push_back(node.weight);
  }
  fingerprint_ = Fingerprint(*this, state);
  RL_CHECK(!nodes_.empty());
  RL_CHECK(nodes_.size() < kNoNode);
  RL_CHECK(std::adjacent_find(nodes_.begin(), nodes_.end()) == nodes_.end());
}

NodeIndex Ring::IndexOf(std::string_view name) const {
  const auto at = std::lower_bound(nodes_.begin(), nodes_.end(), name);
  if (at == nodes_.end() || *at != name) return kNoNode;
  return static_cast<NodeIndex>(at - nodes_.begin());
}

Result<std::vector<RingNode>> Ring::NodesWith(const RingNode& node, Weights accepted) const {
  const std::string complaint =
      Complaint(node, IndexOf(node.name) != kNoNode, accepted == Weights::kAny);
  if (!complaint.empty()) {
    return Fail(Code::kInvalidArgument, "add node \"" + node.name + "\" to the ring: " + complaint);
  }
  std::vector<RingNode> nodes;
  for (std::size_t i = 0; i < nodes_.size(); ++i) nodes.push_back({nodes_[i], weights_[i]});
  nodes.push_back(node);
  return nodes;
}

Result<std::vector<RingNode>> Ring::NodesWithout(std::string_view name) const {
  const NodeIndex at = IndexOf(name);
  if (at == kNoNode || nodes_.size() == 1) {
    return Fail(Code::kInvalidArgument,
                "remove node \"" + std::string(name) + "\" from the ring: " +
                    (at == kNoNode ? "it is not there" : "it is the last one"));
  }
  std::vector<RingNode> nodes;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (i != at) nodes.push_back({nodes_[i], weights_[i]});
  }
  return nodes;
}

std::vector<double> Ring::EqualShares() const {
  return std::vector<double>(nodes_.size(), 1 / static_cast<double>(nodes_.size()));
}

}  // namespace ringlab
