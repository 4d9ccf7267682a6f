// GrpcEngine: the wire engine on Google's grpc++: the complete one, and the reference for others.
//
// Its threads are gRPC's own, few, and shared by the whole process.
#pragma once

#include "node/wire/engine.h"

namespace ringlab {

class GrpcEngine final : public WireEngine {
 public:
  std::string_view name() const override { return "grpc"; }
  Result<std::unique_ptr<WireServer>> Serve(const std::string& listen, MethodTable methods,
                                            WireServerOptions options) override;
  Result<std::shared_ptr<Links>> Connect(LinksOptions options) override;
};

}  // namespace ringlab
