// GrpcServer: the wire engine on grpc++'s callback API. Serves a method table, with the standard
// health service and, if wanted, the reflection service beside it.
//
// Thread-safe. Handlers run on gRPC's own few threads, shared by the whole process: they must not
// block.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "node/method_table.h"
#include "node/security.h"

namespace grpc {
class Server;
}

namespace ringlab {

struct GrpcServerOptions {
  bool reflection = true;  // grpc++ serves it synchronously: a thread of its own for each server
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

  // Takes no new call and lets the accepted ones finish. After `grace` their callers are told that
  // it is over; it still returns only when every handler has answered. Idempotent.
  void Stop(Duration grace);

 private:
  class Service;

  GrpcServer() = default;

  MethodTable methods_;
  std::string authorization_;  // asked of every call; "" for none
  std::vector<std::unique_ptr<Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace ringlab
