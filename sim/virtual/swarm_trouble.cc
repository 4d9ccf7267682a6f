#include "sim/virtual/swarm_trouble.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace ringlab {

namespace {

constexpr Duration kDrain = std::chrono::milliseconds(500);

// What it excuses. Somebody answers late, or not at all; trouble with etcd alone excuses nothing.
std::optional<Trouble::Kind> TroubleOf(Fault::Kind kind, bool etcd) {
  if (kind >= Fault::Kind::kEtcdCut) return std::nullopt;
  switch (kind) {
    case Fault::Kind::kKill:
    case Fault::Kind::kLeave: return Trouble::Kind::kLost;
    case Fault::Kind::kUnlist: return etcd ? std::nullopt : std::optional(Trouble::Kind::kRing);
    case Fault::Kind::kSourceSlow:
    case Fault::Kind::kSourceFails:
    case Fault::Kind::kSourceHangs: return Trouble::Kind::kSource;
    default: return Trouble::Kind::kSilence;
  }
}

}  // namespace

SwarmTrouble::SwarmTrouble(VirtualCluster& cluster, History& history, const SwarmPlan& plan)
    : cluster_(cluster),
      history_(history),
      plan_(plan),
      usual_network_(plan.network),
      usual_origin_(plan.origin) {}

void SwarmTrouble::Run(TimePoint start) {
  VirtualTime& time = cluster_.time();
  VirtualHost& world = cluster_.client_host();
  for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
    const Fault& fault = plan_.faults[i];
    time.At(SaturatingAdd(start, fault.at), world, [this, i] { Begin(i); });
    const Duration until = std::min(fault.at + fault.length, plan_.trouble);
    time.At(SaturatingAdd(start, until), world, [this, i] { End(i); });
  }
  time.At(SaturatingAdd(start, plan_.trouble), world, [this] { MendAll(); });
}

std::vector<std::string> SwarmTrouble::Listed() const {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < plan_.names.size(); ++i) {
    const auto off = unlisted_.find(i);
    if (off == unlisted_.end() || off->second == 0) list.push_back(plan_.names[i]);
  }
  return list;
}

void SwarmTrouble::ForEachCut(const Fault& fault, bool cut) {
  const VirtualHost& a = cluster_.host(plan_.names[fault.a]);
  const auto one_way = [&](const VirtualHost& from, const VirtualHost& to) {
    if (cut) {
      cluster_.network().Cut(from, to);
    } else {
      cluster_.network().Mend(from, to);
    }
  };
  if (fault.kind == Fault::Kind::kIsolate) {
    for (const auto& other : cluster_.network().hosts()) {
      if (other->id == a.id) continue;
      one_way(a, *other);
      one_way(*other, a);
    }
    return;
  }
  const VirtualHost& b = cluster_.host(plan_.names[fault.b]);
  one_way(a, b);
  if (fault.kind == Fault::Kind::kCut) one_way(b, a);
}

void SwarmTrouble::Begin(std::size_t number) {
  const Fault& fault = plan_.faults[number];
  const std::string& a = plan_.names[fault.a];
  if (mended_ || fault.at >= plan_.trouble) return;
  switch (fault.kind) {
    case Fault::Kind::kKill:
      if (cluster_.node(a) == nullptr) return;
      cluster_.Kill(a);
      ++away_[fault.a];
      break;
    case Fault::Kind::kLeave:
      if (cluster_.node(a) == nullptr || cluster_.living().size() < 2) return;
      cluster_.Leave(a, kDrain);
      ++away_[fault.a];
      break;
    case Fault::Kind::kUnlist:
      if (cluster_.etcd() != nullptr) {
        LoseEntry(fault.a, /*lease=*/false);
        break;
      }
      if (Listed().size() < 2) return;
      ++unlisted_[fault.a];
      cluster_.TellList(Listed(), plan_.told_apart);
      break;
    case Fault::Kind::kFreeze:
      if (cluster_.node(a) == nullptr) return;
      cluster_.time().Freeze(cluster_.host(a));
      break;
    case Fault::Kind::kSlow: break;
    case Fault::Kind::kCut:
    case Fault::Kind::kCutOneWay:
    case Fault::Kind::kIsolate: ForEachCut(fault, true); break;
    case Fault::Kind::kLoss: cluster_.network().law().loss = fault.amount; break;
    case Fault::Kind::kFarAway: {
      NetworkLaw& law = cluster_.network().law();
      law.latency_min = Duration(static_cast<Duration::rep>(
          static_cast<double>(usual_network_.latency_min.count()) * fault.amount));
      break;
    }
    case Fault::Kind::kSourceSlow:
      cluster_.origin().law().latency = Duration(static_cast<Duration::rep>(
          static_cast<double>(usual_origin_.latency.count()) * fault.amount));
      break;
    case Fault::Kind::kSourceFails: cluster_.origin().law().error = fault.amount; break;
    case Fault::Kind::kSourceHangs: cluster_.origin().law().hangs = true; break;
    default: BeginEtcd(fault); break;
  }
  ++happened_[static_cast<std::size_t>(fault.kind)];
  const auto trouble = TroubleOf(fault.kind, cluster_.etcd() != nullptr);
  open_[number] =
      trouble ? std::optional(history_.Began(*trouble, cluster_.time().Now())) : std::nullopt;
  SetSlowness(fault.a);
  SetEtcdSlowness();
  NoteDeafness(fault);
  Look();
}

void SwarmTrouble::End(std::size_t number) {
  const auto open = open_.find(number);
  if (open == open_.end()) return;
  const std::optional<std::size_t> trouble = open->second;
  open_.erase(open);
  const Fault& fault = plan_.faults[number];
  switch (fault.kind) {
    case Fault::Kind::kKill:
    case Fault::Kind::kLeave: Restart(fault.a); break;
    case Fault::Kind::kUnlist:
      if (cluster_.etcd() != nullptr) break;  // the node has put it back
      --unlisted_[fault.a];
      cluster_.TellList(Listed(), plan_.told_apart);
      break;
    case Fault::Kind::kFreeze: cluster_.time().Thaw(cluster_.host(plan_.names[fault.a])); break;
    case Fault::Kind::kSlow: break;
    case Fault::Kind::kCut:
    case Fault::Kind::kCutOneWay:
    case Fault::Kind::kIsolate: ForEachCut(fault, false); break;
    case Fault::Kind::kLoss: cluster_.network().law().loss = usual_network_.loss; break;
    case Fault::Kind::kFarAway:
      cluster_.network().law().latency_min = usual_network_.latency_min;
      break;
    case Fault::Kind::kSourceSlow: cluster_.origin().law().latency = usual_origin_.latency; break;
    case Fault::Kind::kSourceFails: cluster_.origin().law().error = usual_origin_.error; break;
    case Fault::Kind::kSourceHangs: cluster_.origin().law().hangs = false; break;
    default: EndEtcd(fault); break;
  }
  SetSlowness(fault.a);
  SetEtcdSlowness();
  NoteDeafness(fault);
  // Circuits, connections and copies remember it for a while.
  constexpr Duration kAftermath = std::chrono::seconds(3);
  const Duration after = fault.kind == Fault::Kind::kUnlist ? Duration::zero() : kAftermath;
  if (trouble) history_.Ended(*trouble, cluster_.time().Now() + after);
  Look();
}

// Of several, the worst.
void SwarmTrouble::SetSlowness(std::size_t node) {
  double slowness = 1;
  for (const auto& [number, trouble] : open_) {
    const Fault& fault = plan_.faults[number];
    if (fault.kind == Fault::Kind::kSlow && fault.a == node) {
      slowness = std::max(slowness, fault.amount);
    }
  }
  cluster_.host(plan_.names[node]).slowness = slowness;
}

void SwarmTrouble::Restart(std::size_t node) {
  if (--away_[node] > 0) return;
  const std::string& name = plan_.names[node];
  if (cluster_.node(name) != nullptr) cluster_.Kill(name);  // it has drained long enough
  (void)cluster_.Start(name, Listed());
}

void SwarmTrouble::MendAll() {
  while (!open_.empty()) End(open_.begin()->first);
  mended_ = true;
  for (const std::string& name : plan_.names) {
    if (cluster_.node(name) == nullptr) (void)cluster_.Start(name, plan_.names);
  }
  Look();
}

void SwarmTrouble::LookAtCircuits() {
  bool open = false;
  for (const std::string& name : cluster_.living()) {
    open = open || cluster_.node(name)->peers().stats().open > 0;
  }
  Note(open, Trouble::Kind::kCircuit, circuits_open_);
}

void SwarmTrouble::Note(bool goes_on, Trouble::Kind kind, std::optional<std::size_t>& trouble) {
  if (goes_on == trouble.has_value()) return;
  const TimePoint now = cluster_.time().Now();
  if (goes_on) {
    trouble = history_.Began(kind, now);
  } else {
    history_.Ended(*std::exchange(trouble, std::nullopt), now);
  }
}

}  // namespace ringlab
