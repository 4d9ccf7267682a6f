// Node: a whole cache node, composed of its parts and started; cachenode is one in a process.
//
// Thread-safe. Threads: the wire engine's, shared by every node of the process, and its runtime's
// timer.
// The constructor's caller owns the node; Stop (or the end) blocks, so never from a callback.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/sync.h"
#include "core/group/group.h"
#include "core/guard/guarded_transport.h"
#include "core/ring/membership.h"
#include "core/source/timed_source.h"
#include "node/cluster/absences.h"
#include "node/cluster/announcer.h"
#include "node/cluster/cluster_view.h"
#include "node/cluster/roster.h"
#include "node/cluster/tenure.h"
#include "node/http/routed_transport.h"
#include "node/http/transport.h"
#include "node/node_options.h"
#include "node/node_runtime.h"
#include "node/wire/cache_service.h"
#include "node/wire/door.h"
#include "node/wire/wire_server.h"
#include "node/wire/wire_transport.h"

namespace ringlab {

class Node {
 public:
  // Listens, on a ring of itself alone, and not yet serving: SetPeers makes it part of a cluster.
  static Result<std::unique_ptr<Node>> Start(NodeOptions options,
                                             std::shared_ptr<NodeRuntime> runtime);

  // The same with a ring that is there already.
  static Result<std::unique_ptr<Node>> Start(NodeOptions options,
                                             std::shared_ptr<NodeRuntime> runtime,
                                             std::shared_ptr<const Ring> ring);
  ~Node();

  // The cluster from now on, this node among it; then reports SERVING. Requests under way finish by
  // the ring that they began with; one whose owner is no longer a peer falls back to the source.
  // kInvalidArgument when the ring cannot be built or lacks us.
  Result<void> SetPeers(const std::vector<Peer>& peers);

  Result<void> Join(const ClusterView& view);  // as SetPeers, with what others share

  // The memory of these groups from now on; what does not fit leaves at once. The check says before
  // why it cannot be: kNotFound, or kInvalidArgument for less than a group's parts take empty.
  Result<void> SetBudgets(const std::vector<GroupSpec>& groups);
  Result<void> CheckBudgets(const std::vector<GroupSpec>& groups) const;

  // Since when nobody has been able to say who the peers are.
  void MarkStale(std::optional<TimePoint> since) { stale_since_.store(since.value_or(kNever)); }
  std::optional<Duration> stale_for() const;

  // Its peers have had it off their rings, and may have taken writes for its keys: takes it off its
  // own until it joins again. Idempotent; a node without peers stays.
  void StepAside();

  // What it knows of its place, to be told by whoever keeps the list of peers.
  Tenure& tenure() { return tenure_; }

  // Has stepped aside: it wants to be told of its peers again.
  bool aside() RL_EXCLUDES(joining_);

  // Says goodbye: the peers put this node's keys elsewhere, health checks are told NOT_SERVING, and
  // it goes on answering, also those who now own its keys. Returns who of the peers could not be
  // told within `patience`. Blocks. One that does not announce only leaves its own ring.
  std::vector<std::string> Leave(Duration patience = std::chrono::seconds(1));
  // Likewise without blocking: `told` gets them, on any thread, perhaps at once.
  void SayGoodbye(Duration patience, Function<void(std::vector<std::string>)> told);

  const std::string& name() const { return options_.name; }
  const std::string& address() const { return server_->address(); }

  // Part of a cluster, and not about to leave it: what health checks are told.
  bool serving() const { return server_->serving(); }

  NodeStats stats() const;

  const GetLatencies& latencies() const { return latencies_; }  // and more for metrics
  const GuardedTransport& peers() const { return guarded_; }
  const TimedSource& source() const { return source_; }
  const Admission& admission() const { return admission_; }
  WireFigures wire() const { return server_->figures(); }
  std::vector<std::string> troubles() const { return server_->troubles(); }
  const Security& security() const { return options_.security; }
  const Groups& groups() const { return groups_; }

  // For protocols beside gRPC, which end before the node does.
  Door door() { return {groups_, membership_, admission_, latencies_, timer_}; }
  std::shared_ptr<const RingView> view() const { return membership_.Snapshot(); }
  bool ReachesOverHttp(std::string_view peer) const { return http_peers_.Knows(peer); }

  // New calls are told kUnavailable: see WireServer::Refuse.
  void Refuse() { server_->Refuse(); }

  // Stops accepting, answers every accepted request, then ends. What takes longer than `grace` is
  // cut off: its loads are given up. Idempotent, and from one thread at a time.
  void Stop(Duration grace = std::chrono::seconds(5));

 private:
  Result<void> Hear(const Announcement& announcement);
  void Become(const ClusterView& view) RL_REQUIRES(joining_);
  void SwapRing(std::shared_ptr<const Ring> ring) RL_REQUIRES(joining_);
  std::vector<Peer> Reachable(const std::vector<Peer>& peers, std::set<std::string>& missed);
  void LeaveOwnRing() RL_REQUIRES(joining_);
  std::optional<std::vector<std::string>> LeaveRoster() RL_EXCLUDES(joining_);
  void HearMissed() RL_REQUIRES(joining_);
  void Distrust() RL_REQUIRES(joining_);
  std::shared_ptr<const Ring> FormerRing(const RingView& now, const Ring& next) const;
  void Tidy(Groups::const_iterator group, std::size_t part, std::uint64_t epoch);

  void Cut();
  Node(NodeOptions options, std::shared_ptr<NodeRuntime> runtime, std::shared_ptr<const Ring> ring);

  const NodeOptions options_;
  const std::shared_ptr<NodeRuntime> runtime_;
  Membership membership_;
  TimerLane timer_;
  Groups groups_;
  WireTransport transport_;  // transports and source end before the groups they call back into
  HttpTransport http_peers_;
  RoutedTransport routed_;
  GuardedTransport guarded_;
  TimedSource source_;  // may call a group back until it ends, and that the transport
  Admission admission_;
  GetLatencies latencies_;
  std::atomic<TimePoint> stale_since_{kNever};
  Announcer announcer_;
  Tenure tenure_;
  Mutex joining_;                          // one change of the ring at a time
  Roster roster_ RL_GUARDED_BY(joining_);  // empty unless it announces
  std::vector<Peer> former_peers_ RL_GUARDED_BY(joining_);
  Absences absences_ RL_GUARDED_BY(joining_);
  std::optional<ClusterView> next_ RL_GUARDED_BY(joining_);  // when promises have run out
  bool aside_ RL_GUARDED_BY(joining_) = false;
  std::uint64_t tidy_epoch_ RL_GUARDED_BY(joining_) = 1;  // with nothing left of other nodes' keys
  std::unique_ptr<WireServer> server_;
};

}  // namespace ringlab
