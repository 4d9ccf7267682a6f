// A request of the client on its way: what is asked, and of whom. Plain data, and how it is sent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/function.h"
#include "core/ring/ring.h"
#include "core/transport.h"
#include "loadgen/plan/planned_request.h"
#include "sim/plan/client.h"

namespace ringlab {

struct ClientRequest {
  std::string key;
  Operation operation = Operation::kGet;
  std::size_t set_bytes = 0;  // of a set
  std::uint64_t version = 0;  // likewise
  Duration ttl{};             // likewise; 0: the group's
  TimePoint intended;         // open loop; in closed loop the first sending
  TimePoint sent;             // for the first time
  TimePoint deadline;
  std::uint32_t tries = 0;
  std::uint64_t turn = 0;            // whose it is: a node of `ring`, modulo their number
  std::shared_ptr<const Ring> ring;  // the client's, when it was sent last

  const std::string& to() const { return ring->nodes()[turn % ring->nodes().size()]; }
};

// What is asked for; the rest is for who sends it. A trace's sizes are its own, but for what a
// value needs to show its version, and for ClientOptions::set_bytes_max.
ClientRequest RequestOf(const PlannedRequest& planned, const ClientOptions& options);

// Asks request.to(). One of both runs, once, as the transport's callbacks do: it has the request
// back.
using GetAnswered = Function<void(ClientRequest, const Result<GetReply>&)>;
using WriteAnswered = Function<void(ClientRequest, const Result<void>&)>;
void Ask(Transport& transport, const std::string& group, ClientRequest request, GetAnswered got,
         WriteAnswered written);

}  // namespace ringlab
