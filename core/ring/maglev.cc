#include "core/ring/maglev.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {
namespace {

bool IsPrime(std::uint64_t number) {
  if (number < 2) return false;
  for (std::uint64_t divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) return false;
  }
  return true;
}

// "65521 or 65537": the primes in [least, most] next to a number.
std::string PrimesNear(std::uint64_t number, std::uint64_t least, std::uint64_t most) {
  const std::uint64_t start = std::clamp(number, least, most);
  std::uint64_t below = start;
  while (below >= least && !IsPrime(below)) --below;
  std::uint64_t above = start;
  while (above <= most && !IsPrime(above)) ++above;
  if (below < least || below == above) return std::to_string(above);
  if (above > most) return std::to_string(below);
  return std::to_string(below) + " or " + std::to_string(above);
}

std::string DialectOf(std::uint32_t entries) {
  std::string dialect(MaglevRing::kName);
  if (entries != MaglevRing::kDefaultEntries) dialect += ":" + std::to_string(entries);
  return dialect;
}

// A node's walk through its preference list, and its turns.
struct Walk {
  double weight;  // over the sum of all
  double due;     // turn x weight at which it plays next
  std::uint32_t at;
  std::uint32_t skip;
};

}  // namespace

Result<std::shared_ptr<const Ring>> MaglevRing::Make(std::uint64_t entries,
                                                     std::vector<RingNode> nodes) {
  const std::uint64_t least = std::max<std::uint64_t>(nodes.size(), 2);
  if (least > kMaxEntries) {
    return Fail(Code::kInvalidArgument, "make a table for " + std::to_string(nodes.size()) +
                                            " nodes; accepted: at most " +
                                            std::to_string(kMaxEntries));
  }
  if (entries < least || entries > kMaxEntries || !IsPrime(entries)) {
    return Fail(Code::kInvalidArgument, "make a table of " + std::to_string(entries) +
                                            " entries for " + std::to_string(nodes.size()) +
                                            (nodes.size() == 1 ? " node" : " nodes") +
                                            "; accepted: a prime from " + std::to_string(least) +
                                            " to " + std::to_string(kMaxEntries) + ", such as " +
                                            PrimesNear(entries, least, kMaxEntries));
  }
  return std::make_shared<const MaglevRing>(static_cast<std::uint32_t>(entries), std::move(nodes));
}

MaglevRing::MaglevRing(std::uint32_t entries, std::vector<RingNode> given)
    : Ring(DialectOf(entries), 1, std::move(given)), table_(entries, kNoNode) {
  RL_CHECK(entries >= nodes().size() && entries <= kMaxEntries && IsPrime(entries));
  Fill();
}

void MaglevRing::Fill() {
  const auto entries = static_cast<std::uint32_t>(table_.size());
  const double sum = std::accumulate(weights().begin(), weights().end(), 0.0);
  const double heaviest = *std::max_element(weights().begin(), weights().end()) / sum;
  std::vector<Walk> walks;
  walks.reserve(nodes().size());
  for (std::size_t node = 0; node < nodes().size(); ++node) {
    const std::string& name = nodes()[node];
    walks.push_back({.weight = weights()[node] / sum,
                     .due = 0,
                     .at = static_cast<std::uint32_t>(HashXx64(name, 0) % entries),
                     .skip = static_cast<std::uint32_t>(HashXx64(name, 1) % (entries - 1)) + 1});
  }
  // Ends: the heaviest node takes an entry every turn, and a prime M makes each walk visit them
  // all.
  std::uint32_t filled = 0;
  for (std::uint32_t turn = 1; filled < entries; ++turn) {
    for (NodeIndex node = 0; node < walks.size() && filled < entries; ++node) {
      Walk& walk = walks[node];
      if (turn * walk.weight < walk.due) continue;
      walk.due += heaviest;
      while (table_[walk.at] != kNoNode) walk.at = (walk.at + walk.skip) % entries;
      table_[walk.at] = node;
      ++filled;
    }
  }
}

NodeIndex MaglevRing::OwnerOf(std::string_view key) const {
  return table_[HashXx64(key, 0) % table_.size()];
}

std::vector<double> MaglevRing::Shares() const {
  std::vector<double> shares(nodes().size(), 0);
  for (const NodeIndex owner : table_) shares[owner] += 1;
  for (double& share : shares) share /= static_cast<double>(table_.size());
  return shares;
}

std::optional<Partition> MaglevRing::Arcs() const {
  Partition partition{.circle = table_.size(), .arcs = {}};
  for (std::size_t entry = 0; entry < table_.size(); ++entry) {
    const bool run_ends = entry + 1 == table_.size() || table_[entry + 1] != table_[entry];
    if (run_ends) partition.arcs.push_back({entry, table_[entry]});
  }
  return partition;
}

Result<std::shared_ptr<const Ring>> MaglevRing::With(const RingNode& node) const {
  auto nodes = NodesWith(node);
  if (!nodes) return tl::unexpected(nodes.error());
  return Make(table_.size(), *std::move(nodes));
}

Result<std::shared_ptr<const Ring>> MaglevRing::Without(std::string_view name) const {
  auto nodes = NodesWithout(name);
  if (!nodes) return tl::unexpected(nodes.error());
  return Make(table_.size(), *std::move(nodes));
}

}  // namespace ringlab
