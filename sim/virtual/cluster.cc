#include "sim/virtual/cluster.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"
#include "node/etcd/member.h"
#include "node/node_by_etcd.h"

namespace ringlab {

namespace {

const std::string kService = "swarm";

}  // namespace

VirtualCluster::VirtualCluster(VirtualClusterOptions options)
    : options_(std::move(options)),
      network_(time_, options_.seed, options_.network),
      origin_(time_, options_.seed, options_.origin),
      client_host_(network_.AddHost("client")),
      client_timer_(time_, client_host_),
      links_(std::make_shared<VirtualLinks>(network_)),
      client_(std::make_unique<WireTransport>(links_)) {
  for (const std::string& name : options_.names) hosts_[name] = &network_.AddHost(name);
  if (options_.etcd) etcd_.emplace(network_, options_.etcd->members, options_.seed);
  client_host_.up = true;
  client_->SetPeers(PeersOf(options_.names));
}

VirtualCluster::~VirtualCluster() {
  while (!members_.empty()) Kill(members_.begin()->first);
  time_.As(client_host_, [&] {
    links_->EndOf(client_host_);
    client_->Stop();
    links_->Forget(client_host_);
  });
  time_.DropAll();
}

std::vector<Peer> VirtualCluster::PeersOf(const std::vector<std::string>& list) const {
  std::vector<Peer> peers;
  for (const std::string& name : list) peers.push_back({name, hosts_.at(name)->address});
  return peers;
}

Result<void> VirtualCluster::Start(const std::string& name, const std::vector<std::string>& list) {
  if (members_.contains(name)) return {};
  VirtualHost& host = *hosts_.at(name);
  return time_.As(host, [&]() -> Result<void> {
    host.up = true;
    NodeOptions options = options_.node;
    options.name = name;
    options.seed = options_.seed ^ HashXx64(name, started_++);
    options.make_source = [this, &host](Scheduler& scheduler) {
      return origin_.SourceOf(host, scheduler);
    };
    auto runtime =
        std::make_shared<NodeRuntime>(std::make_shared<VirtualEngine>(network_, host, links_),
                                      links_, std::make_unique<HostTimer>(time_, host));
    auto node = Node::Start(std::move(options), runtime);
    if (!node) {
      host.up = false;
      return tl::unexpected<Error>(node.error());
    }
    const auto member =
        members_.emplace(name, Member{std::move(runtime), *std::move(node), nullptr, started_})
            .first;
    if (etcd_) return Register(name, member->second);
    return member->second.node->SetPeers(PeersOf(list));
  });
}

// As the daemon does.
Result<void> VirtualCluster::Register(const std::string& name, Member& member) {
  VirtualHost& host = *hosts_.at(name);
  EtcdOptions options;
  options.endpoints = etcd_->endpoints();
  options.service = kService;
  options.ttl = options_.etcd->ttl;
  options.advertise = host.address;
  auto started = EtcdCluster::Start(
      std::move(options), {name, host.address}, options_.seed ^ HashXx64(name, started_),
      {.timer = *member.runtime->timer, .client = etcd_->ClientOf(host)},
      CallsOf(*member.node, [](std::size_t, const Result<void>&) {}, [](const Said&) {}));
  if (!started) return tl::unexpected<Error>(started.error());
  member.etcd = *std::move(started);
  return {};
}

std::string VirtualCluster::EtcdKey(const std::string& name) const {
  return EtcdKeyOf(kService, hosts_.at(name)->address);
}

void VirtualCluster::TellList(const std::vector<std::string>& list, Duration apart) {
  TimePoint when = time_.Now();
  for (const std::string& name : list) {
    time_.At(when, *hosts_.at(name), [this, name, list] {
      if (Node* const living = node(name)) (void)living->SetPeers(PeersOf(list));
    });
    when = SaturatingAdd(when, apart);
  }
}

void VirtualCluster::Kill(const std::string& name) {
  const auto found = members_.find(name);
  if (found == members_.end()) return;
  VirtualHost& host = *hosts_.at(name);
  Member member = std::move(found->second);
  members_.erase(found);
  time_.As(host, [&] {
    links_->EndOf(host);
    member.etcd.reset();
    member.node->Stop(Duration::zero());
    member.node.reset();
    links_->Forget(host);
  });
}

void VirtualCluster::Leave(const std::string& name, Duration drain) {
  Node* const leaving = node(name);
  if (leaving == nullptr) return;
  VirtualHost& host = *hosts_.at(name);
  constexpr Duration kPatience = std::chrono::seconds(1);
  const auto tell_peers = [leaving](bool) {
    leaving->SayGoodbye(kPatience, [](const std::vector<std::string>&) {});
  };
  time_.As(host, [&] {
    if (!etcd_) return tell_peers(true);
    members_.at(name).etcd->SayGoodbye(kPatience, tell_peers);
  });
  time_.At(SaturatingAdd(time_.Now(), drain), host, [this, name, start = members_.at(name).start] {
    const auto member = members_.find(name);
    if (member != members_.end() && member->second.start == start) Kill(name);
  });
}

Node* VirtualCluster::node(const std::string& name) const {
  const auto found = members_.find(name);
  return found == members_.end() ? nullptr : found->second.node.get();
}

std::vector<std::string> VirtualCluster::living() const {
  std::vector<std::string> names;
  for (const auto& [name, member] : members_) names.push_back(name);
  return names;
}

}  // namespace ringlab
