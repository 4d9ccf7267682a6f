// Peers: the nodes of a cluster and where to reach them, as a flag says it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

// A node's place on the ring, and where to reach it.
struct Peer {
  std::string name;
  std::string address;  // "host:port", or "http://host:port" of one that speaks groupcache's HTTP

  bool over_http() const { return address.starts_with("http://"); }

  friend bool operator==(const Peer&, const Peer&) = default;
};

// "HOST:PORT" with a port from 1 to 65535.
bool CanBeDialled(std::string_view address);

// "n0=127.0.0.1:8001,n1=…", or plain addresses, which are then their own names; so in the ring of a
// golang/groupcache process "http://127.0.0.1:9001" is that process, and a node of ours that gRPC
// reaches is "http://127.0.0.1:9002=127.0.0.1:8002". Errors name the part: empty, without a port
// that can be dialled, or a name that comes twice.
Result<std::vector<Peer>> ParsePeers(std::string_view text);

// "3 nodes, n1 joined, n2 left": a change of a list, for a log. Of many names some are counted
// only.
std::string DescribeChange(const std::vector<Peer>& before, const std::vector<Peer>& after);

}  // namespace ringlab
