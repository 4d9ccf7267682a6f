// H2ServerWorld: what a server's connections on one loop share.
#pragma once

#include <string>

#include "node/h2/calls/method_index.h"
#include "node/h2/frames/counters.h"
#include "node/h2/frames/limits.h"
#include "node/h2/frames/memory.h"

namespace ringlab {

// All of it outlives the connections.
struct H2ServerWorld {
  const MethodIndex& methods;
  const H2Limits& limits;
  const std::string& authorization;  // "Bearer <token>", asked of the table's methods; "" for none
  H2Memory& memory;                  // of the loop
  H2ServerCounters& counters;        // of the loop
};

}  // namespace ringlab
