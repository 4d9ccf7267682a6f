// Which flags go together, and what follows from them.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "core/base/parse.h"
#include "loadgen/plan/drift.h"
#include "loadgen/plan/rate_profile.h"
#include "node/engines/engine_flags.h"
#include "node/etcd/flags.h"
#include "node/etcd/lookup.h"
#include "node/sql/source_spec.h"
#include "sim/plan/churn_plan.h"
#include "sim/run/idle_flags.h"
#include "sim/run/options.h"
#include "sim/run/trace_flag.h"
#include "sim/skew/naming.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kLoopbackNodesMax = 1000;

// Of loadgen's presets what the traffic here has: gets alone, of keys as they come.
void TakePreset(const CLI::App& app, SimOptions& o) {
  if (app.count("--zipf") == 0) o.report.zipf_s = o.preset->zipf_s;
  if (app.count("--keys") == 0) o.report.keys = o.preset->keys;
  if (app.count("--source") == 0) o.source_text = "synthetic:latency=1ms";
  o.source_text = PresetSource(*o.preset, o.source_text);
}

// What is known to be too much before a million names are made; or "".
std::string RefuseTooMany(const SimOptions& o) {
  if (o.names || !o.sweep_texts.empty()) return "";
  if (!o.ring_only && o.nodes > kLoopbackNodesMax) {
    return "--nodes: \"" + std::to_string(o.nodes) + "\": expected at most " +
           std::to_string(kLoopbackNodesMax) + " for nodes that run, or --ring-only";
  }
  if (o.all_rings || !o.weights.empty()) return "";
  for (const std::string& dialect : o.rings) {
    const auto fits = CheckPoints(dialect, o.nodes, o.report.ring.replicas);
    if (!fits) return "--nodes, --replicas: " + fits.error().message;
  }
  return "";
}

Result<std::vector<RingNode>> NodesOf(const SimOptions& o) {
  auto names = o.names ? NamesFromList(*o.names) : NamesFromPattern(o.pattern, o.nodes);
  if (!names) {
    return Fail(Code::kInvalidArgument,
                (o.names ? "--names: " : "--name-pattern: ") + names.error().message);
  }
  std::vector<RingNode> nodes = EqualNodes(*names);
  if (o.weights.empty()) return nodes;
  const std::vector<std::string_view> weights = SplitAt(o.weights, ',');
  if (weights.size() != nodes.size()) {
    return Fail(Code::kInvalidArgument, "--weights: " + std::to_string(weights.size()) +
                                            " of them for " + std::to_string(nodes.size()) +
                                            " nodes; expected one each");
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto weight = ParseNumber(weights[i]);
    if (!weight || !(*weight >= kMinWeight && *weight <= kMaxWeight)) {
      return Fail(Code::kInvalidArgument, "--weights: \"" + std::string(weights[i]) +
                                              "\": expected a number from 1e-6 to 1e6");
    }
    nodes[i].weight = *weight;
  }
  return nodes;
}

// The names of the nodes that etcd lists: their ring is examined, they themselves are not asked.
std::string NamesFromEtcd(SimOptions& o) {
  if (std::string wrong = SettleEtcd(o.etcd); !wrong.empty()) return wrong;
  if (o.etcd.endpoints.empty()) return "";
  const auto peers = LookUpPeers(o.etcd);
  if (!peers) return peers.error().message;
  std::string names;
  for (const Peer& peer : *peers) names += (names.empty() ? "" : ",") + peer.name;
  o.names = names;
  return "";
}

std::string CompleteSweep(const CLI::App& app, SimOptions& o) {
  for (const auto& [flag, axis, values] : {std::tuple("--nodes", "nodes", o.sweep.nodes.size()),
                                           {"--replicas", "replicas", o.sweep.replicas.size()},
                                           {"--zipf", "zipf", o.sweep.zipf.size()},
                                           {"--name-pattern", "names", o.sweep.names.size()}}) {
    if (app.count(flag) == 0 || values == 0) continue;
    return std::string(flag) + ": the sweep has an axis of " + axis + "; expected one of both";
  }
  if (app.count("--ring") == 0) return "";
  if (!o.sweep.rings.empty()) return "--ring: the sweep has an axis of rings; expected one of both";
  o.sweep.rings = o.rings;
  return "";
}

// The first ring is the one that nodes run on.
std::string CheckScriptOnRing(const SimOptions& o) {
  for (const std::string& dialect : o.rings) {
    RingSpec spec = o.report.ring;
    spec.dialect = dialect;
    const auto ring = BuildRing(spec, o.report.nodes);
    if (!ring) continue;  // it is told, or left out, when its report is made
    const auto plan = PlanChurn(o.loopback.script, o.loopback.detect, *ring);
    return plan ? "" : "--script: " + plan.error().message;
  }
  return "";
}

// Of a rate and a popularity that change.
std::string CompleteChanges(SimOptions& o) {
  LoopbackPlan& plan = o.loopback;
  if (!o.profile.empty()) {
    auto profile = RateProfile::Parse(o.profile, plan.seed, {});
    if (!profile) return "--profile: " + profile.error().message;
    plan.qps = profile->CountAt(profile->length()) / Seconds(profile->length());
    plan.profile = std::make_shared<const RateProfile>(*std::move(profile));
  }
  if (plan.drift.empty()) return "";
  if (plan.qps == 0) {
    return "--drift: expected --qps or --profile with it: a closed loop has no times to move by";
  }
  const auto drift = Drift::Parse(plan.drift, plan.keys, plan.seed);
  return drift ? "" : "--drift: " + drift.error().message;
}

std::string CompleteLoopback(const CLI::App& app, SimOptions& o) {
  LoopbackPlan& plan = o.loopback;
  plan.seed = o.report.seed;
  plan.keys = o.report.keys;
  plan.zipf_s = o.report.zipf_s;
  o.source = *ParseSyntheticSource(o.source_text);
  if (o.ring_only || !o.sweep_texts.empty()) return "";
  plan.client.values = o.source;
  if (std::string wrong = CompleteTrace(app, o); !wrong.empty()) return wrong;
  if (std::string wrong = CompleteChanges(o); !wrong.empty()) return wrong;
  if (plan.qps > 0 && app.count("--concurrency") > 0) {
    return "--concurrency: it has no effect with --qps; expected one of the two, or --qps 0";
  }
  if (o.report.nodes.size() > kLoopbackNodesMax) {
    return "--nodes: \"" + std::to_string(o.report.nodes.size()) + "\": expected at most " +
           std::to_string(kLoopbackNodesMax) + " for nodes that run, or --ring-only";
  }
  if (o.script.empty()) return "";
  auto steps = ParseScript(o.script);
  if (!steps) return "--script: " + steps.error().message;
  plan.script = *std::move(steps);
  return CheckScriptOnRing(o);
}

Json SweepConfig(const SimOptions& o) {
  const auto values = [](const auto& axis, const auto& base) {
    return axis.empty() ? Json::array({base}) : Json(axis);
  };
  return {{"seed", o.report.seed},
          {"seeds", o.sweep_seeds},
          {"keys", o.report.keys},
          {"sweep",
           {{"ring", values(o.sweep.rings, o.rings.front())},
            {"names", values(o.sweep.names, o.pattern)},
            {"nodes", values(o.sweep.nodes, o.nodes)},
            {"replicas", values(o.sweep.replicas, o.report.ring.replicas)},
            {"zipf", values(o.sweep.zipf, o.report.zipf_s)}}}};
}

}  // namespace

std::string CompleteOptions(const CLI::App& app, SimOptions& o) {
  if (std::string wrong = CompleteSwarm(app, o.swarm); !wrong.empty()) return wrong;
  if (o.swarm.asked()) return "";
  if (std::string wrong = CompleteMap(app, o.map, o.report.seed); !wrong.empty()) return wrong;
  if (o.map.asked()) return "";
  if (std::string idle = RefuseIdle(app); !idle.empty()) return idle;
  if (std::string idle = CompleteVirtual(app, o.in_virtual_time); !idle.empty()) return idle;
  if (o.preset != nullptr) TakePreset(app, o);
  if (std::string wrong = ComplaintAboutEngine(o.engine); !wrong.empty()) return wrong;
  if (std::string wrong = NamesFromEtcd(o); !wrong.empty()) return wrong;
  if (std::string much = RefuseTooMany(o); !much.empty()) return much;
  auto nodes = NodesOf(o);
  if (!nodes) return nodes.error().message;
  o.report.nodes = *std::move(nodes);
  std::vector<std::string> names;
  for (const RingNode& node : o.report.nodes) names.push_back(node.name);
  if (o.report.joins.empty()) {
    const auto next = NamesFromPattern(o.pattern, o.nodes + 1);
    o.report.joins = !o.names && next ? next->back() : NextName(names);
  }
  if (!o.sweep_texts.empty()) {
    if (std::string wrong = CompleteSweep(app, o); !wrong.empty()) return wrong;
  }
  if (std::string wrong = CompleteLoopback(app, o); !wrong.empty()) return wrong;
  return CompleteMrc(app, o);
}

std::string FlagToBlame(const RingReportOptions& options, const Error& error) {
  if (error.code == Code::kResourceExhausted) return "--nodes: ";
  const auto ring = BuildRing(options.ring, options.nodes);
  if (ring) {
    const bool leaves = options.leaves.empty() || (*ring)->Without(options.leaves).has_value();
    return leaves ? "--add: " : "--remove: ";
  }
  std::vector<RingNode> equal = options.nodes;
  for (RingNode& node : equal) node.weight = 1;
  if (BuildRing(options.ring, equal)) return "--weights: ";
  return BuildRing({options.ring.dialect, 1}, options.nodes) ? "--replicas: " : "--ring: ";
}

Json ConfigJson(const SimOptions& o) {
  if (o.swarm.asked()) return SwarmConfigJson(o.swarm, o.report.seed);
  if (o.map.asked()) return MapConfigJson(o.map, o.report.seed);
  if (!o.sweep_texts.empty()) return SweepConfig(o);
  if (!o.mrc.source.empty()) return MrcConfigJson(o);
  const RingReportOptions& r = o.report;
  Json json{{"seed", r.seed},
            {"nodes", r.nodes.size()},
            {"replicas", r.ring.replicas},
            {"rings", o.rings},
            {"zipf_s", r.zipf_s},
            {"keys", r.keys},
            {"target_peak", r.target_peak},
            {"add", r.joins}};
  if (!r.leaves.empty()) json["remove"] = r.leaves;
  if (r.load_bound) json["load_bound"] = *r.load_bound;
  if (o.preset != nullptr) json["preset"] = o.preset->name;
  if (o.names) json["names"] = *o.names;
  if (!o.names) json["name_pattern"] = o.pattern;
  if (!o.weights.empty()) {
    for (const RingNode& node : r.nodes) json["weights"].push_back(node.weight);
  }
  json["ring_only"] = o.ring_only;
  if (o.ring_only) return json;
  const LoopbackPlan& plan = o.loopback;
  if (plan.script.empty() && !plan.profile) json["requests"] = plan.client.requests;
  if (plan.qps > 0) json["requested_qps"] = plan.qps;
  if (plan.profile) json["profile"] = o.profile;
  if (plan.trace) json["trace"] = TraceJson(o);
  if (!plan.drift.empty()) json["drift"] = plan.drift;
  if (plan.qps == 0) json["concurrency"] = plan.client.concurrency;
  json["engine"] = o.in_virtual_time.asked ? "virtual" : o.engine.name;
  if (o.in_virtual_time.asked) {
    json["latency_s"] = Seconds(o.in_virtual_time.law.latency_min);
    json["work_s"] = Seconds(o.in_virtual_time.law.work);
  }
  json["source"] = o.source_text;
  json["group_bytes"] = o.group_bytes;
  if (plan.script.empty()) return json;
  json["script"] = o.script;
  json["detect_s"] = Seconds(plan.detect);
  return json;
}

}  // namespace ringlab
