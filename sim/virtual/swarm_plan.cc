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
    "kill",    "leave", "unlist",   "freeze",      "slow",         "cut",         "cut-one-way",
    "isolate", "loss",  "far-away", "source-slow", "source-fails", "source-hangs"};

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

// Which kinds there are at all is drawn first: a thousand seeds of one mix are one kind of trouble,
// seen a thousand times.
void DrawFaults(Rng rng, SwarmPlan& plan) {
  std::vector<Fault::Kind> kinds;
  for (std::size_t kind = 0; kind < Fault::kKinds; ++kind) {
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
  std::stable_sort(plan.faults.begin(), plan.faults.end(),
                   [](const Fault& x, const Fault& y) { return x.at < y.at; });
}

std::string Number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.begin(), text.end(), value, std::chars_format::general, 3);
  return {text.begin(), end.ptr};
}

Result<std::vector<std::size_t>> ParseNumbers(std::string_view text) {
  std::vector<std::size_t> numbers;
  if (text.empty()) return numbers;
  for (const std::string_view part : SplitAt(text, ',')) {
    const auto number = ParseCount(part);
    if (!number) return tl::unexpected<Error>(number.error());
    numbers.push_back(*number);
  }
  return numbers;
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
    case Fault::Kind::kIsolate: text += a; break;
    case Fault::Kind::kSlow: text += a + " by " + Number(fault.amount); break;
    case Fault::Kind::kSourceHangs: break;
    default: text += " " + Number(fault.amount); break;
  }
  return text + " @" + FormatDuration(fault.at) + " for " + FormatDuration(fault.length);
}

SwarmPlan DrawSwarm(std::uint64_t seed) {
  SwarmPlan plan;
  plan.seed = seed;
  const Rng rng(seed);
  DrawCluster(rng.Split("cluster"), plan);
  DrawLoad(rng.Split("load options"), plan);
  DrawFaults(rng.Split("faults"), plan);
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
          ", removes " + Number(l.removes) + ", batches " + Number(l.batches) + ", timeout " +
          FormatDuration(l.timeout) + "\n";
  for (std::size_t i = 0; i < plan.faults.size(); ++i) {
    text += "fault " + std::to_string(i) + ": " + ToText(plan.faults[i]) + "\n";
  }
  return text;
}

Result<SwarmCase> ParseSwarmCase(std::string_view text) {
  const auto refuse = [&](std::string_view part) {
    return Fail(Code::kInvalidArgument, "\"" + std::string(part) +
                                            "\" is not part of a case; accepted: "
                                            "SEED[/faults=N,N...][/requests=N]");
  };
  SwarmCase of;
  const std::vector<std::string_view> parts = SplitAt(text, '/');
  if (parts.empty()) return refuse(text);
  const auto seed = ParseCount(parts.front());
  if (!seed) return refuse(parts.front());
  of.seed = *seed;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto [name, value] = SplitOnce(parts[i], '=');
    if (parts[i].find('=') == std::string_view::npos) return refuse(parts[i]);
    if (name == "faults") {
      auto faults = ParseNumbers(value);
      if (!faults) return refuse(parts[i]);
      of.faults = *std::move(faults);
    } else if (name == "requests") {
      const auto requests = ParseCount(value);
      if (!requests) return refuse(parts[i]);
      of.requests = *requests;
    } else {
      return refuse(parts[i]);
    }
  }
  return of;
}

std::string ToText(const SwarmCase& of) {
  std::string text = std::to_string(of.seed);
  if (of.faults) {
    text += "/faults=";
    for (std::size_t i = 0; i < of.faults->size(); ++i) {
      text += (i == 0 ? "" : ",") + std::to_string((*of.faults)[i]);
    }
  }
  if (of.requests) text += "/requests=" + std::to_string(*of.requests);
  return text;
}

Result<SwarmPlan> PlanOf(const SwarmCase& of) {
  SwarmPlan plan = DrawSwarm(of.seed);
  plan.requests_max = of.requests;
  if (!of.faults) return plan;
  std::vector<Fault> kept;
  for (const std::size_t number : *of.faults) {
    if (number >= plan.faults.size()) {
      return Fail(Code::kInvalidArgument, "seed " + std::to_string(of.seed) + " has no fault " +
                                              std::to_string(number) + "; it has " +
                                              std::to_string(plan.faults.size()));
    }
    kept.push_back(plan.faults[number]);
  }
  plan.faults = std::move(kept);
  return plan;
}

}  // namespace ringlab
