// ChannelPool: gRPC channels by address, opened when first needed, for one transport or for all of
// a process: 1,000 nodes that know each other must not mean a million channels.
//
// Thread-safe. Channels are kept for the pool's life, so that none is ever destroyed inside a
// callback (gRPC would join its own thread); the pool ends when no transport has it any more.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/sync.h"
#include "node/live/peers.h"
#include "node/security/security.h"

namespace ringlab {

class PeerChannels;

// Peers by name. Made by a pool, valid for the pool's life.
using PeerBook = std::map<std::string, PeerChannels*, std::less<>>;

class ChannelPool {
 public:
  // With several connections a peer, calls take turns: one HTTP/2 connection is one thread's work
  // at the server.
  explicit ChannelPool(int connections_per_peer = 1, const Security& security = {});
  ~ChannelPool();
  ChannelPool(const ChannelPool&) = delete;
  ChannelPool& operator=(const ChannelPool&) = delete;

  // "Bearer …" for the metadata entry "authorization" of every call; "" for none.
  const std::string& authorization() const { return authorization_; }

  // Opens nothing. Of peers with one name, the first counts.
  std::shared_ptr<const PeerBook> Book(const std::vector<Peer>& peers);

 private:
  const int connections_per_peer_;
  const TlsFiles tls_;
  const std::string authorization_;
  std::shared_ptr<grpc::ChannelCredentials> credentials_;
  Mutex mutex_;
  std::map<std::string, std::unique_ptr<PeerChannels>> by_address_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
