// A gRPC call with bytes of our own making, to see what a client in another language would see.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <future>
#include <map>
#include <string>

#include "node/grpc/bytes.h"

namespace ringlab {

struct RawReply {
  grpc::Status status;
  std::string bytes;
  std::multimap<std::string, std::string> trailing;
};

// Blocks. `patience` becomes the call's deadline; none when it is zero.
inline RawReply RawCall(const std::string& address, const std::string& path,
                        const std::string& request,
                        std::chrono::milliseconds patience = std::chrono::seconds(30),
                        const std::map<std::string, std::string>& metadata = {}) {
  grpc::GenericStub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
  if (patience.count() > 0) context.set_deadline(std::chrono::system_clock::now() + patience);
  const grpc::ByteBuffer out = ToByteBuffer(request);
  grpc::ByteBuffer in;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, path, grpc::StubOptions(), &out, &in,
                 [&](grpc::Status status) { done.set_value(std::move(status)); });
  RawReply reply{done.get_future().get(), "", {}};
  for (const auto& [name, value] : context.GetServerTrailingMetadata()) {
    reply.trailing.emplace(std::string(name.data(), name.size()),
                           std::string(value.data(), value.size()));
  }
  if (reply.status.ok()) reply.bytes = ContiguousBytes(in).view();
  return reply;
}

}  // namespace ringlab
