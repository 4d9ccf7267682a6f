#include "sim/virtual/swarm_plan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/parse.h"
#include "core/base/random.h"
#include "core/cache/eviction/policy.h"

namespace ringlab {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array<std::string_view, Fault::kKinds> kNames = {
    "kill",        "leave",        "unlist",       "freeze",       "slow",
    "cut",         "cut-one-way",  "isolate",      "loss",         "far-away",
    "source-slow", "source-fails", "source-hangs", "etcd-cut",     "etcd-away",
    "etcd-freeze", "etcd-slow",    "etcd-watch",   "etcd-compact", "etcd-lease"};
// Of the stream of faults; those behind have a stream of their own.
constexpr std::size_t kFirstEtcd = static_cast<std::size_t>(Fault::Kind::kEtcdCut);

// Uniform in [low, high].
double Between(Rng& rng, double low, double high) { return low + (high - low) * rng.Uniform(); }
Duration Between(Rng& rng, Duration low, Duration high) {
  return low + Duration(static_cast<Duration::rep>(
                   rng.Below(static_cast<std::uint64_t>((high - low).count()) + 1)));
}

// As likely in each power of ten.
double LogBetween(Rng& rng, double low, double high) {
  return std::exp2(Between(rng, std::log2(low), std::log2(high)));
}

template <class T, std::size_t N>
T OneOf(Rng& rng, const std::array<T, N>& all) {
  return all[rng.Below(N)];
}

void DrawCluster(Rng rng, SwarmPlan& plan) {
  const std::uint64_t nodes = 2 + rng.Below(6);
  for (std::uint64_t i = 0; i < nodes; ++i) plan.names.push_back("node-" + std::to_string(i));
  NodeOptions& node = plan.node;
  // Part of what a seed means: a new ring goes behind.
  constexpr std::array<std::string_view, 6> kRings = {"xx64", "crc32-suffix", "jump",
                                                      "mpch", "rendezvous",   "maglev"};
  node.ring.dialect = std::string(OneOf(rng, kRings));
  node.ring.replicas = static_cast<std::uint32_t>(1 + rng.Below(100));
  constexpr std::array<Policy, 5> kPolicies = {Policy::kLru, Policy::kLfu, Policy::kSieve,
                                               Policy::kS3Fifo, Policy::kTinyLfu};
  node.group.layers.policy = OneOf(rng, kPolicies);
  const bool is_small = rng.Uniform() < 0.25;  // so that entries are evicted
  node.groups = {{"default", is_small ? std::size_t{96} << 10 : std::size_t{8} << 20}};
  node.group.value_bytes_max = std::size_t{2} << 10;
  node.group.hot_copies = rng.Uniform() < 0.3 ? HotCopies::kOff : HotCopies::kByRate;
  node.group.hot_minute_qps = LogBetween(rng, 20, 2000);
  node.group.layers.hot_ttl = Between(rng, milliseconds(200), seconds(20));
  if (rng.Uniform() < 0.3) node.group.layers.ttl = Between(rng, seconds(1), seconds(10));
  if (rng.Uniform() < 0.3)
    node.group.layers.stale_for = Between(rng, milliseconds(100), seconds(3));
  node.group.layers.negative_ttl =
      rng.Uniform() < 0.5 ? Duration(0) : Between(rng, Duration(0), seconds(2));
  node.load_timeout = Between(rng, milliseconds(500), seconds(3));
  node.handover = rng.Uniform() < 0.7 ? Between(rng, seconds(1), seconds(8)) : Duration(0);
  node.announce = true;
  node.reflection = false;
  plan.network.latency_min = Duration(static_cast<Duration::rep>(LogBetween(rng, 2e4, 2e7)));
  plan.network.latency_more = Duration(static_cast<Duration::rep>(LogBetween(rng, 1e4, 1e7)));
  plan.network.work = Between(rng, Duration(0), std::chrono::microseconds(50));
  plan.origin.latency = Between(rng, Duration(0), milliseconds(20));
  plan.told_apart = Duration(static_cast<Duration::rep>(LogBetween(rng, 1e6, 1e9)));
  plan.origin.values.not_found = rng.Uniform() < 0.5 ? Between(rng, 0.0, 0.8) : 0;
}

void DrawLoad(Rng rng, SwarmPlan& plan) {
  SwarmLoad& load = plan.load;
  load.qps = LogBetween(rng, 30, 600);
  load.keys = static_cast<std::uint64_t>(LogBetween(rng, 3, 500));
  load.zipf_s = Between(rng, 0.0, 1.3);
  load.sets = rng.Uniform() < 0.8 ? Between(rng, 0.0, 0.4) : 0;
  load.removes = rng.Uniform() < 0.5 ? Between(rng, 0.0, 0.1) : 0;
  load.batches = rng.Uniform() < 0.5 ? Between(rng, 0.0, 0.2) : 0;
  load.batch = 2 + rng.Below(8);
  load.with_ttl = rng.Uniform() < 0.5 ? Between(rng, 0.0, 1.0) : 0;
  load.ttl = Between(rng, milliseconds(300), seconds(6));
  load.hot_sets = rng.Uniform() < 0.3 ? Between(rng, 0.0, 0.5) : 0;
  load.value_bytes = 8 + rng.Below(200);
  load.timeout = Between(rng, milliseconds(500), seconds(3));
  plan.trouble = Between(rng, seconds(6), seconds(20));
}

double AmountOf(Fault::Kind kind, Rng& rng) {
  const double draw = rng.Uniform();
  switch (kind) {
    case Fault::Kind::kSlow: return std::exp2(3 + 9 * draw);
    case Fault::Kind::kLoss: return 0.3 * draw;
    case Fault::Kind::kFarAway: return std::exp2(1 + 6 * draw);
    case Fault::Kind::kSourceSlow: return std::exp2(1 + 6 * draw);
    case Fault::Kind::kSourceFails: return draw;
    default: return 1;
  }
}

void SortByTime(std::vector<Fault>& faults) {
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& x, const Fault& y) { return x.at < y.at; });
}

// Which kinds there are at all is drawn first: a thousand seeds of one mix are one kind of trouble,
// seen a thousand times.
void DrawFaults(Rng rng, SwarmPlan& plan) {
  std::vector<Fault::Kind> kinds;
  for (std::size_t kind = 0; kind < kFirstEtcd; ++kind) {
    if (rng.Uniform() < 0.35) kinds.push_back(static_cast<Fault::Kind>(kind));
  }
  if (kinds.empty()) return;
  const std::uint64_t faults = 1 + rng.Below(10);
  for (std::uint64_t i = 0; i < faults; ++i) {
    Fault fault;
    fault.kind = kinds[rng.Below(kinds.size())];
    fault.at = Between(rng, milliseconds(500), plan.trouble);
    fault.length = Duration(static_cast<Duration::rep>(LogBetween(rng, 5e6, 6e9)));
    fault.a = rng.Below(plan.names.size());
    fault.b = (fault.a + 1 + rng.Below(plan.names.size() - 1)) % plan.names.size();
    fault.amount = AmountOf(fault.kind, rng);
    plan.faults.push_back(fault);
  }
  SortByTime(plan.faults);
}

// Half of the seeds: etcd keeps the list, and has its own trouble.
void DrawEtcd(Rng rng, SwarmPlan& plan) {
  if (rng.Uniform() < 0.5) return;
  EtcdLaw& etcd = plan.etcd.emplace();
  etcd.members = rng.Uniform() < 0.5 ? 1 : 3;
  etcd.ttl = seconds(2 + rng.Below(5));
  plan.node.announce = false;
  std::vector<Fault::Kind> kinds;
  for (std::size_t kind = kFirstEtcd; kind < Fault::kKinds; ++kind) {
    if (rng.Uniform() < 0.4) kinds.push_back(static_cast<Fault::Kind>(kind));
  }
  if (kinds.empty()) return;
  const std::uint64_t faults = 1 + rng.Below(5);
  for (std::uint64_t i = 0; i < faults; ++i) {
    Fault fault;
    fault.kind = kinds[rng.Below(kinds.size())];
    fault.at = Between(rng, milliseconds(500), plan.trouble);
    fault.length = Duration(static_cast<Duration::rep>(LogBetween(rng, 2e7, 1.5e10)));
    fault.a = rng.Below(plan.names.size());
    fault.b = (fault.a + 1 + rng.Below(plan.names.size() - 1)) % plan.names.size();
    const double amount = rng.Uniform();
    if (fault.kind == Fault::Kind::kEtcdFreeze && amount < 0.5) {
      fault.amount = static_cast<double>(etcd.members);
    }
    if (fault.kind == Fault::Kind::kEtcdSlow) fault.amount = std::exp2(6 + 9 * amount);
    plan.faults.push_back(fault);
  }
  SortByTime(plan.faults);
}

// Who miss a key together wait for one another, if they can.
void DrawHerds(Rng rng, SwarmPlan& plan) {
  if (rng.Uniform() < 0.5) plan.load.herds = LogBetween(rng, 0.01, 0.3);
}

std::string Number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.begin(), text.end(), value, std::chars_format::general, 3);
  return {text.begin(), end.ptr};
}

}  // namespace

std::string_view NameOf(Fault::Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::string ToText(const Fault& fault) {
  std::string text(NameOf(fault.kind));
  const std::string a = " node-" + std::to_string(fault.a);
  switch (fault.kind) {
    case Fault::Kind::kCut: text += a + " and node-" + std::to_string(fault.b); break;
    case Fault::Kind::kCutOneWay: text += a + " to node-" + std::to_string(fault.b); break;
    case Fault::Kind::kKill:
    case Fault::Kind::kLeave:
    case Fault::Kind::kUnlist:
    case Fault::Kind::kFreeze:
    case Fault::Kind::kIsolate:
    case Fault::Kind::kEtcdCut:
    case Fault::Kind::kEtcdLease: text += a; break;
    case Fault::Kind::kSlow: text += a + " by " + Number(fault.amount); break;
    case Fault::Kind::kSourceHangs:
    case Fault::Kind::kEtcdAway:
    case Fault::Kind::kEtcdWatch:
    case Fault::Kind::kEtcdCompact: break;
    default: text += " " + Number(fault.amount); break;
  }
  return text + " @" + FormatDuration(fault.at) + " for " + FormatDuration(fault.length);
}

SwarmPlan DrawSwarm(std::uint64_t seed, bool as_first) {
  SwarmPlan plan;
  plan.seed = seed;
  const Rng rng(seed);
  DrawCluster(rng.Split("cluster"), plan);
  DrawLoad(rng.Split("load options"), plan);
  DrawFaults(rng.Split("faults"), plan);
  if (as_first) return plan;
  DrawEtcd(rng.Split("etcd"), plan);
  DrawHerds(rng.Split("herds"), plan);
  return plan;
}

std::string ToText(const SwarmPlan& plan) {
  const NodeOptions& n = plan.node;
  const SwarmLoad& l = plan.load;
  std::string text =
      std::to_string(plan.names.size()) + " nodes, ring " + n.ring.dialect + ", " +
      std::to_string(n.groups.front().bytes >> 10) + " KiB each, " +
      std::string(PolicyName(n.group.layers.policy)) + "; hot copies " +
      (n.group.hot_copies == HotCopies::kOff ? "off"
                                             : "for " + FormatDuration(n.group.layers.hot_ttl)) +
      ", ttl " + FormatDuration(n.group.layers.ttl) + ", stale for " +
      FormatDuration(n.group.layers.stale_for) + ", hand-over " + FormatDuration(n.handover) + "\n";
  text += "latency " + FormatDuration(plan.network.latency_min) + " and more, source " +
          FormatDuration(plan.origin.latency) + "; " + Number(l.qps) + " operations a second of " +
          std::to_string(l.keys) + " keys, zipf " + Number(l.zipf_s) + ", sets " + Number(l.sets) +
          ", removes " + Number(l.removes) + ", batches " + Number(l.batches) + ", herds " +
          Number(l.herds) + ", timeout " + FormatDuration(l.timeout) + "\n";
  if (plan.etcd) {
    text += "etcd keeps the list: " + std::to_string(plan.etcd->members) +
            (plan.etcd->members == 1 ? " member" : " members") + ", leases of " +
            FormatDuration(plan.etcd->ttl) + "\n";
  }
  for (std::size_t i = 0; i < plan.faults.size(); ++i) {
    text += "fault " + std::to_string(i) + ": " + ToText(plan.faults[i]) + "\n";
  }
  return text;
}

}  // namespace ringlab
