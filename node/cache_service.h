// CacheService: the rows of the method table that make a cache node, groupcachepb.GroupCache.
#pragma once

#include <functional>

#include "core/node_stats.h"
#include "node/method_table.h"
#include "node/served.h"
#include "node/wire.h"

namespace ringlab {

// What the rows ask of the node itself, on any thread.
struct NodeCalls {
  std::function<NodeStats()> stats;
  std::function<Result<void>(const Announcement&)> announced;
};

// The rows Get, GetMany, Peek, Set, Remove, Announce and Stats.
MethodTable CacheMethods(const Served& served, NodeCalls calls);

}  // namespace ringlab
