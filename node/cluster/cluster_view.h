// ClusterView: a cluster as its nodes see it. Nodes of one process share it: 1,000 rings and
// address books of 1,000 nodes would fill gigabytes.
#pragma once

#include <memory>
#include <vector>

#include "core/ring/ring.h"
#include "node/live/peers.h"
#include "node/wire/links.h"

namespace ringlab {

struct ClusterView {
  std::shared_ptr<const Ring> ring;
  std::shared_ptr<const PeerBook> book;  // of the nodes' runtime: whom the wire reaches
  std::vector<Peer> over_http = {};      // whom HTTP does
};

}  // namespace ringlab
