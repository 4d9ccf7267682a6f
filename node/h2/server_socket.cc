#include "node/h2/server_socket.h"

#include <array>

#include "node/h2/socket_io.h"

namespace ringlab {

void SocketRoute::Deliver(CallId call, MethodReply&& reply) {
  if (loop_.InLoop()) {
    if (socket_ != nullptr) socket_->Answer(call, std::move(reply));
    return;
  }
  bool first = false;
  {
    const MutexLock lock(mutex_);
    first = posted_.empty();
    posted_.push_back({call, std::move(reply)});
  }
  if (first) loop_.Post([self = shared_from_this()] { self->DeliverPosted(); });
}

void SocketRoute::DeliverPosted() {
  std::vector<Answer> answers;
  {
    const MutexLock lock(mutex_);
    answers.swap(posted_);
  }
  if (socket_ == nullptr) return;
  for (Answer& answer : answers) socket_->Answer(answer.call, std::move(answer.reply));
}

ServerSocket::ServerSocket(Home& home, const H2ServerWorld& world,
                           std::shared_ptr<HandlersAtWork> at_work, LoopPool::Seat seat,
                           std::unique_ptr<ByteStream> stream)
    : home_(home),
      limits_(world.limits),
      seat_(std::move(seat)),
      loop_(seat_.loop()),
      stream_(std::move(stream)),
      route_(std::make_shared<SocketRoute>(std::move(at_work), loop_)),
      connection_(world, route_, loop_.Now()) {
  route_->LeadsTo(this);
}

ServerSocket::~ServerSocket() {
  route_->LeadsTo(nullptr);
  if (interest_ != Ready{}) loop_.poller().Forget(stream_->socket());
  loop_.Forget(*this);
  loop_.alarms().Set(*this, kNever);
}

Result<void> ServerSocket::Begin() {
  auto watched = loop_.poller().Watch(stream_->socket(), {.read = true}, *this);
  if (!watched) return watched;
  interest_ = {.read = true};
  loop_.AtTurnEnd(*this);  // says its SETTINGS without waiting for the client's
  return {};
}

void ServerSocket::Answer(CallId call, MethodReply&& reply) {
  connection_.Answer(call, std::move(reply));
  if (!feeding_) loop_.AtTurnEnd(*this);
}

void ServerSocket::Drain() {
  connection_.Drain(loop_.Now());
  loop_.AtTurnEnd(*this);
}

void ServerSocket::Fence() {
  connection_.Fence(loop_.Now());
  loop_.AtTurnEnd(*this);
}

void ServerSocket::LookAgain() {
  connection_.LookAgain();
  loop_.AtTurnEnd(*this);
}

void ServerSocket::OnReady(Ready ready) {
  if (ready.write) blocked_ = false;
  if (Open() && (ready.read || needs_write_ || reads_on_)) Read();
  Settle(loop_.Now());
}

void ServerSocket::OnTurnEnd() {
  if (Open() && reads_on_) Read();
  Settle(loop_.Now());
}

void ServerSocket::OnAlarm(TimePoint now) {
  connection_.Due(now);
  Settle(now);
}

bool ServerSocket::Open() {
  if (open_ || over_) return open_;
  const Moved opened = stream_->Open();
  open_ = opened.kind == Moved::Kind::kDone;
  reads_on_ = open_;  // TLS may have taken more from the socket than its handshake
  needs_write_ = opened.kind == Moved::Kind::kNeedsWrite;
  if (opened.kind == Moved::Kind::kFailed) End("TLS handshake: " + stream_->why());
  return open_;
}

void ServerSocket::Read() {
  std::array<char, kReadBytes> bytes;
  const Moved got = stream_->Read(bytes);
  needs_write_ = got.kind == Moved::Kind::kNeedsWrite;
  reads_on_ = false;
  switch (got.kind) {
    case Moved::Kind::kDone:
      feeding_ = true;
      connection_.Feed({reinterpret_cast<const std::uint8_t*>(bytes.data()), got.bytes},
                       loop_.Now());
      feeding_ = false;
      reads_on_ = stream_->holds_more();
      home_.OnActive(*this);
      break;
    case Moved::Kind::kEnded:
    case Moved::Kind::kFailed: return End("");
    default: break;
  }
}

void ServerSocket::Write(TimePoint now) {
  for (int i = 0; i < kWritesOfTurnMax && !blocked_; ++i) {
    connection_.Pull(out_, now);
    if (out_.empty()) return;
    const WriteEnd end = WriteFront(*stream_, out_);
    if (end == WriteEnd::kFailed) return End("");
    blocked_ = end == WriteEnd::kBlocked;
  }
  if (!blocked_) loop_.AtTurnEnd(*this);  // others first
}

// Whatever has happened: says what is to be said, and sees what is to be waited for. May end it.
void ServerSocket::Settle(TimePoint now) {
  if (open_ && !over_) Write(now);
  if (connection_.lacks_memory()) End("there was no memory for a connection");
  if (connection_.broken()) End("a caller broke the protocol of HTTP/2, or a limit");
  if (connection_.done() && out_.empty()) End("");
  if (over_) return home_.OnOver(*this, why_);
  if (reads_on_) loop_.AtTurnEnd(*this);
  // Who does not take what it asked for is not read from, so that it holds no more of our memory.
  const bool full = blocked_ && out_.size() >= limits_.out_bytes_max;
  const Ready interest{.read = !full, .write = blocked_ || needs_write_};
  if (interest != interest_) {
    interest_ = interest;
    if (!loop_.poller().Change(stream_->socket(), interest)) {
      End("its socket cannot be watched");
      return home_.OnOver(*this, why_);
    }
  }
  loop_.alarms().BringForward(*this, connection_.NextDue());
}

void ServerSocket::End(std::string why) {
  if (over_) return;
  over_ = true;
  why_ = std::move(why);
}

}  // namespace ringlab
