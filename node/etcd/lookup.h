// LookUpPeers: who is in a cluster that etcd keeps, asked once: for tools that drive or examine it.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "node/etcd/options.h"
#include "node/live/peers.h"

namespace ringlab {

// Ascending by name. Each member of etcd is asked once, until one answers; blocks. kNotFound when
// nobody is registered. Errors begin with the flag that is to blame.
Result<std::vector<Peer>> LookUpPeers(const EtcdOptions& options);

}  // namespace ringlab
