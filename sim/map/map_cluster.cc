#include "sim/map/map_cluster.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/ring/spec.h"
#include "sim/map/map_client.h"

namespace ringlab {

namespace {

constexpr double kTtlJitter = 0.5;  // so that what was loaded together does not expire together
constexpr int kStaleLives = 3;
constexpr std::size_t kValueBytes = 100;

// Without limit; of budgets, so much that none is ever spent.
constexpr std::uint32_t kNoLimit = 1U << 30;
constexpr double kNoBudget = 1e12;

// Room for every key at every node, and for the parts of copies and missing keys.
std::size_t BytesFor(std::uint64_t keys) {
  constexpr std::size_t kBytesOfEntry = 1024;
  return (std::size_t{4} << 20) + static_cast<std::size_t>(keys) * kBytesOfEntry;
}

AdmissionOptions AdmissionOf(const MapSpec& spec, bool is_on) {
  AdmissionOptions options;
  options.callers.limit = kNoLimit;
  options.peers.limit = kNoLimit;
  if (!is_on) return options;
  const double loads = static_cast<double>(spec.source_servers) / Seconds(spec.source_time);
  const double share = loads * Seconds(spec.deadline) / static_cast<double>(spec.nodes);
  const auto limit = static_cast<std::uint32_t>(std::clamp(std::ceil(share), 4.0, 1e6));
  options.callers.limit = limit;
  options.peers.limit = 2 * limit;  // of twice as many peers, in the usual three nodes
  return options;
}

}  // namespace

std::vector<std::string> MapNodes(const MapSpec& spec) {
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < spec.nodes; ++i) names.push_back("node-" + std::to_string(i));
  return names;
}

VirtualClusterOptions MapCluster(const MapSpec& spec, const MapDefence& defence,
                                 std::uint64_t seed) {
  VirtualClusterOptions options{.names = MapNodes(spec), .seed = seed};
  options.network.work = spec.work;
  options.origin.latency = spec.source_time;
  options.origin.values.size_min = kValueBytes;
  options.origin.values.size_max = kValueBytes;
  NodeOptions& node = options.node;
  node.groups = {{"default", BytesFor(spec.keys)}};
  node.admission = AdmissionOf(spec, defence.admission);
  node.group.layers.ttl = spec.ttl;
  node.group.layers.ttl_jitter = kTtlJitter;
  if (defence.stale) node.group.layers.stale_for = kStaleLives * spec.ttl;
  node.group.hot_copies = defence.hot ? HotCopies::kByRate : HotCopies::kOff;
  if (!defence.retries) {
    node.group.fallbacks_max = kNoLimit;
    node.group.fallback_budget = {
        .fraction = kNoBudget, .floor_per_s = kNoBudget, .balance_max = kNoBudget};
  }
  return options;
}

MapCapacity CapacityOf(const MapSpec& spec, std::uint64_t seed) {
  const std::vector<std::string> names = MapNodes(spec);
  const auto ring = BuildRing(NodeOptions().ring, EqualNodes(names));
  RL_CHECK_BECAUSE(ring.has_value(), "names are ours");
  const MapKeys keys(spec, seed);
  std::vector<double> shares(names.size(), 0);
  for (std::uint64_t rank = 1; rank <= keys.size(); ++rank) {
    shares[(*ring)->OwnerOf(keys.OfRank(rank))] += keys.Probability(rank);
  }
  // A node takes a message of each client who asks it; where another node owns the key, that node's
  // reply as well; and what the other nodes ask it for.
  const double asked = 1 / static_cast<double>(names.size());
  double most = 0;
  for (const double share : shares) {
    most = std::max(most, asked + asked * (1 - share) + share * (1 - asked));
  }
  return {.qps = 1 / (most * Seconds(spec.work)),
          .source_loads = static_cast<double>(spec.source_servers) / Seconds(spec.source_time)};
}

double WarmLoads(const MapSpec& spec, double qps) {
  const ZipfSampler zipf(spec.keys, spec.zipf_s);
  const double life = Seconds(spec.ttl) * (1 - kTtlJitter / 2);
  double loads = 0;
  for (std::uint64_t rank = 1; rank <= spec.keys; ++rank) {
    loads += 1 / (life + 1 / (qps * zipf.Probability(rank)));
  }
  return loads;
}

Duration WarmUpOf(const MapSpec& spec) { return 2 * spec.ttl; }

double RequestsOf(const MapSpec& spec, double qps) {
  return qps * Seconds(WarmUpOf(spec) + spec.horizon);
}

}  // namespace ringlab
