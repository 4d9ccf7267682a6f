#include "node/node.h"

#include <set>
#include <utility>

#include "core/parse.h"
#include "node/process_usage.h"
#include "node/version.h"

namespace ringlab {

Result<std::vector<GroupSpec>> ParseGroups(std::string_view text) {
  std::vector<GroupSpec> groups;
  std::set<std::string_view> names;
  for (const std::string_view part : SplitAt(text, ',')) {
    const std::size_t colon = part.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
      return Fail(Code::kInvalidArgument,
                  "\"" + std::string(part) + "\": expected NAME:BYTES, such as scores:64MiB");
    }
    const std::string_view name = part.substr(0, colon);
    const auto bytes = ParseBytes(part.substr(colon + 1));
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    if (*bytes < Cache::kBudgetBytesMin) {
      return Fail(Code::kInvalidArgument, "\"" + std::string(part) + "\": expected a budget of " +
                                              FormatBytes(Cache::kBudgetBytesMin) + " or more");
    }
    if (!names.insert(name).second) {
      return Fail(Code::kInvalidArgument, "the group \"" + std::string(name) +
                                              "\" comes twice; expected each name once");
    }
    groups.push_back({std::string(name), *bytes});
  }
  if (groups.empty()) {
    return Fail(Code::kInvalidArgument, "\"\": expected NAME:BYTES, such as scores:64MiB");
  }
  return groups;
}

Result<std::unique_ptr<Node>> Node::Start(NodeOptions options) {
  auto alone = BuildRing(options.ring, {options.name});
  if (!alone) return tl::unexpected<Error>(alone.error());
  std::unique_ptr<Node> node(new Node(std::move(options), *std::move(alone)));
  auto server = GrpcServer::Start(node->options_.listen,
                                  CacheMethods(node->groups_, [&n = *node] { return n.stats(); }));
  if (!server) return tl::unexpected<Error>(server.error());
  node->server_ = *std::move(server);
  return node;
}

Node::Node(NodeOptions options, std::shared_ptr<const Ring> alone)
    : options_(std::move(options)),
      membership_(options_.name, std::move(alone)),
      source_(options_.source, options_.seed, timer_) {
  FlightsOptions flights;
  flights.load_timeout = options_.load_timeout;
  for (const GroupSpec& group : options_.groups) {
    groups_.emplace(group.name,
                    std::make_unique<Group>(
                        GroupOptions{
                            .name = group.name, .cache_bytes = group.bytes, .flights = flights},
                        Group::Deps{membership_, transport_, source_, timer_}));
  }
}

Node::~Node() { Stop(); }

Result<void> Node::SetPeers(std::vector<Peer> peers) {
  std::vector<std::string> names;
  for (const Peer& peer : peers) names.push_back(peer.name);
  auto ring = BuildRing(options_.ring, std::move(names));
  if (!ring) return tl::unexpected<Error>(ring.error());
  if ((*ring)->IndexOf(options_.name) == kNoNode) {
    return Fail(Code::kInvalidArgument,
                "this node, \"" + options_.name + "\", is not among the peers");
  }
  transport_.SetPeers(peers);  // first, so that whoever is on the ring can be reached
  membership_.Swap(*std::move(ring));
  server_->SetServing(true);
  return {};
}

NodeStats Node::stats() const {
  const auto view = membership_.Snapshot();
  NodeStats stats;
  stats.name = options_.name;
  stats.version = kVersion;
  stats.ring = {.dialect = std::string(view->ring->dialect()),
                .replicas = view->ring->replicas(),
                .nodes = view->ring->nodes(),
                .fingerprint = view->ring->fingerprint(),
                .epoch = view->epoch};
  for (const auto& [name, group] : groups_) stats.groups.emplace_back(name, group->stats());
  const ProcessUsage usage = UsageOfThisProcess();
  stats.process = {.pid = usage.pid, .cpu = usage.cpu, .resident_bytes = usage.resident_bytes};
  return stats;
}

void Node::Stop(Duration grace) {
  if (server_ != nullptr) server_->Stop(grace);
  transport_.Stop();
  timer_.Stop();  // drops what the source had still to answer
}

}  // namespace ringlab
