// The trouble of a swarm with etcd, and whether its nodes agree.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sim/virtual/swarm_trouble.h"

namespace ringlab {

namespace {

// After it, watches and leases have been renewed.
constexpr Duration kMended = std::chrono::seconds(3);

// Whether somebody may hear late what etcd says, while it goes on.
bool MakesDeaf(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::kFreeze:
    case Fault::Kind::kSlow:
    case Fault::Kind::kIsolate:
    case Fault::Kind::kLoss:
    case Fault::Kind::kFarAway:
    case Fault::Kind::kEtcdCut:
    case Fault::Kind::kEtcdAway:
    case Fault::Kind::kEtcdFreeze:
    case Fault::Kind::kEtcdSlow:
    case Fault::Kind::kEtcdWatch: return true;
    default: return false;
  }
}

}  // namespace

void SwarmTrouble::BeginEtcd(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::kEtcdCut: return CutEtcd(fault.a, true);
    case Fault::Kind::kEtcdAway:
      for (std::size_t node = 0; node < plan_.names.size(); ++node) CutEtcd(node, true);
      return;
    case Fault::Kind::kEtcdFreeze: return FreezeEtcd(fault, true);
    case Fault::Kind::kEtcdWatch: return cluster_.etcd()->BreakWatches();
    case Fault::Kind::kEtcdCompact: return cluster_.etcd()->Compact();
    case Fault::Kind::kEtcdLease: return LoseEntry(fault.a, /*lease=*/true);
    default: return;
  }
}

void SwarmTrouble::EndEtcd(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::kEtcdCut: return CutEtcd(fault.a, false);
    case Fault::Kind::kEtcdAway:
      for (std::size_t node = 0; node < plan_.names.size(); ++node) CutEtcd(node, false);
      return;
    case Fault::Kind::kEtcdFreeze: return FreezeEtcd(fault, false);
    default: return;
  }
}

void SwarmTrouble::CutEtcd(std::size_t node, bool cut) {
  const VirtualHost& host = cluster_.host(plan_.names[node]);
  VirtualNetwork& network = cluster_.network();
  for (const VirtualHost* const member : cluster_.etcd()->hosts()) {
    if (cut) {
      network.Cut(host, *member);
      network.Cut(*member, host);
    } else {
      network.Mend(host, *member);
      network.Mend(*member, host);
    }
  }
}

void SwarmTrouble::FreezeEtcd(const Fault& fault, bool freeze) {
  const auto& members = cluster_.etcd()->hosts();
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (fault.amount <= 1 && i != fault.b % members.size()) continue;
    if (freeze) {
      cluster_.time().Freeze(*members[i]);
    } else {
      cluster_.time().Thaw(*members[i]);
    }
  }
}

void SwarmTrouble::SetEtcdSlowness() {
  if (cluster_.etcd() == nullptr) return;
  double slowness = 1;
  for (const auto& [number, trouble] : open_) {
    const Fault& fault = plan_.faults[number];
    if (fault.kind == Fault::Kind::kEtcdSlow) slowness = std::max(slowness, fault.amount);
  }
  for (VirtualHost* const member : cluster_.etcd()->hosts()) member->slowness = slowness;
}

// The others take the node off their rings at once. If it does not hear of it, it goes on for as
// long as its lease would have lived: who takes leases away by hand breaks what they promise.
void SwarmTrouble::LoseEntry(std::size_t node, bool lease) {
  const std::string key = cluster_.EtcdKey(plan_.names[node]);
  if (lease) {
    cluster_.etcd()->Revoke(key);
  } else {
    cluster_.etcd()->Delete(key);
  }
  const TimePoint now = cluster_.time().Now();
  if (!MayBeDeaf()) return;
  history_.Ended(history_.Began(Trouble::Kind::kRing, now),
                 now + plan_.etcd->ttl + std::chrono::seconds(1));
}

bool SwarmTrouble::MayBeDeaf() const {
  return cluster_.time().Now() < deaf_until_ ||
         std::ranges::any_of(
             open_, [&](const auto& open) { return MakesDeaf(plan_.faults[open.first].kind); });
}

void SwarmTrouble::NoteDeafness(const Fault& fault) {
  if (MakesDeaf(fault.kind)) deaf_until_ = cluster_.time().Now() + kMended;
}

// By who lives and serves. Where the peers are a list, who has just started is on a ring of itself
// alone until it is told. Where etcd keeps it, nobody asks one that has not joined yet; and one
// that is on nobody else's ring owns nothing, whatever it thinks.
bool SwarmTrouble::OneRing(const std::vector<std::string>& off) const {
  const bool etcd = cluster_.etcd() != nullptr;
  std::optional<std::uint64_t> one;
  bool differ = false;
  for (const std::string& name : cluster_.living()) {
    const Node& node = *cluster_.node(name);
    if (etcd && !node.serving()) continue;
    const std::uint64_t ring = node.view()->ring->fingerprint();
    differ = differ || one.value_or(ring) != ring;
    one = ring;
  }
  return !differ || (!off.empty() && OneRingWithout(off));
}

bool SwarmTrouble::OneRingWithout(const std::vector<std::string>& off) const {
  std::optional<std::vector<std::string>> one;
  bool any_on = false;
  for (const std::string& name : cluster_.living()) {
    const Node& node = *cluster_.node(name);
    if (!node.serving()) continue;
    std::vector<std::string> ring = node.view()->ring->nodes();
    const bool is_off = std::ranges::find(off, name) != off.end();
    if (is_off) std::erase(ring, name);
    any_on = any_on || !is_off;
    if (one.value_or(ring) != ring) return false;
    one = std::move(ring);
  }
  return any_on;
}

// The nodes that serve, and that nobody else has on its ring.
std::vector<std::string> SwarmTrouble::OffRings() const {
  std::vector<std::string> off;
  const std::vector<std::string> living = cluster_.living();
  if (cluster_.etcd() == nullptr || living.size() < 2) return off;
  for (const std::string& name : living) {
    if (!cluster_.node(name)->serving()) continue;
    const bool on = std::ranges::any_of(living, [&](const std::string& other) {
      const Node& node = *cluster_.node(other);
      return other != name && node.serving() && node.view()->ring->IndexOf(name) != kNoNode;
    });
    if (!on) off.push_back(name);
  }
  return off;
}

// All may have changed their rings since the last look, and agree again.
void SwarmTrouble::NoteNewRing(const std::vector<std::string>& off) {
  if (cluster_.etcd() == nullptr) return;
  for (const std::string& name : cluster_.living()) {
    const Node& node = *cluster_.node(name);
    if (!node.serving() || std::ranges::find(off, name) != off.end()) continue;
    const std::uint64_t ring = node.view()->ring->fingerprint();
    const TimePoint now = cluster_.time().Now();
    if (ring_.value_or(ring) != ring) {
      history_.Ended(history_.Began(Trouble::Kind::kRing, now), now);
    }
    ring_ = ring;
    return;
  }
}

void SwarmTrouble::Look() {
  const TimePoint now = cluster_.time().Now();
  const std::vector<std::string> off = OffRings();
  Note(!OneRing(off), Trouble::Kind::kRing, rings_differ_);
  NoteNewRing(off);
  for (const std::string& name : off) {
    if (!off_.contains(name)) off_[name] = history_.WentOff(name, now);
  }
  std::erase_if(off_, [&](const auto& was) {
    if (std::ranges::find(off, was.first) != off.end()) return false;
    history_.CameBack(was.second, now);
    return true;
  });
}

}  // namespace ringlab
