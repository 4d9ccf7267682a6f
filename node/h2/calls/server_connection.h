// ServerConnection: gRPC over HTTP/2 (PROTOCOL-HTTP2.md, RFC 9113) as a server speaks it on one
// connection. Bytes in, bytes out, time given: no socket, no thread, no clock.
//
// The owner feeds what it has read, pulls what it is to write after each Feed, Answer, Due, Drain
// or LookAgain, calls Due when NextDue has come, and closes the socket when done() and the chain is
// empty. Handlers run inside Feed, with a view of the bytes just read where a whole message is in
// them; they may answer at once, or later by the AnswerRoute. Not thread-safe: a connection lives
// on one thread. Messages that are cut, missing or wrongly flagged are errors, never empty ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "node/h2/calls/answer_route.h"
#include "node/h2/calls/server_call.h"
#include "node/h2/calls/server_world.h"
#include "node/h2/frames/counters.h"
#include "node/h2/frames/deadlines.h"
#include "node/h2/frames/guard.h"
#include "node/h2/frames/limits.h"
#include "node/h2/frames/out_chain.h"
#include "node/h2/frames/patience.h"
#include "node/h2/frames/session.h"
#include "node/h2/frames/slab.h"
#include "node/wire/method_table.h"

namespace ringlab {

class ServerConnection final : private H2Session::Events {
 public:
  ServerConnection(const H2ServerWorld& world, std::shared_ptr<AnswerRoute> route, TimePoint now);
  ~ServerConnection() override;

  // All that was read at `now`. Neither this nor Pull from a handler.
  void Feed(std::span<const std::uint8_t> bytes, TimePoint now);

  // Appends frames to `out`, until it holds `out_bytes_max` or there are no more. What is gone from
  // it since the last Pull has been written: so it is called once more when all is.
  void Pull(OutChain& out, TimePoint now);

  // From the call's route. Dropped when the caller has gone, or was told that its deadline passed.
  void Answer(CallId call, MethodReply&& reply);

  // What is overdue: deadlines, greetings, header blocks, bodies, readers.
  void Due(TimePoint now);
  TimePoint NextDue();

  // Asks the methods that clients follow what is so now.
  void LookAgain();

  // No new call from here on, provably: GOAWAY, a PING, and GOAWAY with the last stream. Calls up
  // to that one are answered, streams that are followed end, then it is done(). Fence does so at
  // once: a call that is on its way is refused.
  void Drain(TimePoint now);
  void Fence(TimePoint now);

  bool done() const;  // nothing more to read, and nothing to write but what has been pulled
  // The peer broke the protocol or a limit: what Pull gives says so, the rest is lost.
  bool broken() const { return broken_ || ending_; }
  bool lacks_memory() const { return session_.failed(); }  // why it is broken
  bool idle() const { return calls_.size() == 0; }
  std::size_t calls() const { return calls_.size(); }
  bool draining() const { return drain_ != DrainStep::kNone; }

 private:
  enum class DrainStep : std::uint8_t { kNone, kNoticed, kFinal };

  // What comes in: server_requests.cc.
  void OnFrameBegins(const nghttp2_frame_hd& head) override;
  void OnHeadersBegin(const nghttp2_frame& frame) override;
  bool OnHeader(const nghttp2_frame& frame, std::string_view name, std::string_view value) override;
  void OnData(std::int32_t stream, std::string_view bytes) override;
  void OnFrame(const nghttp2_frame& frame) override;
  void TakeHead(ServerCall& call);
  void TakeMessages(ServerCall& call, std::string_view bytes);
  void RefuseMessage(ServerCall& call, MessageReader::Step step);
  void TakeEnd(ServerCall& call);
  void Dispatch(ServerCall& call);
  std::optional<H2Limit> TooMuchWork() const;
  void CountHeld(ServerCall& call);
  void DropRequest(ServerCall& call);

  // What goes out: server_answers.cc.
  void OnFrameSent(const nghttp2_frame& frame) override;
  void OnStreamClosed(std::int32_t stream, std::uint32_t error_code) override;
  Body OnBodyWanted(void* call) override;
  void OnBodyTaken(void* call, std::size_t bytes) override;
  bool OnBodyEnd(void* call) override;
  void SendAnswer(ServerCall& call, MethodReply&& reply);
  void SendBuiltin(ServerCall& call, std::string_view request);
  void SendStreamed(ServerCall& call, std::string_view message);
  void Follow(ServerCall& call);
  void End(ServerCall& call, Code code, const std::string& message, int http_status = 200);
  void EndStream(ServerCall& call);
  void Refuse(ServerCall& call, Code code, const std::string& message, int http_status = 200);
  void Refuse(ServerCall& call, H2Limit limit, const std::string& message);
  void Expire(ServerCall& call);
  void Close(ServerCall& call);

  // The connection as a whole: server_connection.cc.
  bool IsOpen(std::int32_t stream) { return session_.CallOf<ServerCall>(stream) != nullptr; }
  void EndFeed();
  void Break(int error, std::span<const std::uint8_t> bytes);
  void Overrun(H2Limit limit, std::uint32_t error_code = NGHTTP2_ENHANCE_YOUR_CALM);
  void FinishDrain();
  void Arm(ServerCall& call);
  void Disarm(ServerCall& call);
  auto Waits() {
    return [this](CallId id) {
      const ServerCall* const call = calls_.Find(id);
      return call != nullptr && call->armed;
    };
  }
  RequestHead::Rules rules() const { return {world_.methods, world_.authorization}; }

  const H2ServerWorld world_;
  const std::shared_ptr<AnswerRoute> route_;
  H2Session session_;
  H2Guard guard_;
  Patience patience_;
  Slab<ServerCall> calls_;
  Deadlines deadlines_;
  TimePoint now_;
  std::size_t head_bytes_ = 0;  // of the header fields that are coming in

  std::vector<CallId> fresh_;      // to be looked at when the feed ends
  std::vector<CallId> followers_;  // may have ended
  std::int32_t last_stream_ = 0;   // the highest that was opened

  std::int64_t at_work_ = 0;         // handlers that have not answered
  std::size_t half_received_ = 0;    // bytes of unfinished messages
  std::size_t unsent_ = 0;           // bytes of replies that are not pulled
  std::uint64_t consumed_seen_ = 0;  // of the owner's chain
  std::string last_words_;           // to who speaks no HTTP/2
  DrainStep drain_ = DrainStep::kNone;
  bool settings_came_ = false;
  bool settings_acked_ = false;
  bool heard_ = false;   // anything from the peer
  bool ending_ = false;  // by a GOAWAY with an error
  bool goaway_sent_ = false, broken_ = false;
};

}  // namespace ringlab
