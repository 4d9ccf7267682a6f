// PeerChannels: the channels to one address, used in turn. Thread-safe.
#pragma once

#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace ringlab {

class PeerChannels {
 public:
  // `server_name` is what its certificate must say instead of the address; "" for the address.
  PeerChannels(std::string address, int connections,
               std::shared_ptr<grpc::ChannelCredentials> credentials, std::string server_name)
      : address_(std::move(address)),
        connections_(connections),
        credentials_(std::move(credentials)),
        server_name_(std::move(server_name)) {}

  // The first call makes the channels; they connect when they are used.
  grpc::GenericStub& Next() {
    std::call_once(opened_, [this] { Open(); });
    return *stubs_[next_.fetch_add(1, std::memory_order_relaxed) % stubs_.size()];
  }

  // The peer is known to be there: one that could not be reached is tried at once.
  void ConnectNow();

 private:
  void Open();

  const std::string address_;
  const int connections_;
  const std::shared_ptr<grpc::ChannelCredentials> credentials_;
  const std::string server_name_;
  std::once_flag opened_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace ringlab
