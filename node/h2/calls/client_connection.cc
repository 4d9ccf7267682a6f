#include "node/h2/calls/client_connection.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "node/h2/frames/words.h"

namespace ringlab {

namespace {

constexpr std::size_t kSweptFrom = 64;

}  // namespace

ClientConnection::ClientConnection(const H2ClientWorld& world, TimePoint now)
    : world_(world),
      session_(H2Session::Side::kClient, *this, world.limits, world.memory),
      guard_(world.limits, 0),
      cancels_(world.limits.cancels),
      now_(now) {
  patience_.Begin(Patience::Wait::kHandshake, SaturatingAdd(now, world.limits.handshake_max));
}

ClientConnection::~ClientConnection() {
  Lose("the connection was closed");
  FailQueue({Code::kUnavailable, "the connection was closed"});
  RL_CHECK_BECAUSE(queued_ == 0, "a call was started on a connection that ends");
}

CallId ClientConnection::Start(ClientRequest&& request, TimePoint now) {
  now_ = now;
  ++world_.counters.started;
  ClientCall& call = calls_.Add();
  const CallId id = call.id;
  call.body.Set(std::move(request.message), world_.limits.borrow_from_bytes);
  call.request = std::move(request);
  ++queued_;
  if (call.request.deadline <= now) {
    End(call, world_.counters.expired,
        ringlab::Fail(Code::kDeadlineExceeded, "the deadline had passed before the call"));
  } else if (queued_ > world_.limits.queue_max) {
    ++world_.counters.limits[H2Limit::kQueue];
    End(call, world_.counters.failed,
        ringlab::Fail(Code::kResourceExhausted, "too many calls wait for a stream"));
  } else {
    queue_.push_back(id);
    call.armed = call.request.deadline != kNever;
    if (call.armed) deadlines_.Arm(call.request.deadline, id);
  }
  return id;
}

void ClientConnection::Cancel(CallId id) {
  ClientCall* const call = calls_.Find(id);
  if (call == nullptr || call->state == ClientCall::State::kDone) return;
  if (call->state == ClientCall::State::kSent) session_.Reset(call->stream, NGHTTP2_CANCEL);
  End(*call, world_.counters.cancelled, ringlab::Fail(Code::kCancelled, "cancelled by the caller"));
}

void ClientConnection::Pull(OutChain& out, TimePoint now) {
  Written(out, now);
  if (broken_) return;
  while (out.size() < world_.limits.out_bytes_max && !goaway_sent_) {
    const bool more = session_.SendFrame(out);
    // The body is in the chain from here on.
    if (body_ended_) unwritten_.emplace_back(out.appended(), *std::exchange(body_ended_, {}));
    if (!more && !SubmitNext()) break;
  }
  if (session_.failed() && !std::exchange(broken_, true)) {
    ++world_.counters.limits[H2Limit::kLibrary];
  }
}

void ClientConnection::Written(const OutChain& out, TimePoint now) {
  now_ = now;
  while (!unwritten_.empty() && unwritten_.front().first <= out.consumed()) {
    ClientCall* const call = calls_.Find(unwritten_.front().second);
    if (call != nullptr) call->sent = now;
    unwritten_.pop_front();
  }
}

std::size_t ClientConnection::streams_max() const {
  if (!settings_came_) return world_.limits.streams_unannounced;
  const std::uint32_t announced =
      nghttp2_session_get_remote_settings(session_.raw(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  return std::min(announced, world_.limits.streams_max);
}

bool ClientConnection::accepting() const {
  return !going_away_ && !broken() &&
         nghttp2_session_get_next_stream_id(session_.raw()) <=
             static_cast<std::uint32_t>(world_.limits.stream_id_last);
}

// One at a time, so that a request's frames follow one another and few wait in the library, which
// is slow to cancel what waits.
bool ClientConnection::SubmitNext() {
  if (queued_ == 0 || on_wire_ >= streams_max() || !accepting()) return false;
  while (queued_ > 0) {
    ClientCall* const call = calls_.Find(queue_.front());
    queue_.pop_front();
    if (call == nullptr || call->state != ClientCall::State::kQueued) continue;
    if (call->request.deadline > now_) {
      Submit(*call);
      return true;
    }
    Expire(*call);
  }
  return false;
}

void ClientConnection::Submit(ClientCall& call) {
  const ClientIdentity& we = world_.identity;
  std::array<nghttp2_nv, 11> fields = {Field(h2::kMethod, h2::kPost), Field(h2::kScheme, we.scheme),
                                       Field(h2::kPath, call.request.path),
                                       Field(h2::kAuthority, we.authority)};
  std::size_t size = 4;
  if (call.request.deadline != kNever) {
    call.timeout.emplace(call.request.deadline - now_);
    fields[size++] = Field(h2::kGrpcTimeout, call.timeout->view());
  }
  fields[size++] = Field(h2::kTe, h2::kTrailers);
  fields[size++] = Field(h2::kContentType, h2::kGrpc);
  fields[size++] = Field(h2::kUserAgent, we.user_agent);
  if (!call.request.authorization.empty()) {
    fields[size++] = Field(h2::kAuthorization, call.request.authorization);
  }
  if (const Trace& trace = call.request.trace; trace != nullptr) {
    fields[size++] = FieldOfItsOwn(kTraceParent, trace->parent);
    if (!trace->state.empty()) fields[size++] = FieldOfItsOwn(kTraceState, trace->state);
  }
  call.stream = session_.SubmitRequest({fields.data(), size}, &call);
  if (call.stream <= 0) {  // no memory, or no stream id
    const char* const why = nghttp2_strerror(std::exchange(call.stream, 0));
    End(call, world_.counters.failed,
        ringlab::Fail(Code::kResourceExhausted, std::string("the call cannot be sent: ") + why));
    return;
  }
  call.state = ClientCall::State::kSent;
  --queued_;
  ++on_wire_;
  if (accepting()) return;
  ++world_.counters.limits[H2Limit::kStreamIds];
  going_away_ = true;
}

void ClientConnection::OnFrameSent(const nghttp2_frame& frame) {
  guard_.FrameSent(frame.hd.type);
  if (frame.hd.type == NGHTTP2_HEADERS) {
    if (auto* const call = session_.CallOf<ClientCall>(frame.hd.stream_id)) call->left = true;
  } else if (frame.hd.type == NGHTTP2_RST_STREAM) {
    ++world_.counters.resets_sent;
    if (const auto limit = guard_.ResetSent(frame.rst_stream.error_code, now_)) Overrun(*limit);
  } else if (frame.hd.type == NGHTTP2_GOAWAY && frame.goaway.error_code != NGHTTP2_NO_ERROR) {
    if (!std::exchange(ending_, true)) ++world_.counters.limits[H2Limit::kLibrary];
    goaway_sent_ = true;
  }
}

ClientConnection::Body ClientConnection::OnBodyWanted(void* call) {
  return {static_cast<ClientCall*>(call)->body, false};
}

bool ClientConnection::OnBodyEnd(void* call) {
  body_ended_ = static_cast<ClientCall*>(call)->id;
  return false;
}

void ClientConnection::Due(TimePoint now) {
  now_ = now;
  while (const std::optional<Patience::Wait> overdue = patience_.TakeOverdue(now)) {
    const bool greeting = *overdue == Patience::Wait::kHandshake;
    Overrun(greeting ? H2Limit::kHandshakeTime : H2Limit::kHeaderTime);
  }
  while (const std::optional<CallId> id = deadlines_.TakeDue(now)) {
    ClientCall* const call = calls_.Find(*id);
    if (call == nullptr || !call->armed) continue;
    Expire(*call);
  }
}

void ClientConnection::Expire(ClientCall& call) {
  const bool sent = call.state == ClientCall::State::kSent;
  if (sent && cancels_.Take(now_)) session_.Reset(call.stream, NGHTTP2_CANCEL);
  End(call, world_.counters.expired,
      ringlab::Fail(Code::kDeadlineExceeded,
                    sent ? "no reply by the deadline" : "no stream was free by the deadline"));
}

TimePoint ClientConnection::NextDue() {
  return std::min(patience_.Next(), deadlines_.Next(Waits()));
}

void ClientConnection::Overrun(H2Limit limit) {
  if (broken()) return;
  ++world_.counters.limits[limit];
  ending_ = true;
  session_.GoAway(NGHTTP2_ENHANCE_YOUR_CALM, LimitName(limit));
}

bool ClientConnection::done() const {
  if (broken_) return true;
  if (ending_) return goaway_sent_;
  return going_away_ && on_wire_ == 0 && !session_.wants_write();
}

void ClientConnection::Lose(std::string_view why) {
  RL_CHECK_BECAUSE(!session_.inside(), "a connection was lost from within itself");
  broken_ = true;
  patience_ = Patience();
  calls_.ForEach([this, why](ClientCall& call) {
    if (call.state == ClientCall::State::kQueued) return;
    // No stream will close any more.
    if (call.state == ClientCall::State::kSent && !call.left) return SendAgain(call);
    if (call.state == ClientCall::State::kSent) Fail(call, Code::kUnavailable, std::string(why));
    calls_.Remove(call);
  });
  on_wire_ = 0;
}

std::vector<ClientRequest> ClientConnection::TakeQueue() {
  std::vector<ClientRequest> taken;
  taken.reserve(queued_);
  for (const CallId id : std::exchange(queue_, {})) {
    ClientCall* const call = calls_.Find(id);
    if (call == nullptr || call->state != ClientCall::State::kQueued) continue;
    taken.push_back(std::move(call->request));
    taken.back().message = call->body.TakeBack();
    ++world_.counters.handed_on;
    Leave(*call);
    calls_.Remove(*call);
  }
  return taken;
}

void ClientConnection::FailQueue(const Error& error) {
  for (const CallId id : std::exchange(queue_, {})) {
    ClientCall* const call = calls_.Find(id);
    if (call == nullptr || call->state != ClientCall::State::kQueued) continue;
    End(*call, world_.counters.failed, tl::unexpected(error));
  }
}

// Tells the caller. What has a stream stays until that is closed.
void ClientConnection::End(ClientCall& call, std::uint64_t& count,
                           Result<std::string_view>&& body) {
  ++count;
  const bool sent = call.state == ClientCall::State::kSent;
  Leave(call);
  call.state = ClientCall::State::kDone;
  // In its place: nobody else looks at a call that is done.
  call.request.done({.body = std::move(body),
                     .answer = call.head.answer(),
                     .retry_after = call.head.retry_after(),
                     .sent = call.sent});
  call.request.done = nullptr;
  call.reader.Reset();
  CountHeld(call);
  if (!sent) calls_.Remove(call);
}

// Out of the queue and of the deadlines.
void ClientConnection::Leave(ClientCall& call) {
  if (std::exchange(call.armed, false)) deadlines_.Ended(Waits());
  if (call.state != ClientCall::State::kQueued) return;
  --queued_;
  if (queue_.size() < 2 * queued_ + kSweptFrom) return;
  call.state = ClientCall::State::kDone;
  std::erase_if(queue_, [this](CallId id) {
    const ClientCall* const waiting = calls_.Find(id);
    return waiting == nullptr || waiting->state != ClientCall::State::kQueued;
  });
}

void ClientConnection::CountHeld(ClientCall& call) {
  half_received_ += call.reader.held_bytes() - call.held;
  call.held = call.reader.held_bytes();
}

}  // namespace ringlab
