// ServerConnection's voice: replies, refusals, and the ends of streams.
#include <string>
#include <utility>

#include "core/base/check.h"
#include "node/h2/calls/server_connection.h"
#include "node/h2/calls/server_reply.h"

namespace ringlab {

using Shape = BuiltinMethod::Shape;

namespace {

ServerCall& CallIn(void* call) { return *static_cast<ServerCall*>(call); }

}  // namespace

void ServerConnection::Answer(CallId id, MethodReply&& reply) {
  --at_work_;
  ServerCall* const call = calls_.Find(id);
  if (call == nullptr || call->state != ServerCall::State::kWorking || broken_) {
    ++world_.counters.late;
    return;
  }
  SendAnswer(*call, std::move(reply));
}

void ServerConnection::SendAnswer(ServerCall& call, MethodReply&& reply) {
  ++world_.counters.answered;
  call.tail.answer = std::move(reply.answer);
  if (reply.retry_after) call.tail.pushback_ms = PushbackText(*reply.retry_after);
  if (!reply.body) return End(call, reply.body.error().code, reply.body.error().message);
  // One reply alone is as large as it is.
  if (unsent_ > 0 && unsent_ + reply.body->size() > world_.limits.unsent_bytes_max) {
    ++world_.counters.limits[H2Limit::kUnsentBytes];
    return End(call, Code::kResourceExhausted, "too many replies wait to be read");
  }
  Disarm(call);
  call.state = ServerCall::State::kAnswered;
  call.body.Set(*std::move(reply.body), world_.limits.borrow_from_bytes);
  unsent_ += call.body.left();
  SubmitReply(session_, call);
}

// A built-in method's reply to a message, at once.
void ServerConnection::SendBuiltin(ServerCall& call, std::string_view request) {
  const BuiltinMethod& method = *call.head.row()->builtin;
  if (method.shape == Shape::kUnary) return SendAnswer(call, method.reply(request));
  call.state = ServerCall::State::kStreaming;
  if (method.shape == Shape::kFollow) {
    call.reader.Keep();
    CountHeld(call);
    followers_.push_back(call.id);
    return Follow(call);
  }
  Result<std::string> reply = method.reply(request);
  if (reply) return SendStreamed(call, *reply);
  ++world_.counters.answered;
  End(call, reply.error().code, reply.error().message);
}

void ServerConnection::Follow(ServerCall& call) {
  Result<std::string> reply = call.head.row()->builtin->reply(call.reader.message());
  if (!reply) {
    ++world_.counters.answered;
    return End(call, reply.error().code, reply.error().message);
  }
  if (call.replying && *reply == call.followed) return;
  SendStreamed(call, *reply);
  call.followed = *std::move(reply);
}

void ServerConnection::LookAgain() {
  std::erase_if(followers_, [this](CallId id) {
    ServerCall* const call = calls_.Find(id);
    if (call == nullptr || call->state != ServerCall::State::kStreaming) return true;
    Follow(*call);
    return false;
  });
}

void ServerConnection::SendStreamed(ServerCall& call, std::string_view message) {
  const std::size_t before = call.body.left();
  call.body.Add(message);
  unsent_ += call.body.left() - before;
  if (!std::exchange(call.replying, true)) {
    SubmitReply(session_, call);
  } else {
    session_.ResumeBody(call.stream);
  }
  if (call.body.messages() > world_.limits.follow_replies_max ||
      call.body.left() > world_.limits.follow_bytes_max ||
      unsent_ > world_.limits.unsent_bytes_max) {
    Refuse(call, H2Limit::kFollowReplies, "too many replies wait to be read");
  }
}

// The last word on a call: whatever it still receives is dropped.
void ServerConnection::End(ServerCall& call, Code code, const std::string& message,
                           int http_status) {
  PutError(call.tail, code, message);
  if (call.replying) return EndStream(call);
  Disarm(call);
  // A handler that answers at once may still look at its request; Dispatch drops that.
  if (std::exchange(call.state, ServerCall::State::kAnswered) != ServerCall::State::kWorking)
    DropRequest(call);
  SubmitTailAlone(session_, call, http_status);
}

// After what is still to be sent comes the tail.
void ServerConnection::EndStream(ServerCall& call) {
  Disarm(call);
  call.state = ServerCall::State::kAnswered;
  DropRequest(call);
  if (!call.replying) return SubmitTailAlone(session_, call, 200);
  session_.ResumeBody(call.stream);
}

void ServerConnection::Refuse(ServerCall& call, Code code, const std::string& message,
                              int http_status) {
  ++world_.counters.refused;
  End(call, code, message, http_status);
}

void ServerConnection::Refuse(ServerCall& call, H2Limit limit, const std::string& message) {
  ++world_.counters.limits[limit];
  Refuse(call, Code::kResourceExhausted, message);
}

void ServerConnection::Expire(ServerCall& call) {
  ++world_.counters.expired;
  if (call.deadline <= now_) return End(call, Code::kDeadlineExceeded, "Deadline Exceeded");
  ++world_.counters.limits[H2Limit::kBodyTime];
  End(call, Code::kDeadlineExceeded, "the request did not end in time");
}

void ServerConnection::OnFrameSent(const nghttp2_frame& frame) {
  guard_.FrameSent(frame.hd.type);
  switch (frame.hd.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA: {
      if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return;
      const ServerCall* const call = session_.CallOf<ServerCall>(frame.hd.stream_id);
      if (call != nullptr && !call->ended) session_.Reset(call->stream, NGHTTP2_NO_ERROR);
      return;
    }
    case NGHTTP2_RST_STREAM:
      ++world_.counters.resets_sent;
      if (drain_ == DrainStep::kFinal) return;  // what raced with the GOAWAY
      if (const auto limit = guard_.ResetSent(frame.rst_stream.error_code, now_)) Overrun(*limit);
      return;
    case NGHTTP2_GOAWAY:
      // Whoever answers a PING behind the first GOAWAY has seen that. (Submitted beside it, a PING
      // would overtake.)
      if (drain_ == DrainStep::kNoticed) session_.Ping();
      if (frame.goaway.error_code == NGHTTP2_NO_ERROR) return;
      if (!std::exchange(ending_, true)) ++world_.counters.limits[H2Limit::kLibrary];
      goaway_sent_ = true;
      return;
    default: return;
  }
}

void ServerConnection::OnStreamClosed(std::int32_t stream, std::uint32_t) {
  ServerCall* const call = session_.CallOf<ServerCall>(stream);
  if (call == nullptr) return;
  if (call->ended) guard_.StreamEnded(stream);
  Close(*call);
}

void ServerConnection::Close(ServerCall& call) {
  if (call.state != ServerCall::State::kAnswered) ++world_.counters.gone;
  Disarm(call);
  DropRequest(call);
  unsent_ -= call.body.left();
  calls_.Remove(call);
}

ServerConnection::Body ServerConnection::OnBodyWanted(void* call) {
  return {CallIn(call).body, CallIn(call).state == ServerCall::State::kStreaming};
}

void ServerConnection::OnBodyTaken(void*, std::size_t bytes) { unsent_ -= bytes; }

bool ServerConnection::OnBodyEnd(void* call) {
  SubmitTail(session_, CallIn(call));
  return true;
}

}  // namespace ringlab
