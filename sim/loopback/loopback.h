// LoopbackCluster: N whole nodes inside this process, each with a server of its own, that share one
// ring: on 127.0.0.1, or in virtual time (sim/loopback/ground.h).
//
// From one thread at a time, except where a method says otherwise; starting, changing and ending
// block. Built for 1,000 nodes: what each costs is in docs/decisions.md.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/group/stats.h"
#include "core/ring/spec.h"
#include "core/source/synthetic_source.h"
#include "node/engines/engines.h"
#include "node/node.h"
#include "sim/loopback/ground.h"

namespace ringlab {

struct LoopbackOptions {
  std::vector<RingNode> nodes = {};
  RingSpec ring = {};
  std::size_t group_bytes = std::size_t{8} << 20;  // of each node
  SyntheticSpec source = {};
  std::uint64_t seed = 1;
  Duration load_timeout = std::chrono::seconds(2);
  Duration handover{};     // of each node: see node/node.h
  EngineSpec engine = {};  // of nodes on this machine
};

// Requests by the name of the node that owns their keys.
using OwnerCounts = std::map<std::string, std::uint64_t>;

// What the nodes of a cluster counted.
struct LoopbackCounts {
  GroupStats sum;

  // Callers' Gets by owner, as the nodes themselves decided: each that missed counts for the owner
  // to whom the node's ring routed it, each that hit for the node that had it.
  OwnerCounts owned;
};

class LoopbackCluster {
 public:
  // Told how many nodes have started so far; false gives up (kCancelled).
  using Progress = std::function<bool(std::uint64_t started)>;

  // All serving, on this machine or on a ground that outlives the cluster. Errors: the ring's, the
  // file limit's, a port that cannot be had.
  static Result<std::unique_ptr<LoopbackCluster>> Start(LoopbackOptions options,
                                                        const Progress& progress = nullptr);
  static Result<std::unique_ptr<LoopbackCluster>> Start(LoopbackOptions options, Ground& ground,
                                                        const Progress& progress = nullptr);
  ~LoopbackCluster();  // Stop()

  // The ring that the nodes route by, and those that live: after a Kill there may be one on the
  // ring who does not live.
  const std::shared_ptr<const Ring>& ring() const { return ring_; }
  std::vector<std::string> living() const;

  // How a client reaches them: over the nodes' own connections. Thread-safe.
  WireTransport& client() { return *client_; }
  Ground& ground() { return ground_; }

  // Connects to every living node, a few at a time, so that no request of a measurement waits for
  // that. An error names a node that does not answer.
  Result<void> Connect();

  // Ends a living node at once: what it was doing is cut off, the others still count on it.
  void Kill(const std::string& name);

  // Every living node on the ring without `name` routes by that ring from here on: when a kill has
  // become known, or before a node drains. An error when the kind of ring cannot do it.
  Result<void> TakeOffRing(const std::string& name);

  // Lets a living node finish what it accepted, for as long as `grace`, and ends it; but with a
  // hand-over, it goes on answering those who have its keys now. Take it off the ring first, and
  // tell its clients.
  void Drain(const std::string& name, Duration grace = std::chrono::seconds(1));

  // A new node, or one that comes back; then every node routes by the ring with it. Errors: the
  // ring's, the file limit's, a port that cannot be had; nothing has changed then.
  Result<void> Join(const RingNode& node);

  // Of all nodes that ever lived; any time, exact when quiet.
  LoopbackCounts counts() const;

  // Which identities of which nodes' counts do not hold, at quiescence; waits for that a moment.
  std::vector<std::string> FindProblems() const;

  // Ends all, sharing one patience. Idempotent.
  void Stop(Duration grace = std::chrono::seconds(1));

 private:
  struct Member {
    std::unique_ptr<Node> node;
    std::shared_ptr<const RingView> past;  // the view before this one: a Get may still count there
  };

  LoopbackCluster(LoopbackOptions options, Ground& ground, std::shared_ptr<const Ring> ring);

  Result<void> ConnectTo(const std::vector<std::string>& names);
  Result<void> Add(const std::string& name, std::shared_ptr<const Ring> ring);
  void Tell(std::shared_ptr<const Ring> ring);
  void End(const std::string& name, Duration grace);

  const LoopbackOptions options_;
  std::unique_ptr<Ground> own_ground_;  // null: somebody else's
  Ground& ground_;
  std::shared_ptr<const Ring> ring_;
  std::unique_ptr<WireTransport> client_;
  std::map<std::string, Member> members_;  // that live
  std::set<std::string> leaving_;          // of these, who is on no ring any more
  std::uint64_t started_ = 0;              // nodes ever
  GroupStats ended_;                       // the sum of those that have ended
  OwnerCounts counted_;                    // owned() of those, and by rings that are past
  std::vector<std::string> problems_;      // of those
};

}  // namespace ringlab
