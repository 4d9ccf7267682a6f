#include "node/h2/calls/server_connection.h"

#include <algorithm>
#include <utility>

namespace ringlab {

namespace {

constexpr std::string_view kForeign =
    "this port speaks gRPC, over HTTP/2 without upgrade: use a gRPC client\n";

std::string HttpAnswer() {
  return "HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: text/plain\r\nconnection: close"
         "\r\ncontent-length: " +
         std::to_string(kForeign.size()) + "\r\n\r\n" + std::string(kForeign);
}

bool IsLetter(std::uint8_t byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }

}  // namespace

ServerConnection::ServerConnection(const H2ServerWorld& world, std::shared_ptr<AnswerRoute> route,
                                   TimePoint now)
    : world_(world),
      route_(std::move(route)),
      session_(H2Session::Side::kServer, *this, world.limits, world.memory),
      guard_(world.limits, NGHTTP2_CLIENT_MAGIC_LEN),
      now_(now) {
  patience_.Begin(Patience::Wait::kHandshake, SaturatingAdd(now, world.limits.handshake_max));
}

ServerConnection::~ServerConnection() {
  calls_.ForEach([this](ServerCall& call) { Close(call); });
}

void ServerConnection::Feed(std::span<const std::uint8_t> bytes, TimePoint now) {
  now_ = now;
  heard_ = heard_ || !bytes.empty();
  // libnghttp2 takes what follows its own GOAWAY, and Debian's had an assertion there once.
  if (broken() || !session_.wants_read()) return;
  if (!guard_.Read(bytes)) return Overrun(H2Limit::kLibrary, NGHTTP2_STREAM_CLOSED);
  if (const int error = session_.Receive(bytes); error != 0) Break(error, bytes);
  if (const auto limit = guard_.ReadEnds(now)) Overrun(*limit);
  EndFeed();
}

// What was not finished in the feed: its bytes go away, and it is given a time.
void ServerConnection::EndFeed() {
  for (const CallId id : fresh_) {
    ServerCall* const call = calls_.Find(id);
    if (call == nullptr || call->state == ServerCall::State::kAnswered) continue;
    if (call->state == ServerCall::State::kReceiving) {
      call->reader.Keep();
      CountHeld(*call);
    }
    if (!call->armed) Arm(*call);
  }
  fresh_.clear();
  patience_.Set(Patience::Wait::kHeaderBlock, guard_.in_header_block(),
                SaturatingAdd(now_, world_.limits.header_block_max));
  if (!ending_ &&
      nghttp2_session_get_outbound_queue_size(session_.raw()) > world_.limits.outbound_frames_max) {
    Overrun(H2Limit::kOutboundFrames);
  }
}

// libnghttp2 can read no further. It has queued what it had to say, but for a peer that does not
// speak HTTP/2 at all.
void ServerConnection::Break(int error, std::span<const std::uint8_t> bytes) {
  broken_ = true;
  if (error != NGHTTP2_ERR_BAD_CLIENT_MAGIC) {
    ++world_.counters.limits[H2Limit::kLibrary];
    return;
  }
  ++world_.counters.foreign;
  if (IsLetter(bytes.front())) last_words_ = HttpAnswer();
}

void ServerConnection::Overrun(H2Limit limit, std::uint32_t error_code) {
  if (broken()) return;
  ++world_.counters.limits[limit];
  ending_ = true;
  session_.GoAway(error_code, limit == H2Limit::kPings ? "too_many_pings" : LimitName(limit));
}

void ServerConnection::Pull(OutChain& out, TimePoint now) {
  now_ = now;
  if (std::exchange(consumed_seen_, out.consumed()) != out.consumed()) {
    patience_.End(Patience::Wait::kProgress);
  }
  if (broken_) return out.Append(std::exchange(last_words_, {}));
  // The client speaks first: one of HTTP/1 would take our greeting for an answer of HTTP/0.9.
  if (!heard_ && !ending_ && !draining()) return;
  while (out.size() < world_.limits.out_bytes_max && !goaway_sent_ && session_.SendFrame(out)) {
  }
  if (session_.failed() && !std::exchange(broken_, true)) {
    ++world_.counters.limits[H2Limit::kLibrary];
    return;
  }
  patience_.Set(Patience::Wait::kProgress, !out.empty() || unsent_ > 0,
                SaturatingAdd(now, world_.limits.stall_max));
}

bool ServerConnection::done() const {
  if (broken_) return last_words_.empty();
  if (ending_) return goaway_sent_;
  return !session_.wants_read() && !session_.wants_write();
}

void ServerConnection::Due(TimePoint now) {
  now_ = now;
  while (const std::optional<Patience::Wait> overdue = patience_.TakeOverdue(now)) {
    switch (*overdue) {
      case Patience::Wait::kHandshake:
        Overrun(H2Limit::kHandshakeTime, NGHTTP2_SETTINGS_TIMEOUT);
        break;
      case Patience::Wait::kHeaderBlock: Overrun(H2Limit::kHeaderTime); break;
      case Patience::Wait::kProgress:  // it would not read a farewell either
        if (!broken_) ++world_.counters.limits[H2Limit::kStallTime];
        broken_ = true;
        break;
      case Patience::Wait::kDrainPing: FinishDrain(); break;
    }
  }
  while (const std::optional<CallId> id = deadlines_.TakeDue(now)) {
    ServerCall* const call = calls_.Find(*id);
    if (call == nullptr || !call->armed) continue;
    if (call->state == ServerCall::State::kReceiving) {
      Expire(*call);
    } else if (call->deadline <= now) {
      Expire(*call);
    } else if (call->deadline != kNever) {
      deadlines_.Arm(call->deadline, *id);
    } else {
      call->armed = false;
    }
  }
}

TimePoint ServerConnection::NextDue() {
  if (broken_) return kNever;
  return std::min(patience_.Next(), deadlines_.Next(Waits()));
}

void ServerConnection::Arm(ServerCall& call) {
  const bool body = call.state == ServerCall::State::kReceiving;
  call.due =
      body ? std::min(call.deadline, SaturatingAdd(now_, world_.limits.body_max)) : call.deadline;
  if (call.due == kNever) return;
  call.armed = true;
  deadlines_.Arm(call.due, call.id);
}

void ServerConnection::Disarm(ServerCall& call) {
  if (std::exchange(call.armed, false)) deadlines_.Ended(Waits());
}

void ServerConnection::Drain(TimePoint now) {
  now_ = now;
  if (broken() || draining()) return;
  drain_ = DrainStep::kNoticed;
  session_.Notice();
  patience_.Begin(Patience::Wait::kDrainPing, SaturatingAdd(now, world_.limits.drain_ping_max));
}

void ServerConnection::Fence(TimePoint now) {
  now_ = now;
  if (broken() || drain_ == DrainStep::kFinal) return;
  drain_ = DrainStep::kNoticed;
  FinishDrain();
}

// Whatever the peer sent before it saw the first GOAWAY is here: the last stream can be told.
void ServerConnection::FinishDrain() {
  if (broken() || drain_ != DrainStep::kNoticed) return;
  drain_ = DrainStep::kFinal;
  patience_.End(Patience::Wait::kDrainPing);
  session_.GoAway(NGHTTP2_NO_ERROR, {});
  calls_.ForEach([this](ServerCall& call) {
    if (call.state != ServerCall::State::kStreaming) return;
    ++world_.counters.answered;
    End(call, Code::kUnavailable, "this connection ends; connect again");
  });
}

}  // namespace ringlab
