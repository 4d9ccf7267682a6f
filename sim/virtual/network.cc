#include "sim/virtual/network.h"

#include <algorithm>
#include <cmath>

namespace ringlab {

VirtualNetwork::VirtualNetwork(VirtualTime& time, std::uint64_t seed, NetworkLaw law)
    : time_(time), law_(law), rng_(Rng(seed).Split("network")) {}

VirtualHost& VirtualNetwork::AddHost(const std::string& name) {
  auto host = std::make_unique<VirtualHost>();
  host->id = static_cast<std::uint32_t>(hosts_.size());
  host->name = name;
  host->address = name + ":1";
  by_address_.emplace(host->address, host.get());
  hosts_.push_back(std::move(host));
  work_.emplace_back();
  return *hosts_.back();
}

VirtualHost* VirtualNetwork::Find(std::string_view address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? nullptr : found->second;
}

Duration VirtualNetwork::Delay() {
  Duration delay = law_.latency_min;
  if (law_.latency_more > Duration::zero()) {
    const double more = static_cast<double>(law_.latency_more.count()) * rng_.Exponential();
    delay += Duration(std::llround(more));
  }
  if (law_.loss <= 0) return delay;
  constexpr int kResendsMax = 4;  // other packets tell of a loss, mostly
  Duration resend = law_.resend;
  for (int again = 0; again < kResendsMax && rng_.Uniform() < law_.loss; ++again) {
    delay += resend;
    resend *= 2;
  }
  return delay;
}

void VirtualNetwork::Carry(const std::shared_ptr<VirtualWire>& wire, Way way, Message message,
                           Task arrived) {
  ++traffic_[message.kind].sent;
  traffic_[message.kind].bytes += message.bytes;
  const VirtualHost& from = way == Way::kUp ? *wire->client : *wire->server;
  const VirtualHost& to = way == Way::kUp ? *wire->server : *wire->client;
  Held held{wire, way, message.kind, 0, std::move(arrived)};
  if (log_ != nullptr) {
    held.number =
        log_->Sent({.from = from.id, .to = to.id, .kind = message.kind, .sent = time_.Now()});
  }
  if (!cuts_.empty()) {
    const auto cut = cuts_.find({from.id, to.id});
    if (cut != cuts_.end() && cut->second.depth > 0) {
      cut->second.held.push_back(std::move(held));
      return;
    }
  }
  Deliver(std::move(held), Delay());
}

void VirtualNetwork::Deliver(Held message, Duration delay) {
  VirtualWire& wire = *message.wire;
  TimePoint& last = message.way == Way::kUp ? wire.last_up : wire.last_down;
  last = std::max(last, SaturatingAdd(time_.Now(), delay));
  ways_.Add(time_.Now(), last - time_.Now());
  if (log_ != nullptr) log_->Arrives(message.number, last);
  time_.Note(message.kind);
  time_.At(last, message.way == Way::kUp ? *wire.server : *wire.client,
           [this, kind = message.kind, arrived = std::move(message.arrived)]() mutable {
             ++traffic_[kind].arrived;
             arrived();
           });
}

void VirtualNetwork::Mend(const VirtualHost& from, const VirtualHost& to) {
  CutOff& cut = cuts_[{from.id, to.id}];
  if (cut.depth > 0) --cut.depth;
  if (cut.depth > 0) return;
  std::vector<Held> held = std::move(cut.held);
  cuts_.erase({from.id, to.id});
  for (Held& one : held) {
    // TCP sends again in ever longer steps, the next of which is up to one of them away.
    const Duration wait(std::llround(rng_.Uniform() * static_cast<double>(law_.resend.count())));
    Deliver(std::move(one), wait + Delay());
  }
}

void VirtualNetwork::Work(VirtualHost& host, Task task) {
  std::deque<Task>& queue = work_[host.id];
  if (queue.empty() && WorkOf(host) == Duration::zero()) return task();
  queue.push_back(std::move(task));
  if (queue.size() == 1) WorkOn(host);
}

// As long as it takes by the host's slowness of now: who was slow is quick again with what waits.
void VirtualNetwork::WorkOn(VirtualHost& host) {
  time_.At(SaturatingAdd(time_.Now(), WorkOf(host)), host, [this, &host] {
    std::deque<Task>& queue = work_[host.id];
    Task task = std::move(queue.front());
    queue.pop_front();
    if (!queue.empty()) WorkOn(host);
    task();
  });
}

Duration VirtualNetwork::WorkOf(const VirtualHost& host) const {
  return Duration(std::llround(static_cast<double>(law_.work.count()) * host.slowness));
}

std::size_t VirtualNetwork::KindOf(std::string_view name) {
  const auto found = kinds_.find(name);
  if (found != kinds_.end()) return found->second;
  traffic_.push_back({.kind = std::string(name)});
  kinds_.emplace(std::string(name), traffic_.size() - 1);
  return traffic_.size() - 1;
}

}  // namespace ringlab
