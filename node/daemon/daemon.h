// Daemon: a cache node as a process runs it: composed from its settings, made part of its cluster,
// changed while it runs, and ended with a goodbye.
//
// Prints the lines "listening NAME ADDRESS", "http NAME ADDRESS" and "serving NAME ADDRESS" to
// stdout, for who starts nodes, and logs the rest. For one thread, main's, which it may block.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "node/daemon/watch.h"
#include "node/etcd/cluster.h"
#include "node/front/http_front.h"
#include "node/front/peer_list.h"
#include "node/live/timer_thread.h"
#include "node/node.h"
#include "node/security/tls_copies.h"
#include "node/settings/settings.h"

namespace ringlab {

class Daemon {
 public:
  // Fills the source's table, if that is asked for, and tries the source. Blocks for as long as
  // that takes, on this thread alone: a signal may end the process meanwhile. Errors name the flag.
  static Result<void> Prepare(const Settings& settings);

  // Listens; and joins its peers, unless it is yet to be told of them. Prepared before. Errors name
  // the flag.
  static Result<std::unique_ptr<Daemon>> Start(Settings settings);
  ~Daemon();

  // The peers from now on, in place of a list before. Those that cannot be are logged.
  void SetPeers(const std::vector<Peer>& peers);

  // Takes over what has changed in the settings and can change while it runs: peers, budgets and
  // the level of the log; and certificates, which Look would too. Logs that, what takes a restart,
  // and why settings cannot serve: then nothing changes.
  void Reload(Result<Settings> next);

  // Logs what is new about its ring, its peers and its limits, and follows changed certificates. To
  // be called about once a second.
  void Look();

  // Ends it: with a goodbye, if the cluster goes on without it. What was accepted is answered.
  void Stop(bool goodbye);

  const std::string& name() const { return node_->name(); }

 private:
  explicit Daemon(Settings settings);

  Result<void> Join(const std::vector<Peer>& peers);
  Result<void> JoinByEtcd();
  Result<void> OpenFront();
  void SayGoodbye();
  void FollowCertificates();
  void SetBudgets(const std::vector<GroupSpec>& groups);

  Settings settings_;
  std::optional<TlsCopies> tls_;  // what gRPC reads in place of the files, if there are any
  std::optional<TimerThread> etcd_timer_;  // apart: it builds rings
  std::unique_ptr<Node> node_;
  std::optional<Watch> watch_;
  std::unique_ptr<PeerList> peers_;
  std::unique_ptr<HttpFront> http_;
  std::unique_ptr<EtcdCluster> etcd_;  // ends before what it tells of its members
};

}  // namespace ringlab
