// GrpcEngine: the wire engine on Google's grpc++: the complete one, and the reference for others.
//
// Its threads are gRPC's own, few, and shared by the whole process; and one that listens.
#pragma once

#include <memory>

#include "node/grpc/listener.h"
#include "node/wire/engine.h"

namespace ringlab {

class GrpcEngine final : public WireEngine {
 public:
  std::string_view name() const override { return "grpc"; }
  Result<std::unique_ptr<WireServer>> Serve(const std::string& listen, MethodTable methods,
                                            WireServerOptions options) override;
  Result<std::shared_ptr<Links>> Connect(LinksOptions options) override;

 private:
  const std::shared_ptr<GrpcListeners> listeners_ = std::make_shared<GrpcListeners>();
};

}  // namespace ringlab
