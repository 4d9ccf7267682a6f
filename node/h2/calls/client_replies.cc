// ClientConnection's ear: frames that come in, until a call has its reply.
#include <string>
#include <utility>

#include "node/h2/calls/client_connection.h"
#include "node/h2/frames/status.h"

namespace ringlab {

void ClientConnection::Feed(std::span<const std::uint8_t> bytes, TimePoint now) {
  now_ = now;
  if (broken() || !session_.wants_read()) return;
  guard_.Read(bytes);
  if (session_.Receive(bytes) != 0) {
    ++world_.counters.limits[H2Limit::kLibrary];
    broken_ = true;
  }
  if (const auto limit = guard_.ReadEnds(now)) Overrun(*limit);
  for (const CallId id : borrowers_) {
    ClientCall* const call = calls_.Find(id);
    if (call == nullptr || call->state != ClientCall::State::kSent) continue;
    call->reader.Keep();
    CountHeld(*call);
  }
  borrowers_.clear();
  patience_.Set(Patience::Wait::kHeaderBlock, guard_.in_header_block(),
                SaturatingAdd(now, world_.limits.header_block_max));
}

void ClientConnection::OnFrameBegins(const nghttp2_frame_hd& head) {
  if (broken()) return;
  if (head.type == NGHTTP2_HEADERS) head_bytes_ = 0;
  using enum H2Guard::StreamState;
  const bool open = head.stream_id != 0 && session_.CallOf<ClientCall>(head.stream_id) != nullptr;
  const auto state = head.stream_id == 0 ? kNone : open ? kOpen : kClosed;
  if (const auto limit = guard_.FrameBegins(head, state, now_)) Overrun(*limit);
}

bool ClientConnection::OnHeader(const nghttp2_frame& frame, std::string_view name,
                                std::string_view value) {
  head_bytes_ += FieldBytes(name, value);
  ClientCall* const call = session_.CallOf<ClientCall>(frame.hd.stream_id);
  if (head_bytes_ > world_.limits.header_bytes_max) {
    ++world_.counters.limits[H2Limit::kHeaderBytes];
    if (call != nullptr && call->state == ClientCall::State::kSent) {
      Fail(*call, Code::kResourceExhausted, "the reply's header fields are too large");
    }
    return false;  // which resets the stream
  }
  if (call != nullptr && call->state == ClientCall::State::kSent) call->head.Take(name, value);
  return true;
}

void ClientConnection::OnData(std::int32_t stream, std::string_view bytes) {
  ClientCall* const call = session_.CallOf<ClientCall>(stream);
  if (call == nullptr || call->state != ClientCall::State::kSent || broken()) return;
  if (!call->head.is_grpc()) return call->head.TakeForeign(bytes);
  TakeMessages(*call, bytes);
}

void ClientConnection::TakeMessages(ClientCall& call, std::string_view bytes) {
  using Step = MessageReader::Step;
  while (!bytes.empty()) {
    if (call.has_message) {
      return Abort(call, Code::kUnimplemented, "expected one message in the reply, found more");
    }
    switch (call.reader.Read(bytes, world_.limits.message_bytes_max)) {
      case Step::kMore: break;
      case Step::kMessage:
        call.has_message = true;
        borrowers_.push_back(call.id);
        break;
      case Step::kTooLarge:
        ++world_.counters.limits[H2Limit::kMessageBytes];
        return Abort(call, Code::kResourceExhausted,
                     "received message larger than max (" +
                         std::to_string(call.reader.message_bytes()) + " vs. " +
                         std::to_string(world_.limits.message_bytes_max) + ")");
      case Step::kCompressed:
        return Abort(call, Code::kInternal, "the reply is compressed, which was not offered");
      case Step::kBadFlag:
        return Abort(call, Code::kInternal, "the reply is a message with an unknown flag");
    }
  }
  CountHeld(call);
  // One message alone is bounded by its own limit.
  if (half_received_ > world_.limits.half_received_bytes_max && half_received_ > call.held) {
    ++world_.counters.limits[H2Limit::kHalfReceived];
    Abort(call, Code::kResourceExhausted, "too many bytes of unfinished replies");
  }
}

void ClientConnection::OnFrame(const nghttp2_frame& frame) {
  if (broken()) return;
  switch (frame.hd.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA: {
      ClientCall* const call = session_.CallOf<ClientCall>(frame.hd.stream_id);
      if (call == nullptr || call->state != ClientCall::State::kSent) return;
      if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) return Conclude(*call);
      if (frame.hd.type == NGHTTP2_HEADERS) call->head.EndBlock();
      return;
    }
    case NGHTTP2_SETTINGS:
      if ((frame.hd.flags & NGHTTP2_FLAG_ACK) != 0) return;
      settings_came_ = true;
      return patience_.End(Patience::Wait::kHandshake);
    case NGHTTP2_RST_STREAM: ++world_.counters.resets_received; return;
    case NGHTTP2_GOAWAY:
      ++world_.counters.goaways;
      going_away_ = true;
      return;
    default: return;
  }
}

// The server has said all that it will.
void ClientConnection::Conclude(ClientCall& call) {
  if (nghttp2_session_get_stream_local_close(session_.raw(), call.stream) == 0) {
    session_.Reset(call.stream, NGHTTP2_CANCEL);  // it does not want the rest of the request
  }
  std::uint64_t& count = world_.counters.answered;
  if (std::optional<Error> error = call.head.WhyNot()) {
    return End(call, count, tl::unexpected(*std::move(error)));
  }
  if (!call.reader.at_boundary()) {
    return End(call, count, ringlab::Fail(Code::kInternal, "the reply's message is cut"));
  }
  if (!call.has_message) {
    return End(call, count, ringlab::Fail(Code::kUnimplemented, "the reply has no message"));
  }
  End(call, count, call.reader.message());
}

void ClientConnection::OnStreamClosed(std::int32_t stream, std::uint32_t error_code) {
  ClientCall* const call = session_.CallOf<ClientCall>(stream);
  if (call == nullptr) return;
  --on_wire_;
  if (call->state == ClientCall::State::kDone) return calls_.Remove(*call);
  const bool refused = error_code == NGHTTP2_REFUSED_STREAM && !call->request.refused_once;
  if (refused || !call->left) return SendAgain(*call);
  Code code = CodeOfReset(error_code);
  if (code == Code::kCancelled) {
    code = call->request.deadline <= now_ ? Code::kDeadlineExceeded : Code::kUnavailable;
  }
  Fail(*call, code, "the stream was reset: " + std::string(ResetName(error_code)));
  calls_.Remove(*call);
}

// The server has certainly not looked at it. Once is enough for what was on the wire.
void ClientConnection::SendAgain(ClientCall& call) {
  ++world_.counters.retried;
  call.request.refused_once |= std::exchange(call.left, false);
  call.state = ClientCall::State::kQueued;
  call.stream = 0;
  call.sent = kNever;
  call.has_message = false;
  call.head.Reset();
  call.body.Rewind();
  call.reader.Reset();
  CountHeld(call);
  queue_.push_front(call.id);
  ++queued_;
}

void ClientConnection::Fail(ClientCall& call, Code code, std::string message) {
  End(call, world_.counters.failed, ringlab::Fail(code, std::move(message)));
}

// What comes of it is not wanted any more.
void ClientConnection::Abort(ClientCall& call, Code code, std::string message) {
  session_.Reset(call.stream, NGHTTP2_CANCEL);
  Fail(call, code, std::move(message));
}

}  // namespace ringlab
