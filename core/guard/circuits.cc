#include "core/guard/circuits.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

struct Circuits::Peer {
  Peer(std::string_view peer_name, const CircuitsOptions& options, const Rng& rng)
      : name(peer_name), circuit(options.circuit, rng.Split(peer_name)) {}

  const std::string name;
  Circuit circuit;
  std::atomic<std::int64_t> took_ns{0};
  std::atomic<std::int64_t> usual_ns{0};
  // Guarded by the mutex of the Circuits.
  TimePoint asked_last;
  bool counted_open = false;
  bool forgotten = false;
  std::string last_failure;
};

namespace {

// "1.2 s", for people.
std::string Text(Duration time) {
  const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

Circuits::Circuits(CircuitsOptions options) : options_(options), rng_(options.seed) {
  RL_CHECK(options_.peers_max >= 1);
}

Circuits::~Circuits() = default;

Result<Circuits::Permit> Circuits::Ask(std::string_view peer, TimePoint now) {
  std::shared_ptr<Peer> known = PeerOf(peer, now);
  if (const auto ticket = known->circuit.Ask(now)) return Permit{std::move(known), *ticket};
  if (FailsOpen()) {
    const Circuit::Ticket forced = known->circuit.Force();
    return Permit{std::move(known), forced};
  }
  const Circuit::Outage outage = known->circuit.outage(now);
  return Fail(Code::kUnavailable, "peer \"" + known->name + "\" is down since " +
                                      Text(outage.lasted) + "; next try in " +
                                      Text(outage.next_try));
}

void Circuits::Report(const Permit& permit, Circuit::Outcome outcome, TimePoint now, Duration took,
                      const Error* why) {
  permit.peer->took_ns.fetch_add(took.count(), std::memory_order_relaxed);
  latency_.Add(took);
  if (outcome == Circuit::Outcome::kSucceeded) {
    // Two who report at once may lose one report: it is a measure, not a count.
    constexpr std::int64_t kPart = 64;
    const std::int64_t before = permit.peer->usual_ns.load(std::memory_order_relaxed);
    permit.peer->usual_ns.store(std::max(took.count(), before - before / kPart),
                                std::memory_order_relaxed);
  }
  const bool turned = permit.peer->circuit.Report(permit.ticket, outcome, now);
  if (outcome == Circuit::Outcome::kFailed && why != nullptr) {
    MutexLock lock(mutex_);
    permit.peer->last_failure = std::string(CodeName(why->code)) + " " + why->message;
  }
  if (!turned) return;
  MutexLock lock(mutex_);
  if (!permit.peer->forgotten) Recount(*permit.peer);
}

Duration Circuits::Usual(const Permit& permit) const {
  return Duration(permit.peer->usual_ns.load(std::memory_order_relaxed));
}

const std::string& Circuits::NameOf(const Permit& permit) const { return permit.peer->name; }

void Circuits::KeepOnly(const std::vector<std::string>& names) {
  MutexLock lock(mutex_);
  for (auto peer = peers_.begin(); peer != peers_.end();) {
    const bool stays = std::find(names.begin(), names.end(), peer->first) != names.end();
    peer = stays ? std::next(peer) : Forget(peer);
  }
}

std::shared_ptr<Circuits::Peer> Circuits::PeerOf(std::string_view name, TimePoint now) {
  MutexLock lock(mutex_);
  auto known = peers_.find(name);
  if (known == peers_.end()) {
    MakeRoom(now);
    auto peer = std::make_shared<Peer>(name, options_, rng_);
    known = peers_.emplace(std::string(name), std::move(peer)).first;
  }
  known->second->asked_last = now;
  return known->second;
}

bool Circuits::FailsOpen() const {
  MutexLock lock(mutex_);
  const double limit = options_.fail_open_share * static_cast<double>(peers_.size());
  return open_ > 1 && static_cast<double>(open_) > limit;
}

// Before a peer is added, which is rare: O(peers).
void Circuits::MakeRoom(TimePoint now) {
  for (auto peer = peers_.begin(); peer != peers_.end();) {
    const bool idle = now - peer->second->asked_last > options_.forget_after;
    peer = idle ? Forget(peer) : std::next(peer);
  }
  if (peers_.size() < options_.peers_max) return;
  Forget(std::min_element(peers_.begin(), peers_.end(), [](const auto& a, const auto& b) {
    return a.second->asked_last < b.second->asked_last;
  }));
}

Circuits::Peers::iterator Circuits::Forget(Peers::iterator peer) {
  Peer& gone = *peer->second;
  if (gone.counted_open) --open_;
  gone.forgotten = true;
  ++forgotten_;
  of_the_forgotten_ += gone.circuit.stats();
  return peers_.erase(peer);
}

// By the circuit's present state, so that two reports that cross cannot count it wrong for long.
void Circuits::Recount(Peer& peer) {
  const bool open = peer.circuit.state() != Circuit::State::kClosed;
  if (open != std::exchange(peer.counted_open, open)) open ? ++open_ : --open_;
}

CircuitsStats Circuits::stats() const {
  MutexLock lock(mutex_);
  CircuitsStats stats{
      .sum = of_the_forgotten_, .peers = peers_.size(), .open = open_, .forgotten = forgotten_};
  for (const auto& [name, peer] : peers_) stats.sum += peer->circuit.stats();
  return stats;
}

std::vector<PeerStats> Circuits::peers() const {
  std::vector<PeerStats> all;
  MutexLock lock(mutex_);
  for (const auto& [name, peer] : peers_) {
    all.push_back({.name = name,
                   .state = peer->circuit.state(),
                   .calls = peer->circuit.stats(),
                   .took = Duration(peer->took_ns.load(std::memory_order_relaxed)),
                   .last_failure = peer->last_failure});
  }
  return all;
}

}  // namespace ringlab
