#include "node/h2/engine.h"

#include <utility>

#include "node/h2/links.h"
#include "node/h2/server.h"

namespace ringlab {

H2Engine::H2Engine(std::unique_ptr<LoopPool> loops, Reflection reflection)
    : loops_(std::move(loops)), reflection_(std::move(reflection)) {}

Result<std::shared_ptr<H2Engine>> H2Engine::Start(int loops, const EventLoopOptions& options,
                                                  Reflection reflection) {
  auto pool = LoopPool::Start(loops, options);
  if (!pool) return tl::unexpected<Error>(std::move(pool.error()));
  return std::shared_ptr<H2Engine>(new H2Engine(*std::move(pool), std::move(reflection)));
}

Result<std::unique_ptr<WireServer>> H2Engine::Serve(const std::string& listen, MethodTable methods,
                                                    WireServerOptions options) {
  H2ServerOptions own{.security = std::move(options.security), .say = std::move(options.say)};
  own.limits.message_bytes_max = options.request_bytes_max;
  own.limits.ping_interval_min = options.ping_interval_min;
  if (options.reflection && reflection_) own.builtins = reflection_(ServicesOf(methods));
  return H2Server::Start(*loops_, listen, std::move(methods), std::move(own));
}

Result<std::shared_ptr<Links>> H2Engine::Connect(LinksOptions options) {
  H2LinksOptions own{.security = std::move(options.security),
                     .connections_per_peer = options.connections_per_peer,
                     .say = std::move(options.say)};
  own.limits.message_bytes_max = options.reply_bytes_max;
  return H2Links::Start(*loops_, std::move(own));
}

}  // namespace ringlab
