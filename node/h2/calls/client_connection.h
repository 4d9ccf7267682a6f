// ClientConnection: gRPC over HTTP/2 as a client speaks it on one connection. Bytes in, bytes out,
// time given: no socket, no thread, no clock.
//
// Calls wait in a queue of its own, first come first served, while the server allows no more
// streams: there giving up is free. The owner pulls what it is to write after each Start, Cancel,
// Feed or Due, says how far writing came (Written), and calls Due when NextDue has come.
//
// Each call's `done` runs exactly once: inside Start, Feed, Pull, Due, Cancel, Lose, FailQueue or
// the destructor (where it may start none), unless TakeQueue hands the call back. It may start and
// cancel calls, but not feed or pull. What the server has certainly not looked at is sent once more
// (gRFC A6); all else that goes wrong is the caller's to know. A CANCELLED that nobody here asked
// for is UNAVAILABLE, as of a server that stopped. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "node/h2/calls/client_call.h"
#include "node/h2/frames/counters.h"
#include "node/h2/frames/deadlines.h"
#include "node/h2/frames/guard.h"
#include "node/h2/frames/limits.h"
#include "node/h2/frames/out_chain.h"
#include "node/h2/frames/patience.h"
#include "node/h2/frames/session.h"
#include "node/h2/frames/slab.h"

namespace ringlab {

// What the connections of a loop share; outlives them.
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

  // Ends at once as kResourceExhausted when the queue is full, or kDeadlineExceeded.
  CallId Start(ClientRequest&& request, TimePoint now);

  // Ends a call as kCancelled; nothing when it has ended.
  void Cancel(CallId call);

  void Feed(std::span<const std::uint8_t> bytes, TimePoint now);
  void Pull(OutChain& out, TimePoint now);
  // The owner has written what is gone from `out`: ClientReply::sent. Pull takes it as written too.
  void Written(const OutChain& out, TimePoint now);
  void Due(TimePoint now);
  TimePoint NextDue();

  // No more streams from here on; those that are open end as they like.
  void Retire() { going_away_ = true; }

  // The socket is gone: ends the calls that were sent, as kUnavailable with `why`. Those in the
  // queue stay. Not from within itself.
  void Lose(std::string_view why);

  // The calls that no server has looked at, for another connection: after a GOAWAY, after Lose, or
  // when ids run out.
  std::vector<ClientRequest> TakeQueue();
  void FailQueue(const Error& error);

  // The server's SETTINGS have come.
  bool ready() const { return settings_came_; }
  // Begins streams. If not: time for the next connection.
  bool accepting() const;
  // The server broke the protocol or a limit: write what Pull gives, then Lose.
  bool broken() const { return broken_ || ending_; }
  bool lacks_memory() const { return session_.failed(); }  // then it is broken for that
  // Nothing more to read or to write: to be closed.
  bool done() const;
  std::size_t queued() const { return queued_; }
  std::size_t on_wire() const { return on_wire_; }

 private:
  // What is said: client_connection.cc.
  bool SubmitNext();
  void Submit(ClientCall& call);
  std::size_t streams_max() const;
  void OnFrameSent(const nghttp2_frame& frame) override;
  Body OnBodyWanted(void* call) override;
  void OnBodyTaken(void*, std::size_t) override {}
  bool OnBodyEnd(void* call) override;

  // What is heard: client_replies.cc.
  void OnFrameBegins(const nghttp2_frame_hd& head) override;
  void OnHeadersBegin(const nghttp2_frame&) override {}
  bool OnHeader(const nghttp2_frame& frame, std::string_view name, std::string_view value) override;
  void OnData(std::int32_t stream, std::string_view bytes) override;
  void OnFrame(const nghttp2_frame& frame) override;
  void OnStreamClosed(std::int32_t stream, std::uint32_t error_code) override;
  void TakeMessages(ClientCall& call, std::string_view bytes);
  void Conclude(ClientCall& call);
  void SendAgain(ClientCall& call);
  void Fail(ClientCall& call, Code code, std::string message);
  void Abort(ClientCall& call, Code code, std::string message);

  // How calls end: client_connection.cc.
  void Expire(ClientCall& call);
  void End(ClientCall& call, std::uint64_t& count, Result<std::string_view>&& body);
  void Leave(ClientCall& call);
  void CountHeld(ClientCall& call);
  void Overrun(H2Limit limit);
  auto Waits() {
    return [this](CallId id) {
      const ClientCall* const call = calls_.Find(id);
      return call != nullptr && call->armed;
    };
  }

  const H2ClientWorld world_;
  H2Session session_;
  H2Guard guard_;
  TokenBucket cancels_;
  Patience patience_;
  Slab<ClientCall> calls_;
  Deadlines deadlines_;
  TimePoint now_;
  std::size_t head_bytes_ = 0;  // of the header fields that are coming in

  std::deque<CallId> queue_;  // some may have ended
  std::size_t queued_ = 0;
  std::size_t on_wire_ = 0;        // streams that are open or submitted
  std::vector<CallId> borrowers_;  // whose message lies in what is being fed
  std::size_t half_received_ = 0;
  std::optional<CallId> body_ended_;                        // with the frame that is being sent
  std::deque<std::pair<std::uint64_t, CallId>> unwritten_;  // where in the chain requests end

  bool settings_came_ = false;
  bool going_away_ = false;  // the server takes no more streams, or we begin none
  bool ending_ = false;      // by our GOAWAY with an error
  bool goaway_sent_ = false;
  bool broken_ = false;
};

}  // namespace ringlab
