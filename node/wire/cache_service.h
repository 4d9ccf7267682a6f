// CacheService: the rows of the method table that make a cache node, groupcachepb.GroupCache.
#pragma once

#include <functional>

#include "core/group/node_stats.h"
#include "node/wire/door.h"
#include "node/wire/method_table.h"
#include "node/wire/wire.h"

namespace ringlab {

// What the rows ask of the node itself, on any thread.
struct NodeCalls {
  std::function<NodeStats()> stats;
  std::function<Result<void>(const Announcement&)> announced;
};

// What is said to who is turned away at the door.
MethodReply Refused(Entry& entry);

// The rows Get, GetMany, Peek, Set, Remove, Announce and Stats. What the door leads to must
// outlive the table.
MethodTable CacheMethods(const Door& door, NodeCalls calls);

}  // namespace ringlab
