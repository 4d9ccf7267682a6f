// GrpcLink: the way to one address over grpc++: its channels, used in turn. Thread-safe.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "node/wire/links.h"

namespace ringlab {

class GrpcCalls;

// What the links of a process share.
struct GrpcLinkShare {
  int connections = 1;
  int reply_bytes_max = -1;  // no bound
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  std::string server_name;    // what certificates must say instead of the address; "" for that
  std::string authorization;  // "Bearer …", or ""
};

class GrpcLink final : public Link {
 public:
  // `share` and `calls` outlive it.
  GrpcLink(const GrpcLinkShare& share, GrpcCalls& calls, std::string address)
      : share_(share), calls_(calls), address_(std::move(address)) {}

  // The first call makes the channels; they connect when they are used.
  void Call(OutgoingCall&& call, BytesCallback&& done) override;
  void ConnectNow() override;

 private:
  grpc::GenericStub& Next();
  void Open();

  const GrpcLinkShare& share_;
  GrpcCalls& calls_;
  const std::string address_;
  std::once_flag opened_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace ringlab
