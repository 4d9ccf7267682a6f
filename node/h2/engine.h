// H2Engine: the wire engine on libnghttp2, on event loops of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/h2/calls/builtin_method.h"
#include "node/h2/loop/loop_pool.h"
#include "node/wire/engine.h"

namespace ringlab {

// The rows of gRPC's reflection for these services: it needs protobuf, which the engine does not.
using Reflection = std::function<BuiltinMethods(std::vector<std::string> services)>;

class H2Engine final : public WireEngine {
 public:
  // kResourceExhausted when the system does not give so many loops. Without `reflection` servers
  // have none.
  static Result<std::shared_ptr<H2Engine>> Start(int loops, const EventLoopOptions& options = {},
                                                 Reflection reflection = {});

  std::string_view name() const override { return "h2"; }
  Result<std::unique_ptr<WireServer>> Serve(const std::string& listen, MethodTable methods,
                                            WireServerOptions options) override;
  Result<std::shared_ptr<Links>> Connect(LinksOptions options) override;

  LoopPool& loops() { return *loops_; }

 private:
  H2Engine(std::unique_ptr<LoopPool> loops, Reflection reflection);

  const std::unique_ptr<LoopPool> loops_;
  const Reflection reflection_;
};

}  // namespace ringlab
