// GrpcServer: the server of the wire engine on grpc++'s callback API. Serves a method table, with
// the standard health service and, if wanted, the reflection service beside it.
//
// Thread-safe. Handlers run on gRPC's own few threads, shared by the whole process: they must not
// block.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "node/grpc/listener.h"
#include "node/wire/method_table.h"
#include "node/wire/wire_server.h"

namespace grpc {
class Server;
}

namespace ringlab {

class GrpcServer final : public WireServer {
 public:
  // Listens on "host:port"; port 0 lets the system choose. kUnavailable when the address cannot be
  // bound, naming it. Reports NOT_SERVING to health checks until SetServing.
  static Result<std::unique_ptr<GrpcServer>> Start(std::shared_ptr<GrpcListeners> listeners,
                                                   const std::string& listen, MethodTable methods,
                                                   const WireServerOptions& options = {});
  ~GrpcServer() override;

  const std::string& address() const override { return ears_->address; }
  std::vector<std::string> troubles() const override { return ears_->troubles.list(); }

  void SetServing(bool serving) override;
  bool serving() const override { return serving_.load(); }

  // Calls that race with Stop end as CANCELLED, which callers may not take for a reason to ask
  // elsewhere.
  void Refuse() override { refusing_.store(true); }

  void Stop(Duration grace) override;

 private:
  class Service;

  GrpcServer() = default;

  MethodTable methods_;
  std::string authorization_;  // asked of every call; "" for none
  std::vector<std::unique_ptr<Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<GrpcListeners> listeners_;
  std::shared_ptr<GrpcListeners::Ears> ears_;  // null until it listens
  std::atomic<bool> serving_{false};
  std::atomic<bool> refusing_{false};
  std::atomic<std::int64_t> at_work_{0};  // handlers that have not answered
};

}  // namespace ringlab
