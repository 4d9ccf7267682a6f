// GrpcTransport: the Transport over gRPC, one persistent channel (or a few) per peer.
//
// Thread-safe. Its channels are a ChannelPool's, its own or one that other transports share.
// Callbacks run on gRPC's threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sync.h"
#include "core/group/node_stats.h"
#include "core/transport.h"
#include "node/grpc/channel_pool.h"

namespace ringlab {

struct Announcement;

class GrpcTransport final : public Transport {
 public:
  // Over channels of its own, or over those of a pool.
  explicit GrpcTransport(int connections_per_peer = 1, const Security& security = {});
  explicit GrpcTransport(std::shared_ptr<ChannelPool> channels);

  // Cancels what is under way and waits for its callbacks.
  ~GrpcTransport() override;

  // Whom Get can reach from now on. Calls under way go on. A book is of this transport's pool.
  void SetPeers(const std::vector<Peer>& peers);
  void SetPeers(std::shared_ptr<const PeerBook> book);

  void Get(std::string_view to, const GetRequest& request, GetCallback done) override;
  void GetMany(std::string_view to, const GetManyRequest& request, GetManyCallback done) override;
  void Peek(std::string_view to, const GetRequest& request, PeekCallback done) override;
  void Set(std::string_view to, const SetRequest& request, WriteCallback done) override;
  void Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) override;

  // Tells the node named `to` that this one serves, or is about to leave. Same rules as Get.
  void Announce(std::string_view to, const Announcement& announcement, TimePoint deadline,
                WriteCallback done);

  // It is known to be there: if it could not be reached before, it is tried at once.
  void ConnectNow(std::string_view to);

  // What the node named `to` tells of itself. Likewise.
  void Stats(std::string_view to, TimePoint deadline, Function<void(Result<NodeStats>)> done);

  // Ends every call, present and future, with kUnavailable or what it had become. Does not wait
  // for the callbacks, so it may be called from anywhere.
  void Cancel();

  // Cancel, and then blocks until the last callback has returned; so never from one.
  void Stop();

 private:
  class Call;
  class Calls;

  PeerChannels* Find(std::string_view name) const;

  void Start(std::string_view to, std::string_view method, std::string request, TimePoint deadline,
             const Trace& trace, Function<void(Result<std::string_view>)> done);

  const std::shared_ptr<ChannelPool> channels_;
  mutable Mutex mutex_;
  std::shared_ptr<const PeerBook> book_ RL_GUARDED_BY(mutex_);
  std::unique_ptr<Calls> calls_;
};

}  // namespace ringlab
