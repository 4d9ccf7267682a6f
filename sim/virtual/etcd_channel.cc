#include "sim/virtual/etcd_channel.h"

#include <utility>

#include "core/base/backoff.h"
#include "core/base/hash.h"

namespace ringlab {

namespace {

// As node/etcd/grpc_client.cc tells gRPC.
constexpr BackoffOptions kReconnect{.first = std::chrono::milliseconds(100),
                                    .longest = std::chrono::seconds(1),
                                    .factor = 1.6,
                                    .jitter = 0.2};
constexpr Duration kConnectMax = std::chrono::seconds(1);
constexpr Duration kPingAfter = std::chrono::seconds(10);
constexpr Duration kPingAnswer = std::chrono::seconds(3);

}  // namespace

EtcdChannel::EtcdChannel(VirtualNetwork& network, VirtualHost& from, EtcdMember& to)
    : network_(network),
      time_(network.time()),
      from_(from),
      to_(to),
      rng_(HashXx64(from.name + ">" + to.host().name, 0)) {}

std::uint64_t EtcdChannel::Begin(std::string_view kind, AtMember at_member,
                                 Function<void(Error)> lost) {
  const std::uint64_t call = next_++;
  calls_.emplace(call, Call{std::move(lost)});
  if (wire_ == nullptr && time_.Now() < retry_at_) {
    time_.At(time_.Now(), from_,
             [self = shared_from_this(), call, why = why_] { self->FailCall(call, why); });
    return call;
  }
  if (wire_ == nullptr) Dial();
  Send(call, kind, std::move(at_member));
  return call;
}

void EtcdChannel::Send(std::uint64_t call, std::string_view kind, AtMember at_member) {
  if (!calls_.contains(call)) return;
  Waiting message{call, std::string(kind), std::move(at_member)};
  if (ready_) return Transmit(std::move(message));
  waiting_.push_back(std::move(message));
}

void EtcdChannel::Stop() {
  stopped_ = true;
  calls_.clear();
  waiting_.clear();
  if (wire_ != nullptr) wire_->alive = false;
  wire_ = nullptr;
  ready_ = false;
}

void EtcdChannel::Dial() {
  wire_ = std::make_shared<VirtualWire>();
  wire_->client = &from_;
  wire_->server = &to_.host();
  const auto self = shared_from_this();
  const auto wire = wire_;
  network_.Carry(wire, Way::kUp, {network_.KindOf("etcd, connect")}, [self, wire] {
    self->network_.Carry(wire, Way::kDown, {self->network_.KindOf("etcd, connected")},
                         [self, wire] { self->Connected(wire); });
  });
  time_.At(SaturatingAdd(time_.Now(), kConnectMax), from_, [self, wire] {
    if (!self->ready_) self->Lost(wire, "failed to connect to all addresses");
  });
}

void EtcdChannel::Connected(const std::shared_ptr<VirtualWire>& wire) {
  if (wire_ != wire) return;
  ready_ = true;
  failures_ = 0;
  read_ = time_.Now();
  PingAt(SaturatingAdd(read_, kPingAfter));
  for (Waiting& message : std::exchange(waiting_, {})) Transmit(std::move(message));
}

void EtcdChannel::Transmit(Waiting message) {
  if (!calls_.contains(message.call)) return;  // given up meanwhile
  const Caller caller{shared_from_this(), wire_, message.call};
  network_.Carry(wire_, Way::kUp, {network_.KindOf(message.kind)},
                 [caller, at_member = std::move(message.at_member)]() mutable {
                   EtcdChannel& channel = *caller.channel;
                   channel.network_.Work(channel.to_.host(),
                                         [caller, at_member = std::move(at_member)] {
                                           if (caller.wire->alive)
                                             at_member(caller.channel->to_, caller);
                                         });
                 });
}

void EtcdChannel::Caller::Send(std::string_view kind, Task arrived) const {
  if (!wire->alive) return;
  VirtualNetwork& network = channel->network_;
  network.Carry(wire, Way::kDown, {network.KindOf(kind)},
                [caller = *this, arrived = std::move(arrived)]() mutable {
                  EtcdChannel& to = *caller.channel;
                  if (to.wire_ != caller.wire) return;
                  to.read_ = to.time_.Now();
                  if (to.calls_.contains(caller.call)) arrived();
                });
}

void EtcdChannel::Lost(const std::shared_ptr<VirtualWire>& wire, const std::string& why) {
  if (wire_ != wire || stopped_) return;
  wire->alive = false;
  wire_ = nullptr;
  ready_ = false;
  waiting_.clear();
  why_ = why;
  retry_at_ = SaturatingAdd(time_.Now(), BackoffWait(kReconnect, failures_++, rng_));
  while (!calls_.empty()) FailCall(calls_.begin()->first, why);
}

void EtcdChannel::FailCall(std::uint64_t call, const std::string& why) {
  const auto found = calls_.find(call);
  if (found == calls_.end()) return;
  Function<void(Error)> lost = std::move(found->second.lost);
  calls_.erase(found);
  lost({Code::kUnavailable, why});
}

void EtcdChannel::PingAt(TimePoint when) {
  time_.At(when, from_, [self = shared_from_this(), wire = wire_] {
    if (self->wire_ == wire) self->Ping(wire);
  });
}

void EtcdChannel::Ping(const std::shared_ptr<VirtualWire>& wire) {
  const TimePoint now = time_.Now();
  if (now - read_ < kPingAfter) return PingAt(SaturatingAdd(read_, kPingAfter));
  if (calls_.empty()) return PingAt(SaturatingAdd(now, kPingAfter));
  const Caller caller{shared_from_this(), wire, 0};
  network_.Carry(wire, Way::kUp, {network_.KindOf("etcd, ping")},
                 [caller] { caller.Send("etcd, ping's answer", [] {}); });
  time_.At(SaturatingAdd(now, kPingAnswer), from_, [self = shared_from_this(), wire, now] {
    if (self->wire_ != wire) return;
    if (self->read_ < now) return self->Lost(wire, "keepalive watchdog timeout");
    self->PingAt(SaturatingAdd(self->read_, kPingAfter));
  });
}

}  // namespace ringlab
