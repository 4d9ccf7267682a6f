#include "core/ring/spec.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/parse.h"
#include "core/ring/anchor.h"
#include "core/ring/jump.h"
#include "core/ring/maglev.h"
#include "core/ring/multi_probe.h"
#include "core/ring/point_ring.h"
#include "core/ring/rendezvous.h"
#include "core/ring/ring_hash.h"

namespace ringlab {
namespace {

using Built = Result<std::shared_ptr<const Ring>>;
using Parameter = std::optional<std::uint64_t>;

// Nodes and replicas have passed every check that is the same for all kinds.
using Build = Built (*)(std::uint32_t replicas, Parameter parameter, std::vector<RingNode> nodes);

template <const RingHash& kHash>
Built BuildPoints(std::uint32_t replicas, Parameter, std::vector<RingNode> nodes) {
  return PointRing::Make(kHash, replicas, std::move(nodes));
}

Built BuildJump(std::uint32_t, Parameter, std::vector<RingNode> nodes) {
  return std::make_shared<const JumpRing>(std::move(nodes));
}

Built BuildRendezvous(std::uint32_t, Parameter, std::vector<RingNode> nodes) {
  return std::make_shared<const RendezvousRing>(std::move(nodes));
}

Built BuildMaglev(std::uint32_t, Parameter entries, std::vector<RingNode> nodes) {
  return MaglevRing::Make(entries.value_or(MaglevRing::kDefaultEntries), std::move(nodes));
}

Built BuildMultiProbe(std::uint32_t, Parameter parameter, std::vector<RingNode> nodes) {
  const std::uint64_t probes = parameter.value_or(MultiProbeRing::kDefaultProbes);
  if (probes == 0 || probes > MultiProbeRing::kMaxProbes) {
    return Fail(Code::kInvalidArgument, "make " + std::to_string(probes) +
                                            " probes; accepted: 1 to " +
                                            std::to_string(MultiProbeRing::kMaxProbes));
  }
  return std::make_shared<const MultiProbeRing>(static_cast<std::uint32_t>(probes),
                                                std::move(nodes));
}

Built BuildAnchor(std::uint32_t, Parameter parameter, std::vector<RingNode> nodes) {
  const std::uint64_t least = nodes.size();
  const bool fits = least <= AnchorRing::kMaxCapacity;
  const std::uint64_t capacity = parameter ? *parameter
                                 : fits    ? AnchorRing::DefaultCapacity(nodes.size())
                                           : least;
  if (capacity < least || capacity > AnchorRing::kMaxCapacity) {
    return Fail(Code::kInvalidArgument, "hold " + std::to_string(least) + " nodes with capacity " +
                                            std::to_string(capacity) +
                                            "; accepted: a capacity from the number of nodes to " +
                                            std::to_string(AnchorRing::kMaxCapacity));
  }
  return std::make_shared<const AnchorRing>(static_cast<std::uint32_t>(capacity), std::move(nodes));
}

struct Row {
  RingKind kind;
  Build build;
};

constexpr RingKind PointKind(const RingHash& hash) {
  return {hash.name, Ownership::kPoints, true, true, ""};
}

constexpr Row kRows[] = {
    {{AnchorRing::kName, Ownership::kEven, false, false, "capacity, from the number of nodes up"},
     &BuildAnchor},
    {PointKind(kCrc32PrefixHash), &BuildPoints<kCrc32PrefixHash>},
    {PointKind(kCrc32SuffixHash), &BuildPoints<kCrc32SuffixHash>},
    {PointKind(kEnvoyHash), &BuildPoints<kEnvoyHash>},
    {PointKind(kFnv1Md5Hash), &BuildPoints<kFnv1Md5Hash>},
    {{JumpRing::kName, Ownership::kEven, false, false, ""}, &BuildJump},
    {PointKind(kKetamaHash), &BuildPoints<kKetamaHash>},
    {{MaglevRing::kName, Ownership::kTable, false, true, "table size, a prime, 65537 by default"},
     &BuildMaglev},
    {{MultiProbeRing::kName, Ownership::kProbes, false, false, "probes a key, 21 by default"},
     &BuildMultiProbe},
    {{RendezvousRing::kName, Ownership::kEven, false, true, ""}, &BuildRendezvous},
    {PointKind(kXx64Hash), &BuildPoints<kXx64Hash>},
};

const Row* FindRow(std::string_view dialect) {
  const std::string_view name = SplitOnce(dialect, ':').first;
  const auto* const row =
      std::find_if(std::begin(kRows), std::end(kRows),
                   [&](const Row& candidate) { return candidate.kind.name == name; });
  return row == std::end(kRows) ? nullptr : row;
}

std::string AcceptedDialects() {
  std::string list;
  for (const std::string_view name : RingDialects()) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

// What stands behind the colon, if there is one.
Result<Parameter> ParameterOf(std::string_view dialect, const RingKind& kind) {
  if (dialect.find(':') == std::string_view::npos) return Parameter();
  if (kind.parameter.empty()) {
    return Fail(Code::kInvalidArgument,
                "this kind has no parameter; accepted: \"" + std::string(kind.name) + "\" alone");
  }
  const std::string_view text = SplitOnce(dialect, ':').second;
  const auto number = ParseCount(text);
  if (!number) {
    return Fail(Code::kInvalidArgument, "the parameter \"" + std::string(text) +
                                            "\"; accepted: " + std::string(kind.parameter));
  }
  return Parameter(*number);
}

// What is wrong with the nodes, if anything is.
std::optional<std::string> Complaint(const RingKind& kind, const std::vector<RingNode>& nodes) {
  if (nodes.empty()) return "no nodes; accepted: one name or more";
  std::vector<std::string_view> sorted;
  for (const RingNode& node : nodes) {
    sorted.push_back(node.name);
    if (!(node.weight >= kMinWeight && node.weight <= kMaxWeight)) {
      return "the weight of node \"" + node.name + "\"; accepted: 0.000001 to 1000000";
    }
    if (!kind.has_weights && node.weight != 1) {
      return "the weight of node \"" + node.name + "\"; accepted: 1, this kind knows no weights";
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

}  // namespace

std::vector<const RingKind*> RingKinds() {
  std::vector<const RingKind*> kinds;
  for (const Row& row : kRows) kinds.push_back(&row.kind);
  return kinds;
}

const RingKind* FindRingKind(std::string_view dialect) {
  const Row* const row = FindRow(dialect);
  return row == nullptr ? nullptr : &row->kind;
}

std::vector<std::string_view> RingDialects() {
  std::vector<std::string_view> names;
  for (const Row& row : kRows) names.push_back(row.kind.name);
  return names;
}

Result<std::shared_ptr<const Ring>> BuildRing(const RingSpec& spec, std::vector<RingNode> nodes) {
  const auto refuse = [&](const std::string& complaint) {
    return Fail(Code::kInvalidArgument, "build ring \"" + spec.dialect + "\": " + complaint);
  };
  const Row* const row = FindRow(spec.dialect);
  if (row == nullptr) return refuse("unknown dialect; accepted: " + AcceptedDialects());
  const auto parameter = ParameterOf(spec.dialect, row->kind);
  if (!parameter) return refuse(parameter.error().message);
  if (spec.replicas == 0 || spec.replicas > kMaxReplicas) {
    return refuse("replicas " + std::to_string(spec.replicas) + "; accepted: 1 to " +
                  std::to_string(kMaxReplicas));
  }
  if (const auto complaint = Complaint(row->kind, nodes)) return refuse(*complaint);
  auto ring = row->build(spec.replicas, *parameter, std::move(nodes));
  if (!ring) return refuse(ring.error().message);
  return ring;
}

}  // namespace ringlab
