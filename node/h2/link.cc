#include "node/h2/link.h"

#include <algorithm>
#include <functional>
#include <new>
#include <utility>

namespace ringlab {

namespace {

std::string HostOf(const std::string& address) {
  auto split = SplitAddress(address);
  return split ? std::move(split->host) : address;
}

}  // namespace

LinkCounts& LinkCounts::operator+=(const LinkCounts& more) {
  attempts += more.attempts;
  failed += more.failed;
  lost += more.lost;
  replaced += more.replaced;
  return *this;
}

H2Link::H2Link(const LinkShare& share, EventLoop& loop, H2Memory& memory, std::string address)
    : share_(share),
      loop_(loop),
      address_(std::move(address)),
      host_(HostOf(address_)),
      identity_{.authority = address_, .scheme = share.tls == nullptr ? "http" : "https"},
      world_{identity_, share.limits, memory, counters_},
      rng_(std::hash<std::string>{}(address_) ^
           static_cast<std::uint64_t>(loop.Now().time_since_epoch().count())) {}

H2Link::~H2Link() = default;

void H2Link::Call(OutgoingCall&& call, BytesCallback&& done) {
  if (loop_.InLoop()) return Begin(std::move(call), std::move(done));
  bool first = false;
  {
    const MutexLock lock(mutex_);
    first = posted_.empty();
    posted_.push_back({std::move(call), std::move(done)});
  }
  if (first) loop_.Post([this] { TakePosted(); });
}

void H2Link::TakePosted() {
  std::vector<Posted> posted;
  {
    const MutexLock lock(mutex_);
    posted.swap(posted_);
  }
  for (Posted& one : posted) Begin(std::move(one.call), std::move(one.done));
}

void H2Link::ConnectNow() {
  loop_.Post([this] {
    if (closed_ || socket_ != nullptr) return;
    failures_ = 0;
    Connect();
  });
}

void H2Link::Begin(OutgoingCall&& call, BytesCallback&& done) {
  if (closed_) return Refuse(call, std::move(done));
  if (socket_ != nullptr && !socket_->connection().accepting()) Replace();
  if (socket_ == nullptr) {
    if (loop_.Now() < retry_at_) return Refuse(call, std::move(done));
    if (!Connect()) return Refuse(call, std::move(done));
  }
  socket_->Start(RequestOf(std::move(call), std::move(done)));
}

void H2Link::Refuse(const OutgoingCall& call, BytesCallback done) const {
  if (call.times != nullptr) *call.times = {.done = loop_.Now()};
  done(Fail(Code::kUnavailable, why_));
}

ClientRequest H2Link::RequestOf(OutgoingCall&& call, BytesCallback&& done) {
  auto answered = [this, times = call.times,
                   done = std::move(done)](const ClientReply& reply) mutable {
    if (times != nullptr) {
      *times = {.sent = reply.sent, .done = fed_at_ == kNever ? loop_.Now() : fed_at_};
    }
    done(reply.body);
  };
  static_assert(sizeof answered <= 112, "a call would cost an allocation");
  return {.path = call.path,
          .message = std::move(call.request),
          .deadline = call.deadline,
          .authorization = share_.authorization,
          .trace = std::move(call.trace),
          .done = std::move(answered)};
}

// False when there is no memory for a connection: that failed as others do.
bool H2Link::Connect() {
  ++attempt_;
  ++counts_.attempts;
  began_ = loop_.Now();
  const std::string& name = share_.tls_name.empty() ? host_ : share_.tls_name;
  ClientSocket::Home& home = *this;
  try {
    socket_ = std::make_unique<ClientSocket>(home, loop_, world_, share_.tls, name);
  } catch (const std::bad_alloc&) {
    ++counts_.failed;
    Failed("no memory for a connection");
    return false;
  }
  const TimePoint until = SaturatingAdd(began_, share_.patience.connect_max);
  auto split = SplitAddress(address_);
  if (!split) {
    socket_->GiveUp(split.error().message);
    return true;
  }
  if (auto found = Resolve(*split, Lookup::kNumeric)) {
    socket_->Dial(*std::move(found), until);
    return true;
  }
  share_.resolver.Ask(*std::move(split), [this, until, attempt = attempt_](auto found) {
    loop_.Post([this, until, attempt, found = std::move(found)]() mutable {
      if (attempt != attempt_ || socket_ == nullptr) return;  // another attempt came since
      if (!found) return socket_->GiveUp(std::move(found.error().message));
      socket_->Dial(*std::move(found), until);
    });
  });
  return true;
}

// It goes on with the calls that it has.
void H2Link::Replace() {
  ++counts_.replaced;
  // A server may send everybody away as soon as they come.
  if (loop_.Now() - began_ < share_.patience.backoff.first) {
    Failed("it sends calls away");
  } else {
    failures_ = 0;
  }
  retiring_.push_back(std::move(socket_));
}

// The next one is made at once when there are calls: no moment without a connection.
void H2Link::OnFull(ClientSocket& socket) {
  const bool in_use = socket.connection().on_wire() > 0;
  if (&socket == socket_.get()) Replace();
  StartAll(socket.Retire());
  if (in_use && socket_ == nullptr && loop_.Now() >= retry_at_) Connect();
}

void H2Link::OnOver(ClientSocket& socket, const std::string& why) {
  if (&socket == socket_.get() && why.empty()) Replace();  // it was told to go, and had no calls
  const bool current = &socket == socket_.get();
  const std::unique_ptr<ClientSocket> over = TakeOut(socket);
  ClientConnection& connection = over->connection();
  if (!current) return StartAll(connection.TakeQueue());
  ++(connection.ready() ? counts_.lost : counts_.failed);
  if (!connection.ready() || loop_.Now() - began_ < share_.patience.backoff.first) {
    Failed(why);
    return connection.FailQueue({Code::kUnavailable, why_});
  }
  failures_ = 0;
  StartAll(connection.TakeQueue());
}

// Calls that no server has looked at.
void H2Link::StartAll(std::vector<ClientRequest> requests) {
  for (ClientRequest& request : requests) {
    const bool waits = socket_ == nullptr && loop_.Now() < retry_at_;
    if (closed_ || waits || (socket_ == nullptr && !Connect())) {
      request.done({.body = Fail(Code::kUnavailable, why_)});
      continue;
    }
    socket_->Start(std::move(request));
  }
}

void H2Link::Failed(const std::string& why) {
  why_ = "connect to \"" + address_ + "\": " + why;
  retry_at_ = SaturatingAdd(began_, BackoffWait(share_.patience.backoff, failures_++, rng_));
}

std::unique_ptr<ClientSocket> H2Link::TakeOut(ClientSocket& socket) {
  if (&socket == socket_.get()) return std::move(socket_);
  const auto place = std::find_if(retiring_.begin(), retiring_.end(),
                                  [&](const auto& one) { return one.get() == &socket; });
  std::unique_ptr<ClientSocket> taken = std::move(*place);
  retiring_.erase(place);
  return taken;
}

void H2Link::Close() {
  closed_ = true;
  ++attempt_;
  why_ = "the node is stopping";
  TakePosted();
  // One that ends may have callbacks that call again: they are told that it is closed.
  const std::unique_ptr<ClientSocket> last = std::move(socket_);
  const std::vector<std::unique_ptr<ClientSocket>> others = std::move(retiring_);
}

}  // namespace ringlab
