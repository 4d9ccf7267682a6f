// NodeRuntime: what the nodes of one process share, so that 1,000 of them take one thread and no
// more connections than there are addresses. Outlives its nodes; thread-safe as its parts are.
#pragma once

#include <memory>

#include "node/grpc/channel_pool.h"
#include "node/live/timer_thread.h"

namespace ringlab {

struct NodeRuntime {
  explicit NodeRuntime(const Security& security = {})
      : channels(std::make_shared<ChannelPool>(1, security)) {}

  TimerThread timer;
  const std::shared_ptr<ChannelPool> channels;
};

}  // namespace ringlab
