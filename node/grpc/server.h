// GrpcServer: the wire engine on grpc++'s callback API. Serves a method table, with the standard
// health service and, if wanted, the reflection service beside it.
//
// Thread-safe. Handlers run on gRPC's own few threads, shared by the whole process: they must not
// block.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "node/security/security.h"
#include "node/wire/method_table.h"

namespace grpc {
class Server;
}

namespace ringlab {

struct GrpcServerOptions {
  bool reflection = true;  // grpc++ serves it synchronously: a thread of its own for each server
  std::size_t request_bytes_max = std::size_t{32} << 20;  // gRPC refuses larger ones, unread
  Security security = {};
};

class GrpcServer {
 public:
  // Listens on "host:port"; port 0 lets the system choose. kUnavailable when the address cannot be
  // bound, naming it. Reports NOT_SERVING to health checks until SetServing.
  static Result<std::unique_ptr<GrpcServer>> Start(const std::string& listen, MethodTable methods,
                                                   const GrpcServerOptions& options = {});
  ~GrpcServer();

  // "host:port" with the port that is really bound.
  const std::string& address() const { return address_; }

  void SetServing(bool serving);
  bool serving() const { return serving_.load(); }

  // From now on calls that come in are told kUnavailable, by whom nothing was done for them; those
  // under way go on. For a moment before Stop: calls that race with that end as CANCELLED, which
  // callers may not take for a reason to ask elsewhere.
  void Refuse() { refusing_.store(true); }

  // Takes no new call and lets the accepted ones finish; callers that are connected and idle hold
  // up nothing. After `grace` callers are told that it is over; it still returns only when every
  // handler has answered. Idempotent.
  void Stop(Duration grace);

 private:
  class Service;

  GrpcServer() = default;

  MethodTable methods_;
  std::string authorization_;  // asked of every call; "" for none
  std::vector<std::unique_ptr<Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::atomic<bool> serving_{false};
  std::atomic<bool> refusing_{false};
  std::atomic<std::int64_t> at_work_{0};  // handlers that have not answered
};

}  // namespace ringlab
