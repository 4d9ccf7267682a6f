#include "node/engines/engines.h"

#include <utility>

#include "node/h2/calls/reflection_rows.h"
#include "node/h2/engine.h"
#ifdef RINGLAB_WITH_GRPC
#include "node/grpc/engine.h"
#endif

namespace ringlab {

std::vector<std::string> EngineNames() {
#ifdef RINGLAB_WITH_GRPC
  return {"h2", "grpc"};
#else
  return {"h2"};
#endif
}

Result<std::shared_ptr<WireEngine>> MakeEngine(const EngineSpec& spec) {
#ifdef RINGLAB_WITH_GRPC
  if (spec.name == "grpc") return std::make_shared<GrpcEngine>();
#endif
  if (spec.name != "h2") {
    return Fail(Code::kInvalidArgument, "\"" + spec.name + "\": expected h2 or grpc");
  }
  const int loops = spec.loops > 0 ? spec.loops : LoopPool::LoopsOfThisMachine();
  return H2Engine::Start(loops, {.spin = spec.spin}, &ReflectionRows);
}

Result<std::shared_ptr<NodeRuntime>> MakeRuntime(const EngineSpec& spec, LinksOptions links) {
  auto engine = MakeEngine(spec);
  if (!engine) return tl::unexpected<Error>(std::move(engine.error()));
  return NodeRuntime::Start(*std::move(engine), std::move(links));
}

Result<std::unique_ptr<Node>> StartNode(NodeOptions options, const EngineSpec& spec) {
  auto runtime = MakeRuntime(spec, {.security = options.security, .say = options.say});
  if (!runtime) return tl::unexpected<Error>(std::move(runtime.error()));
  return Node::Start(std::move(options), *std::move(runtime));
}

}  // namespace ringlab
