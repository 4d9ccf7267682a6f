#include "node/h2/acceptor.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace ringlab {

namespace {

constexpr Duration kRest = std::chrono::milliseconds(100);
constexpr Duration kMoment = std::chrono::milliseconds(5);

}  // namespace

Acceptor::Acceptor(EventLoop& loop, Listening listening, Complaints& complaints, Troubles& troubles,
                   Take take)
    : loop_(loop),
      complaints_(complaints),
      troubles_(troubles),
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
      case Accepted::Kind::kSocket:
        WorksAgain();
        if (!take_(std::move(accepted.socket))) return Pause(kMoment);
        break;
      case Accepted::Kind::kNone: return WorksAgain();
      case Accepted::Kind::kFailed:
        complaints_.Add("accept", "a connection to " + address_ + " was lost before it began",
                        loop_.Now());
        break;
      case Accepted::Kind::kExhausted: return Rest(std::strerror(errno));
    }
  }
}

void Acceptor::Rest(const char* why) {
  resting_ = true;
  troubles_.Set(kTrouble, "takes no connections to " + address_ + ": " + why);
  complaints_.Add("exhausted", "connections to " + address_ + " have to wait: " + std::string(why),
                  loop_.Now());
  Pause(kRest);
}

// The listener stays ready all the time: it would be told of again and again, for nothing.
void Acceptor::Pause(Duration rest) {
  for (const Listener& listener : listeners_) {
    // Should even this fail, the loop turns without rest until it is over.
    (void)loop_.poller().Change(listener.socket.get(), {});
  }
  loop_.alarms().Set(*this, loop_.Now() + rest);
}

void Acceptor::WorksAgain() {
  if (std::exchange(resting_, false)) troubles_.Clear(kTrouble);
}

void Acceptor::OnAlarm(TimePoint now) {
  for (const Listener& listener : listeners_) {
    if (!loop_.poller().Change(listener.socket.get(), {.read = true})) {
      loop_.alarms().Set(*this, now + kRest);
    }
  }
  // Whoever waits is taken now: nobody else may come, and tell that it works again.
  for (Listener& listener : listeners_) {
    if (set_for == kNever) Accept(listener);
  }
}

}  // namespace ringlab
