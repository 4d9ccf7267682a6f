// How often the keys of a trace's gets are each node's: what nodes that serve it should count.
//
// A recorded trace is no draw from a law: nothing but lost or repeated requests stands between
// these counts and the nodes' own. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/ring/ring.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

// Of the first `requests` of the plan, which is at its beginning: gets by owner, in the order of
// the ring's nodes. Walks them, in constant memory. An error when the trace cannot be read so far.
Result<std::vector<std::uint64_t>> CountGetsByOwner(Workload plan, std::uint64_t requests,
                                                    const Ring& ring);

}  // namespace ringlab
