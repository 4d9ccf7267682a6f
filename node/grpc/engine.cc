#include "node/grpc/engine.h"

#include <utility>

#include "node/grpc/links.h"
#include "node/grpc/server.h"

namespace ringlab {

Result<std::unique_ptr<WireServer>> GrpcEngine::Serve(const std::string& listen,
                                                      MethodTable methods,
                                                      WireServerOptions options) {
  return GrpcServer::Start(listeners_, listen, std::move(methods), options);
}

Result<std::shared_ptr<Links>> GrpcEngine::Connect(LinksOptions options) {
  return std::make_shared<GrpcLinks>(options);
}

}  // namespace ringlab
