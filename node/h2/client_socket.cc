#include "node/h2/client_socket.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "node/h2/socket_io.h"
#include "node/h2/stream/tls_stream.h"

namespace ringlab {

ClientSocket::ClientSocket(Home& home, EventLoop& loop, const H2ClientWorld& world,
                           const TlsContext* tls, std::string name)
    : home_(home), loop_(loop), tls_(tls), name_(std::move(name)), connection_(world, loop.Now()) {}

ClientSocket::~ClientSocket() {
  HangUp();
  loop_.Forget(*this);
  loop_.alarms().Set(*this, kNever);
}

void ClientSocket::Dial(std::vector<SocketAddress> addresses, TimePoint until) {
  addresses_ = std::move(addresses);
  connect_until_ = until;
  phase_ = Phase::kConnecting;
  why_ = "the name has no address";
  DialNext();
  loop_.AtTurnEnd(*this);  // there it is told should that have failed
}

void ClientSocket::GiveUp(std::string why) {
  End(std::move(why));
  loop_.AtTurnEnd(*this);
}

void ClientSocket::Start(ClientRequest&& request) {
  connection_.Start(std::move(request), loop_.Now());
  loop_.AtTurnEnd(*this);
}

std::vector<ClientRequest> ClientSocket::Retire() {
  told_full_ = true;
  connection_.Retire();
  loop_.AtTurnEnd(*this);
  return connection_.TakeQueue();
}

void ClientSocket::DialNext() {
  while (next_address_ < addresses_.size()) {
    HangUp();
    auto begun = Connect(addresses_[next_address_++]);
    if (!begun) {
      why_ = std::move(begun.error().message);
      continue;
    }
    socket_ = *std::move(begun);
    if (WatchFor({.write = true})) return;
    why_ = "its socket cannot be watched";
  }
  End(why_);
}

void ClientSocket::HangUp() {
  if (watched_ >= 0) loop_.poller().Forget(std::exchange(watched_, -1));
  stream_.reset();
  socket_.Close();
}

void ClientSocket::OnReady(Ready ready) {
  if (ready.write) blocked_ = false;
  if (phase_ == Phase::kConnecting && ready.write) FinishConnect();
  if (phase_ == Phase::kOpening) Open();
  if (phase_ == Phase::kOpen && (ready.read || needs_write_ || reads_on_)) Read();
  Settle(loop_.Now());
}

void ClientSocket::OnTurnEnd() {
  if (phase_ == Phase::kOpen && reads_on_) Read();
  Settle(loop_.Now());
}

void ClientSocket::OnAlarm(TimePoint now) {
  if (phase_ != Phase::kOpen && now >= connect_until_) End("it does not answer");
  connection_.Due(now);
  Settle(now);
}

void ClientSocket::FinishConnect() {
  if (auto connected = ConnectError(socket_.get()); !connected) {
    why_ = std::move(connected.error().message);
    return DialNext();
  }
  if (tls_ == nullptr) {
    stream_ = PlainStreamOf(std::move(socket_));
  } else if (auto tls = TlsClientStreamOf(std::move(socket_), tls_->current(), name_)) {
    stream_ = *std::move(tls);
  } else {
    return End(tls.error().message);
  }
  phase_ = Phase::kOpening;
}

void ClientSocket::Open() {
  const Moved opened = stream_->Open();
  needs_write_ = opened.kind == Moved::Kind::kNeedsWrite;
  if (opened.kind == Moved::Kind::kDone) {
    phase_ = Phase::kOpen;
    reads_on_ = true;  // TLS may have taken more from the socket than its handshake
  }
  if (opened.kind == Moved::Kind::kFailed) End(stream_->why());
}

void ClientSocket::Read() {
  std::array<char, kReadBytes> bytes;
  const Moved got = stream_->Read(bytes);
  needs_write_ = got.kind == Moved::Kind::kNeedsWrite;
  reads_on_ = false;
  switch (got.kind) {
    case Moved::Kind::kDone:
      Feed({reinterpret_cast<const std::uint8_t*>(bytes.data()), got.bytes});
      reads_on_ = stream_->holds_more();
      break;
    case Moved::Kind::kEnded: return End("the connection was closed");
    case Moved::Kind::kFailed: return End(stream_->why());
    default: break;
  }
}

void ClientSocket::Feed(std::span<const std::uint8_t> bytes) {
  const TimePoint read_at = loop_.Now();
  home_.OnFed(read_at);
  connection_.Feed(bytes, read_at);
  home_.OnFed(kNever);
}

void ClientSocket::Write(TimePoint now) {
  for (int i = 0; i < kWritesOfTurnMax && !blocked_; ++i) {
    connection_.Pull(out_, now);
    if (out_.empty()) return;
    const WriteEnd end = WriteFront(*stream_, out_);
    if (end == WriteEnd::kFailed) return End(stream_->why());
    now = loop_.Now();
    connection_.Written(out_, now);
    blocked_ = end == WriteEnd::kBlocked;
  }
  if (!blocked_) loop_.AtTurnEnd(*this);  // others first
}

// Whatever has happened: says what is to be said, and sees what is to be waited for. May end it.
void ClientSocket::Settle(TimePoint now) {
  if (phase_ == Phase::kOpen) Write(now);
  if (connection_.lacks_memory()) End("there was no memory for the connection");
  if (connection_.broken()) End("it does not speak gRPC, or breaks its protocol");
  if (phase_ == Phase::kOpen && connection_.done() && out_.empty()) End("");
  if (phase_ == Phase::kOpening && !WatchFor({.read = true, .write = needs_write_})) {
    End("its socket cannot be watched");
  }
  if (phase_ == Phase::kOpen && !WatchFor({.read = true, .write = blocked_ || needs_write_})) {
    End("its socket cannot be watched");
  }
  if (phase_ == Phase::kOver) {
    HangUp();
    connection_.Lose(why_.empty() ? "the connection was closed" : why_);
    return home_.OnOver(*this, why_);
  }
  if (reads_on_) loop_.AtTurnEnd(*this);
  const TimePoint connect = phase_ == Phase::kOpen ? kNever : connect_until_;
  loop_.alarms().BringForward(*this, std::min(connect, connection_.NextDue()));
  if (!connection_.accepting() && !std::exchange(told_full_, true)) home_.OnFull(*this);
}

bool ClientSocket::WatchFor(Ready interest) {
  const int socket = stream_ == nullptr ? socket_.get() : stream_->socket();
  if (watched_ == socket && interest == interest_) return true;
  interest_ = interest;
  if (watched_ == socket) return loop_.poller().Change(socket, interest).has_value();
  if (!loop_.poller().Watch(socket, interest, *this)) return false;
  watched_ = socket;
  return true;
}

void ClientSocket::End(std::string why) {
  if (phase_ == Phase::kOver) return;
  phase_ = Phase::kOver;
  why_ = std::move(why);
}

}  // namespace ringlab
