// ServerConnection's ear: frames that come in, until a call has its handler.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "node/h2/calls/server_connection.h"
#include "node/h2/frames/words.h"

namespace ringlab {

using Shape = BuiltinMethod::Shape;

namespace {

Shape ShapeOf(const ServerCall& call) {
  const BuiltinMethod* const builtin = call.head.row()->builtin;
  return builtin == nullptr ? Shape::kUnary : builtin->shape;
}

}  // namespace

void ServerConnection::OnFrameBegins(const nghttp2_frame_hd& head) {
  if (broken()) return;
  if (head.type == NGHTTP2_HEADERS) head_bytes_ = 0;
  auto state = H2Guard::StreamState::kNone;
  if (head.stream_id != 0) {
    using enum H2Guard::StreamState;
    state = head.stream_id > last_stream_ ? kNew : IsOpen(head.stream_id) ? kOpen : kClosed;
    // The library forgets closed streams. No gRPC client ends its requests with header fields, so
    // these cannot be late ones for a stream that we closed.
    if (state == kClosed && head.type == NGHTTP2_HEADERS) {
      return Overrun(H2Limit::kLibrary, NGHTTP2_STREAM_CLOSED);
    }
  }
  if (const auto limit = guard_.FrameBegins(head, state, now_)) Overrun(*limit);
}

void ServerConnection::OnHeadersBegin(const nghttp2_frame& frame) {
  if (broken() || frame.headers.cat != NGHTTP2_HCAT_REQUEST) return;
  last_stream_ = frame.hd.stream_id;
  if (drain_ == DrainStep::kFinal) {
    return session_.Reset(frame.hd.stream_id, NGHTTP2_REFUSED_STREAM);  // as the GOAWAY says
  }
  ServerCall& call = calls_.Add();
  call.stream = frame.hd.stream_id;
  session_.SetCall(call.stream, &call);
  ++world_.counters.calls;
  if (call.stream < world_.limits.stream_id_last || draining()) return;
  ++world_.counters.limits[H2Limit::kStreamIds];
  Drain(now_);
}

bool ServerConnection::OnHeader(const nghttp2_frame& frame, std::string_view name,
                                std::string_view value) {
  head_bytes_ += FieldBytes(name, value);
  if (head_bytes_ > world_.limits.header_bytes_cut) {
    ++world_.counters.limits[H2Limit::kHeaderBytes];
    return false;
  }
  if (head_bytes_ > world_.limits.header_bytes_max) return true;
  ServerCall* const call = session_.CallOf<ServerCall>(frame.hd.stream_id);
  if (call != nullptr && call->state == ServerCall::State::kHead)
    call->head.Take(name, value, rules());
  return true;
}

void ServerConnection::OnData(std::int32_t stream, std::string_view bytes) {
  ServerCall* const call = session_.CallOf<ServerCall>(stream);
  if (call != nullptr && !broken()) TakeMessages(*call, bytes);
}

void ServerConnection::OnFrame(const nghttp2_frame& frame) {
  if (broken()) return;
  switch (frame.hd.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA: {
      ServerCall* const call = session_.CallOf<ServerCall>(frame.hd.stream_id);
      if (call == nullptr) return;
      if (call->state == ServerCall::State::kHead) TakeHead(*call);
      if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) TakeEnd(*call);
      return;
    }
    case NGHTTP2_SETTINGS:
      ((frame.hd.flags & NGHTTP2_FLAG_ACK) != 0 ? settings_acked_ : settings_came_) = true;
      if (settings_acked_ && settings_came_) patience_.End(Patience::Wait::kHandshake);
      return;
    case NGHTTP2_PING:
      if ((frame.hd.flags & NGHTTP2_FLAG_ACK) != 0) return FinishDrain();
      if (const auto limit = guard_.PingCame(now_)) Overrun(*limit);
      return;
    case NGHTTP2_RST_STREAM: ++world_.counters.resets_received; return;
    default: return;
  }
}

void ServerConnection::TakeHead(ServerCall& call) {
  call.state = ServerCall::State::kReceiving;
  fresh_.push_back(call.id);
  if (head_bytes_ > world_.limits.header_bytes_max) {
    return Refuse(call, H2Limit::kHeaderBytes, "the request's header fields are too large");
  }
  if (const auto why = call.head.WhyNot(rules())) {
    return Refuse(call, why->code, why->message, why->http_status);
  }
  if (call.head.timeout() != Duration::max()) {
    call.deadline = SaturatingAdd(now_, call.head.timeout());
  }
  if (call.deadline <= now_) return Expire(call);
  const std::optional<H2Limit> limit = TooMuchWork();
  if (limit && call.head.row()->method != nullptr) {
    Refuse(call, *limit, "too many requests are at work here");
  }
}

std::optional<H2Limit> ServerConnection::TooMuchWork() const {
  if (at_work_ >= world_.limits.handlers_max) return H2Limit::kHandlers;
  const std::int64_t of_node = route_->at_work().load(std::memory_order_relaxed);
  if (of_node >= world_.limits.handlers_node_max) return H2Limit::kNodeHandlers;
  return std::nullopt;
}

void ServerConnection::TakeMessages(ServerCall& call, std::string_view bytes) {
  while (!bytes.empty() && call.state != ServerCall::State::kAnswered) {
    if (call.has_message) {
      return Refuse(call, Code::kUnimplemented, "expected one message, found more");
    }
    const MessageReader::Step step = call.reader.Read(bytes, world_.limits.message_bytes_max);
    if (step == MessageReader::Step::kMore) break;
    if (step != MessageReader::Step::kMessage) return RefuseMessage(call, step);
    if (ShapeOf(call) == Shape::kEach) {
      SendBuiltin(call, call.reader.message());
    } else {
      call.has_message = true;
      if (call.armed) fresh_.push_back(call.id);
    }
  }
  if (call.state == ServerCall::State::kAnswered) return;
  CountHeld(call);
  // One message alone is bounded by its own limit.
  if (half_received_ > world_.limits.half_received_bytes_max && half_received_ > call.held) {
    Refuse(call, H2Limit::kHalfReceived, "too many bytes of unfinished requests");
  }
}

void ServerConnection::RefuseMessage(ServerCall& call, MessageReader::Step step) {
  if (step == MessageReader::Step::kTooLarge) {
    return Refuse(call, H2Limit::kMessageBytes,
                  "received message larger than max (" +
                      std::to_string(call.reader.message_bytes()) + " vs. " +
                      std::to_string(world_.limits.message_bytes_max) + ")");
  }
  if (step == MessageReader::Step::kCompressed && call.head.encoded()) {
    call.tail.identity_only = true;
    return Refuse(call, Code::kUnimplemented, "messages are taken uncompressed only");
  }
  Refuse(call, Code::kInternal,
         step == MessageReader::Step::kCompressed ? "a compressed message without an encoding"
                                                  : "a message with an unknown flag");
}

void ServerConnection::TakeEnd(ServerCall& call) {
  call.ended = true;
  if (call.state == ServerCall::State::kAnswered) return;
  if (!call.reader.at_boundary()) {
    return Refuse(call, Code::kInternal, "the request's message is cut");
  }
  if (ShapeOf(call) == Shape::kEach) {
    ++world_.counters.answered;
    return EndStream(call);
  }
  if (!call.has_message) return Refuse(call, Code::kInternal, "the request has no message");
  Dispatch(call);
}

void ServerConnection::Dispatch(ServerCall& call) {
  if (call.deadline <= now_) return Expire(call);  // it may have waited for its last bytes
  if (call.head.row()->builtin != nullptr) {
    SendBuiltin(call, call.reader.message());
    if (call.state == ServerCall::State::kAnswered) DropRequest(call);
    return;
  }
  if (const std::optional<H2Limit> limit = TooMuchWork()) {
    return Refuse(call, *limit, "too many requests are at work here");
  }
  call.state = ServerCall::State::kWorking;
  ++at_work_;
  const IncomingCall incoming = {.request = call.reader.message(),
                                 .deadline = call.deadline,
                                 .arrived = now_,
                                 .trace = call.head.trace(),
                                 .explain = call.head.explain()};
  try {
    call.head.row()->method->handler(incoming, AnswerTicket(route_, call.id));
  } catch (...) {  // the ticket has answered; and no exception may cross libnghttp2
  }
  DropRequest(call);
}

void ServerConnection::CountHeld(ServerCall& call) {
  half_received_ += call.reader.held_bytes() - call.held;
  call.held = call.reader.held_bytes();
}

void ServerConnection::DropRequest(ServerCall& call) {
  call.reader.Reset();
  CountHeld(call);
}

}  // namespace ringlab
