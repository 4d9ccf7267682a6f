#include "node/h2/acceptor.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace ringlab {

namespace {

constexpr Duration kRest = std::chrono::milliseconds(100);

}  // namespace

Acceptor::Acceptor(EventLoop& loop, Listening listening, Complaints& complaints, Take take)
    : loop_(loop),
      complaints_(complaints),
      take_(std::move(take)),
      address_(std::move(listening.address)) {
  for (Descriptor& socket : listening.sockets) listeners_.emplace_back(*this, std::move(socket));
}

Acceptor::~Acceptor() {
  loop_.alarms().Set(*this, kNever);
  for (const Listener& listener : listeners_) {
    if (listener.watched) loop_.poller().Forget(listener.socket.get());
  }
}

Result<void> Acceptor::Begin() {
  for (Listener& listener : listeners_) {
    auto watched = loop_.poller().Watch(listener.socket.get(), {.read = true}, listener);
    if (!watched) return watched;
    listener.watched = true;
  }
  return {};
}

void Acceptor::Accept(Listener& listener) {
  for (int i = 0; i < kSocketsOfTurnMax; ++i) {
    Accepted accepted = ringlab::Accept(listener.socket.get());
    switch (accepted.kind) {
      case Accepted::Kind::kSocket: take_(std::move(accepted.socket)); break;
      case Accepted::Kind::kNone: return;
      case Accepted::Kind::kFailed:
        complaints_.Add("accept", "a connection to " + address_ + " was lost before it began",
                        loop_.Now());
        break;
      case Accepted::Kind::kExhausted: return Rest(std::strerror(errno));
    }
  }
}

// The listener stays ready all the time: it would be told of again and again, for nothing.
void Acceptor::Rest(const char* why) {
  complaints_.Add("exhausted", "connections to " + address_ + " have to wait: " + std::string(why),
                  loop_.Now());
  for (const Listener& listener : listeners_) {
    // Should even this fail, the loop turns without rest until descriptors are free.
    (void)loop_.poller().Change(listener.socket.get(), {});
  }
  loop_.alarms().Set(*this, loop_.Now() + kRest);
}

void Acceptor::OnAlarm(TimePoint now) {
  for (const Listener& listener : listeners_) {
    if (!loop_.poller().Change(listener.socket.get(), {.read = true})) {
      loop_.alarms().Set(*this, now + kRest);
    }
  }
}

}  // namespace ringlab
