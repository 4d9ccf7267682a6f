// What an EtcdCluster tells the node that it registers, and asks it.
#pragma once

#include <cstddef>
#include <functional>

#include "core/base/result.h"
#include "node/etcd/cluster.h"
#include "node/live/said.h"
#include "node/node.h"

namespace ringlab {

// The node follows the list that etcd keeps; it does not announce itself, and outlives the cluster.
// `joined` hears of every list, with the number of its nodes: an error when they make no ring. On
// the cluster's timer, as `say`.
EtcdCluster::Calls CallsOf(Node& node,
                           std::function<void(std::size_t nodes, const Result<void>&)> joined,
                           std::function<void(const Said&)> say);

}  // namespace ringlab
