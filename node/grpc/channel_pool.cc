#include "node/grpc/channel_pool.h"

#include <grpcpp/grpcpp.h>

#include "node/grpc/peer_channels.h"
#include "node/grpc/tuning.h"

namespace ringlab {

namespace {

// A dead peer is tried again soon, so that one that comes back is used within a second or so.
constexpr int kReconnectFirstMs = 100;
constexpr int kReconnectMaxMs = 1000;
// gRPC's "minimum backoff" is how long one attempt may take at least. A process that opens a
// thousand connections at once answers some late.
constexpr int kConnectMs = 1000;

}  // namespace

void PeerChannels::Open() {
  for (int i = 0; i < connections_; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
    arguments.SetMaxReceiveMessageSize(-1);
    if (!server_name_.empty()) arguments.SetSslTargetNameOverride(server_name_);
    // Channels whose arguments differ do not share a connection.
    arguments.SetInt("ringlab.connection", i);
    channels_.push_back(grpc::CreateCustomChannel(address_, credentials_, arguments));
    stubs_.push_back(std::make_unique<grpc::GenericStub>(channels_.back()));
  }
}

void PeerChannels::ConnectNow() {
  std::call_once(opened_, [this] { Open(); });
  for (const auto& channel : channels_) {
    grpc::experimental::ChannelResetConnectionBackoff(channel.get());
  }
}

ChannelPool::ChannelPool(int connections_per_peer, const Security& security)
    : connections_per_peer_(connections_per_peer),
      tls_(security.tls),
      authorization_(security.token.empty() ? "" : "Bearer " + security.token) {
  TuneGrpc();
  credentials_ = ChannelCredentialsOf(tls_);
}

ChannelPool::~ChannelPool() = default;

std::shared_ptr<const PeerBook> ChannelPool::Book(const std::vector<Peer>& peers) {
  auto book = std::make_shared<PeerBook>();
  MutexLock lock(mutex_);
  for (const Peer& peer : peers) {
    std::unique_ptr<PeerChannels>& channels = by_address_[peer.address];
    if (channels == nullptr) {
      channels = std::make_unique<PeerChannels>(peer.address, connections_per_peer_, credentials_,
                                                tls_.name);
    }
    book->emplace(peer.name, channels.get());
  }
  return book;
}

}  // namespace ringlab
