// WireEngine, the seam of the wire: what carries calls between nodes, servers on the one side and
// links on the other. A node stands on one and knows neither gRPC's library nor any other.
//
// Thread-safe. An engine outlives the servers and the links that it made.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "node/wire/links.h"
#include "node/wire/method_table.h"
#include "node/wire/wire_server.h"

namespace ringlab {

class WireEngine {
 public:
  virtual ~WireEngine() = default;

  virtual std::string_view name() const = 0;  // as flags and results say it: "h2", "grpc"

  // Listens on "host:port"; port 0 lets the system choose. Not yet serving. kUnavailable when the
  // address cannot be bound, naming it; kInvalidArgument for certificates that cannot serve.
  virtual Result<std::unique_ptr<WireServer>> Serve(const std::string& listen, MethodTable methods,
                                                    WireServerOptions options) = 0;

  // Opens nothing yet. kInvalidArgument for certificates that cannot serve.
  virtual Result<std::shared_ptr<Links>> Connect(LinksOptions options) = 0;
};

}  // namespace ringlab
