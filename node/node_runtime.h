// NodeRuntime: what the nodes of one process share, so that 1,000 of them take one thread, one
// engine and no more connections than there are addresses. Outlives its nodes; thread-safe as its
// parts are.
#pragma once

#include <memory>
#include <utility>

#include "node/live/timer_thread.h"
#include "node/wire/engine.h"

namespace ringlab {

struct NodeRuntime {
  // kInvalidArgument for certificates that cannot serve.
  static Result<std::shared_ptr<NodeRuntime>> Start(std::shared_ptr<WireEngine> engine,
                                                    LinksOptions options = {}) {
    auto links = engine->Connect(std::move(options));
    if (!links) return tl::unexpected<Error>(std::move(links.error()));
    return std::make_shared<NodeRuntime>(std::move(engine), *std::move(links));
  }

  // Without a timer of theirs the nodes get a thread.
  NodeRuntime(std::shared_ptr<WireEngine> its_engine, std::shared_ptr<Links> its_links,
              std::unique_ptr<Timer> its_timer = std::make_unique<TimerThread>())
      : timer(std::move(its_timer)), engine(std::move(its_engine)), links(std::move(its_links)) {}

  const std::unique_ptr<Timer> timer;
  const std::shared_ptr<WireEngine> engine;
  const std::shared_ptr<Links> links;  // ends before the engine
};

}  // namespace ringlab
