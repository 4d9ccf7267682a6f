// ClientConnection: gRPC over HTTP/2 as a client speaks it on one connection. Bytes in, bytes out,
// time given: no socket, no thread, no clock.
//
// Calls wait in a queue of its own, first come first served, while the server allows no more
// streams: there giving up is free. The owner pulls what it is to write after each Start, Cancel,
// Feed or Due, says how far writing came (Written), and calls Due when NextDue has come.
//
// Each call's `done` runs exactly once: inside Start, Feed, Due, Cancel, Fail or the destructor. It
// may start and cancel calls. What the server has certainly not looked at is sent once more (gRFC
// A6); everything else that goes wrong is the caller's to know. A CANCELLED that nobody here asked
// for is UNAVAILABLE, as of a server that stopped. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/function.h"
#include "core/result.h"
#include "core/time.h"
#include "core/trace.h"
#include "node/h2/counters.h"
#include "node/h2/limits.h"
#include "node/h2/out_chain.h"
#include "node/h2/session.h"
#include "node/h2/slab.h"

namespace ringlab {

// How a call ended. The bytes live until `done` returns.
struct ClientReply {
  Result<std::string_view> body;
  std::string_view answer = {};              // trailing metadata kAnswerMetadata
  std::optional<Duration> retry_after = {};  // kPushbackMetadata
  TimePoint sent = kNever;                   // when the request's last byte was written
};
using ClientCallback = Function<void(const ClientReply&)>;

struct ClientRequest {
  std::string_view path;  // "/Service/Method"; outlives the call
  std::string message;
  TimePoint deadline = kNever;
  std::string_view authorization = {};  // "" for none; outlives the call
  Trace trace = {};
  ClientCallback done;
  bool refused_once = false;  // was on the wire before
};

// Who we are, to every server; outlives the connection.
struct ClientIdentity {
  std::string authority;  // "host:port"
  std::string scheme = "http";
  std::string user_agent = "grpc-c++-ringlab";
};

struct H2ClientWorld {
  const ClientIdentity& identity;
  const H2Limits& limits;
  H2Memory& memory;
  H2ClientCounters& counters;
};

class ClientConnection final : private H2Session::Events {
 public:
  ClientConnection(const H2ClientWorld& world, TimePoint now);
  ~ClientConnection() override;

  // kResourceExhausted at once when the queue is full.
  CallId Start(ClientRequest request, TimePoint now);

  // Ends a call as kCancelled; nothing when it has ended.
  void Cancel(CallId call);

  void Feed(std::span<const std::uint8_t> bytes, TimePoint now);
  void Pull(OutChain& out, TimePoint now);
  void Written(const OutChain& out, TimePoint now);
  void Due(TimePoint now);
  TimePoint NextDue();

  // Ends the calls that are on the wire: kUnavailable, with `why` in the message. Those in the queue
  // stay.
  void Lose(std::string_view why);

  // The calls that no server has seen, oldest first, for another connection: after a GOAWAY, after
  // Lose, or when ids run out.
  std::vector<ClientRequest> TakeQueue();
  // Ends the calls in the queue instead.
  void FailQueue(const Error& error);

  bool ready() const;     // the server's SETTINGS have come
  bool accepting() const; // may begin streams; else time for the next connection
  bool broken() const;
  bool done() const;      // nothing more to read or write: to be closed
  std::size_t queued() const;
  std::size_t on_wire() const;
};

}  // namespace ringlab
