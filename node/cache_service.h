// CacheService: the rows of the method table that make a cache node, groupcachepb.GroupCache.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/admission.h"
#include "core/group.h"
#include "core/node_stats.h"
#include "node/method_table.h"

namespace ringlab {

// Groups by name.
using Groups = std::map<std::string, std::unique_ptr<Group>, std::less<>>;

// The rows Get, GetMany, Set, Remove and Stats. The groups, the membership and the admission must
// outlive the table; `stats` is called on any thread.
MethodTable CacheMethods(const Groups& groups, const Membership& membership, Admission& admission,
                         std::function<NodeStats()> stats);

}  // namespace ringlab
