// VirtualCluster: whole production nodes, and a client, in virtual time on a virtual network.
//
// Nodes are those of node/node.h, with their groups, circuits, admission, announcements and
// hand-overs; only the bytes between them, their clock and their source are simulated. A node's
// peers are a list, which it is told at its start; or a simulated etcd keeps them, and production's
// EtcdCluster follows it. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "node/etcd/cluster.h"
#include "node/node.h"
#include "node/wire/wire_transport.h"
#include "sim/virtual/engine.h"
#include "sim/virtual/etcd.h"
#include "sim/virtual/network.h"
#include "sim/virtual/origin.h"
#include "sim/virtual/time.h"

namespace ringlab {

struct VirtualClusterOptions {
  std::vector<std::string> names = {};
  NodeOptions node = {};  // of each, but for its name and source
  NetworkLaw network = {};
  OriginLaw origin = {};
  std::optional<EtcdLaw> etcd = {};  // keeps the list
  std::uint64_t seed = 1;
};

class VirtualCluster {
 public:
  explicit VirtualCluster(VirtualClusterOptions options);
  ~VirtualCluster();
  VirtualCluster(const VirtualCluster&) = delete;
  VirtualCluster& operator=(const VirtualCluster&) = delete;

  VirtualTime& time() { return time_; }
  VirtualNetwork& network() { return network_; }
  Origin& origin() { return origin_; }

  // A node that does not live is started, and told who its peers are: `list`, or what etcd says. An
  // error is the node's own: options that cannot be.
  Result<void> Start(const std::string& name, const std::vector<std::string>& list);

  // Every living node on it is told the list, one `apart` after the other; so is the client.
  void TellList(const std::vector<std::string>& list, Duration apart);

  // Its process ends at once; what it held is gone.
  void Kill(const std::string& name);

  // It says goodbye, goes on answering for `drain`, and ends.
  void Leave(const std::string& name, Duration drain);

  // The node, null while it does not live. Its code runs as its host: see VirtualTime::As.
  Node* node(const std::string& name) const;
  VirtualHost& host(const std::string& name) const { return *hosts_.at(name); }
  const std::vector<std::string>& names() const { return options_.names; }
  std::vector<std::string> living() const;

  // Null where the peers are a list. What a node is registered as there.
  VirtualEtcd* etcd() { return etcd_ ? &*etcd_ : nullptr; }
  std::string EtcdKey(const std::string& name) const;

  // How the client reaches the nodes; for tasks of its own host.
  WireTransport& client() { return *client_; }
  HostTimer& client_timer() { return client_timer_; }
  VirtualHost& client_host() { return client_host_; }

 private:
  struct Member {
    std::shared_ptr<NodeRuntime> runtime;
    std::unique_ptr<Node> node;
    std::unique_ptr<EtcdCluster> etcd;
    std::uint64_t start = 0;  // of all starts, which one
  };

  std::vector<Peer> PeersOf(const std::vector<std::string>& list) const;
  Result<void> Register(const std::string& name, Member& member);

  const VirtualClusterOptions options_;
  VirtualTime time_;
  VirtualNetwork network_;
  Origin origin_;
  std::map<std::string, VirtualHost*> hosts_;
  VirtualHost& client_host_;
  HostTimer client_timer_;
  std::shared_ptr<VirtualLinks> links_;
  std::unique_ptr<WireTransport> client_;
  std::optional<VirtualEtcd> etcd_;
  std::map<std::string, Member> members_;  // that live
  std::uint64_t started_ = 0;
};

}  // namespace ringlab
