// Node: a whole cache node, composed of its parts and started; cachenode is one in a process.
//
// Thread-safe. Threads: gRPC's own, shared by every node of the process, and one TimerThread. The
// constructor's caller owns the node; Stop (or the end) blocks, so never from a callback.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/group.h"
#include "core/membership.h"
#include "core/ring_spec.h"
#include "core/synthetic_source.h"
#include "node/cache_service.h"
#include "node/grpc_server.h"
#include "node/grpc_transport.h"
#include "node/request_log.h"
#include "node/timer_thread.h"

namespace ringlab {

struct GroupSpec {
  std::string name;
  std::size_t bytes;

  friend bool operator==(const GroupSpec&, const GroupSpec&) = default;
};

// "scores:64MiB,default:1GiB". Errors name the part.
Result<std::vector<GroupSpec>> ParseGroups(std::string_view text);

struct NodeOptions {
  std::string name;                    // this node's place on the ring
  std::string listen = "127.0.0.1:0";  // port 0: the system chooses
  RingSpec ring;
  std::vector<GroupSpec> groups = {{"default", std::size_t{64} << 20}};
  SyntheticSpec source;
  std::uint64_t seed = 1;  // of the source's failures and latencies
  Duration load_timeout = std::chrono::seconds(2);
  RequestLog request_log = {};  // told of every call; empty for none, which costs nothing
};

class Node {
 public:
  // Listens, on a ring of itself alone, and not yet serving: SetPeers makes it part of a cluster.
  static Result<std::unique_ptr<Node>> Start(NodeOptions options);
  ~Node();

  // The cluster from now on, this node among it; then reports SERVING. Requests under way finish by
  // the ring that they began with; one whose owner is no longer a peer falls back to the source.
  // kInvalidArgument when the ring cannot be built or lacks us. From one thread at a time.
  Result<void> SetPeers(const std::vector<Peer>& peers);

  const std::string& name() const { return options_.name; }
  const std::string& address() const { return server_->address(); }

  NodeStats stats() const;

  // Stops accepting, answers every accepted request, then ends. What takes longer than `grace` is
  // cut off: its loads are given up. Idempotent, and from one thread at a time.
  void Stop(Duration grace = std::chrono::seconds(5));

 private:
  Node(NodeOptions options, std::shared_ptr<const Ring> alone);

  const NodeOptions options_;
  Membership membership_;
  TimerThread timer_;
  Groups groups_;
  SyntheticSource source_;  // source and transport end before the groups they call back into
  GrpcTransport transport_;
  std::unique_ptr<GrpcServer> server_;
};

}  // namespace ringlab
