// GrpcTransport: the Transport over gRPC, one persistent channel (or a few) per peer.
//
// Thread-safe. Channels are opened when first needed and kept, by address, for the transport's
// life, so that none is ever destroyed inside a callback (gRPC would join its own thread).
// Callbacks run on gRPC's threads.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/node_stats.h"
#include "core/transport.h"

namespace ringlab {

// A node's place on the ring, and where to reach it.
struct Peer {
  std::string name;
  std::string address;  // "host:port"

  friend bool operator==(const Peer&, const Peer&) = default;
};

// "n0=127.0.0.1:8001,n1=…", or plain addresses, which are then their own names. Errors name the
// part: empty, without a port that can be dialled, or a name that comes twice.
Result<std::vector<Peer>> ParsePeers(std::string_view text);

class GrpcTransport final : public Transport {
 public:
  // With several connections a peer, calls take turns: one HTTP/2 connection is one thread's work
  // at the server.
  explicit GrpcTransport(int connections_per_peer = 1);

  // Cancels what is under way and waits for its callbacks.
  ~GrpcTransport() override;

  // Whom Get can reach from now on. Calls under way go on.
  void SetPeers(const std::vector<Peer>& peers);

  void Get(std::string_view to, const GetRequest& request, GetCallback done) override;

  // What the node named `to` tells of itself. Same rules as Get.
  void Stats(std::string_view to, TimePoint deadline, Function<void(Result<NodeStats>)> done);

  // Ends every call, present and future, with kUnavailable or what it had become. Blocks until the
  // last callback has returned; so never from one.
  void Stop();

 private:
  class Call;
  class Calls;
  class Channels;

  void Start(std::string_view to, std::string_view method, std::string request, TimePoint deadline,
             Function<void(Result<std::string_view>)> done);

  std::unique_ptr<Channels> channels_;
  std::unique_ptr<Calls> calls_;
};

}  // namespace ringlab
