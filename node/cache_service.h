// CacheService: the rows of the method table that make a cache node, groupcachepb.GroupCache.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/admission.h"
#include "core/group.h"
#include "core/node_stats.h"
#include "node/method_table.h"
#include "node/wire.h"

namespace ringlab {

// Groups by name.
using Groups = std::map<std::string, std::unique_ptr<Group>, std::less<>>;

// What the rows ask of the node itself, on any thread.
struct NodeCalls {
  std::function<NodeStats()> stats;
  std::function<Result<void>(const Announcement&)> announced;
};

// The rows Get, GetMany, Peek, Set, Remove, Announce and Stats. The groups, the membership and the
// admission must outlive the table.
MethodTable CacheMethods(const Groups& groups, const Membership& membership, Admission& admission,
                         NodeCalls calls);

}  // namespace ringlab
