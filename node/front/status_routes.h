// StatusRoutes: the rows by which people and programs look at a node over HTTP.
//
//   GET /healthz       200 while the process answers at all
//   GET /readyz        200 while it is part of its cluster; 503 before, and when it is about to
//   leave GET /metrics       Prometheus' text format GET /ring          JSON: epoch, fingerprint,
//   dialect, replicas, self and the members, each with
//                      its exact share of the key space, and its units where the ring has arcs
//   GET /status.json   JSON: counts of each group, its levels, hit ratio and hottest keys
//   GET / and /status  the same as a page
//   POST /setpeer      a form of peer ([NAME=]ADDRESS): adds a peer to those of a static list
//                      (springcache); "set peer P successful\n"
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "node/http/routes.h"
#include "node/node.h"

namespace ringlab {

// What the rows ask of whoever composed the node, on the HTTP server's threads.
struct StatusCalls {
  // Adds a peer, and calls back when it is done; empty: 409, peers come from elsewhere.
  std::function<void(Peer, Function<void(Result<void>)>)> add_peer = {};
};

// The node must outlive the rows and every request.
std::vector<HttpRoute> StatusRoutes(Node& node, StatusCalls calls);

}  // namespace ringlab
