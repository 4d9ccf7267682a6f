#include "node/grpc/link.h"

#include <grpcpp/grpcpp.h>

#include "node/grpc/call.h"

namespace ringlab {

namespace {

// A dead peer is tried again soon, so that one that comes back is used within a second or so.
constexpr int kReconnectFirstMs = 100;
constexpr int kReconnectMaxMs = 1000;
// gRPC's "minimum backoff" is how long one attempt may take at least. A process that opens a
// thousand connections at once answers some late.
constexpr int kConnectMs = 1000;

}  // namespace

void GrpcLink::Open() {
  for (int i = 0; i < share_.connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
    arguments.SetMaxReceiveMessageSize(share_.reply_bytes_max);
    if (!share_.server_name.empty()) arguments.SetSslTargetNameOverride(share_.server_name);
    // Channels whose arguments differ do not share a connection.
    arguments.SetInt("ringlab.connection", i);
    channels_.push_back(grpc::CreateCustomChannel(address_, share_.credentials, arguments));
    stubs_.push_back(std::make_unique<grpc::GenericStub>(channels_.back()));
  }
}

grpc::GenericStub& GrpcLink::Next() {
  std::call_once(opened_, [this] { Open(); });
  return *stubs_[next_.fetch_add(1, std::memory_order_relaxed) % stubs_.size()];
}

void GrpcLink::Call(OutgoingCall&& call, BytesCallback&& done) {
  StartGrpcCall(calls_, Next(), std::move(call), share_.authorization, std::move(done));
}

void GrpcLink::ConnectNow() {
  std::call_once(opened_, [this] { Open(); });
  for (const auto& channel : channels_) {
    grpc::experimental::ChannelResetConnectionBackoff(channel.get());
  }
}

}  // namespace ringlab
