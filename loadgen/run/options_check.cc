// What follows from the flags together, and what of them does not fit together.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/parse.h"
#include "loadgen/run/options.h"
#include "loadgen/run/rates.h"
#include "loadgen/run/search_flags.h"
#include "loadgen/run/shard_flags.h"
#include "loadgen/run/trace_flags.h"
#include "node/engines/engine_flags.h"
#include "node/etcd/flags.h"
#include "node/etcd/lookup.h"
#include "node/live/environment.h"
#include "node/sql/source_spec.h"

namespace ringlab {

namespace {

// What one sending thread is asked to do before a second is started: grpc++ needs some 10 us a
// call, h2 some 2.5.
double QpsPerWorker(const EngineSpec& engine) { return engine.name == "grpc" ? 30e3 : 150e3; }

constexpr std::size_t kVersionBytes = 8;  // smaller values cannot show a version
constexpr double kWritesMax = 2e9;        // planned: far enough from 2^32 that luck cannot reach it

// "0.05": as short as it reads back.
std::string FormatNumber(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

void TakePreset(const CLI::App& app, LoadgenOptions& o) {
  if (o.preset == nullptr) return;
  const auto given = [&](const char* flag) { return app.count(flag) > 0; };
  ApplyPreset(*o.preset, given, o.config.workload);
  std::string& source = o.cluster.source_text;
  if (IsSqlText(source)) {  // its rows have sizes, and keys, of their own
    if (!given("--key-size")) o.config.workload.key_sizes = {};
    return;
  }
  if (!given("--source")) source = "synthetic:latency=1ms";
  Preset preset = *o.preset;
  if (given("--not-found") || !o.targets.empty()) preset.not_found = 0;  // said, or theirs
  source = PresetSource(preset, source);
}

// What is wrong with the operations, or "".
std::string CompleteOperations(LoadgenOptions& o) {
  RunConfig& c = o.config;
  const OperationMix& mix = c.workload.mix;
  if (o.not_found && IsSqlText(o.cluster.source_text)) {
    return "--not-found: expected a synthetic source; of a database the fraction is a setting of "
           "--source-fill, as in 100000,not-found=5%";
  }
  if (o.not_found) {
    if (!o.targets.empty()) {
      return "--not-found and --targets: expected one of them, the source of targets is theirs";
    }
    std::string& source = o.cluster.source_text;
    if (source.find("not-found=") != std::string::npos) {
      return "--not-found and --source \"" + ShownSource(source) +
             "\": expected the fraction in one of them";
    }
    source += (source.find(':') == std::string::npos ? ":" : source.ends_with(':') ? "" : ",");
    source += "not-found=" + FormatNumber(*o.not_found);
  }
  if (auto source = ParseSource(o.cluster.source_text)) o.cluster.source = *std::move(source);
  o.cluster.source_text = ShownSource(o.cluster.source_text);
  if (std::string wrong = ComplaintAboutFill(o.cluster.source, o.fill); !wrong.empty()) {
    return wrong;
  }
  if (o.fill && c.workload.key_sizes.is_given()) {
    return "--source-fill: it fills key-0, key-1 ... as they come; expected no --key-size";
  }
  if (auto* const synthetic = std::get_if<SyntheticSpec>(&o.cluster.source)) {
    if (o.sizes != nullptr) synthetic->index = o.sizes;
    c.driver.values = *synthetic;
  } else if (o.fill && !o.fill->is_demo()) {
    c.driver.values = o.fill->values;
  } else {
    c.driver.verify = false;  // nobody but the database knows what it has
  }
  const SyntheticSpec& source = c.driver.values;
  if (c.workload.batch > 1 && mix.get == 0) {
    return "--batch: \"" + std::to_string(c.workload.batch) +
           "\": expected gets in --mix, which alone come in batches";
  }
  if (c.driver.ttl > Duration::zero() && mix.set == 0) {
    return "--ttl: expected sets in --mix, such as get=90,set=10: nothing else has a time to live";
  }
  if (!mix.HasWrites()) return "";
  if (c.driver.verify && source.size_min < kVersionBytes) {
    return "--mix: with writes, expected values of 8 bytes or more in --source \"" +
           o.cluster.source_text + "\", which have room for their version, or --no-verify";
  }
  const double requests = c.workload.qps * Seconds(c.workload.duration);
  if (requests + static_cast<double>(source.version) > kWritesMax) {
    return "--mix: with writes, expected fewer requests than " + FormatNumber(kWritesMax) +
           " in all (--qps x --duration): a version is a number of 32 bits";
  }
  return "";
}

// A flag in company that takes its effect away is refused, not ignored.
std::string RefuseIdle(const CLI::App& app, const LoadgenOptions& o) {
  const auto given = [&](const char* flag) { return app.count(flag) > 0; };
  for (const char* cluster : {"--targets", "--etcd"}) {
    for (const char* flag : {"--nodes", "--group-bytes", "--cachenode", "--require-client-cert"}) {
      if (!given(cluster) || !given(flag)) continue;
      return std::string(flag) + " and " + cluster +
             ": expected one of them: nodes that run are as they are";
    }
  }
  if (given("--cachenode") && o.in_process) {
    return "--cachenode and --in-process: expected one of them, the nodes are processes or not";
  }
  if (given("--service") && !given("--etcd")) return "--service: expected --etcd with it";
  if (o.config.workload.scan > 0 && o.config.workload.mix.get == 0) {
    return "--scan: expected gets in --mix, which alone scan";
  }
  if (o.config.workers > o.config.driver.in_flight_max) {
    return "--max-in-flight: \"" + std::to_string(o.config.driver.in_flight_max) +
           "\": expected one or more for each of the " + std::to_string(o.config.workers) +
           " --workers";
  }
  return "";
}

// The nodes' flags that loadgen gives them itself.
std::string ComplaintAboutNodeFlags(const std::vector<std::string>& flags) {
  constexpr std::pair<std::string_view, std::string_view> kOurs[] = {
      {"--ring", "--ring"},
      {"--replicas", "--replicas"},
      {"--source", "--source"},
      {"--source-fill", "--source-fill"},
      {"--seed", "--seed"},
      {"--groups", "--group and --group-bytes"},
      {"--tls-cert", "--tls-cert"},
      {"--tls-key", "--tls-key"},
      {"--tls-ca", "--tls-ca"},
      {"--tls-name", "--tls-name"},
      {"--require-client-cert", "--require-client-cert"},
      {"--token-file", "--token-file"},
      {"--engine", "--engine"},
      {"--loops", "--loops"},
      {"--spin", "--spin"},
      {"--control", ""},
      {"--listen", ""},
      {"--name", ""},
      {"--peers", ""}};
  for (const std::string& given : flags) {
    const std::string_view name = SplitOnce(given, '=').first;
    const auto ours =
        std::ranges::find(kOurs, name, &std::pair<std::string_view, std::string_view>::first);
    if (ours == std::end(kOurs)) continue;
    return "--node-flags: \"" + std::string(name) + "\": " +
           (ours->second.empty()
                ? "loadgen chooses it for each node; expected other flags of cachenode"
                : "expected loadgen's own " + std::string(ours->second) + ", which its nodes get");
  }
  return "";
}

// A bound on what the flags leave unmeasured would fail after the run, whatever it was like.
std::string ComplaintAboutBounds(const std::string& flag, const std::vector<Threshold>& bounds,
                                 const LoadgenOptions& o) {
  if (o.config.checks_staleness()) return "";
  for (const Threshold& t : bounds) {
    const bool stale = t.figure == "stale_reads" || t.figure == "reverted";
    if (t.series != Series::kStaleness && !(t.series == Series::kRun && stale)) continue;
    return flag + ": \"" + t.text + "\": expected " +
           (o.config.workload.mix.HasWrites() ? "values that are checked, so no --no-verify"
                                              : "sets or removes in --mix: without writes no read "
                                                "is stale");
  }
  return "";
}

std::string ComplaintAboutDrift(const WorkloadOptions& workload) {
  if (workload.drift.empty()) return "";
  const auto drift = Drift::Parse(workload.drift, workload.keys, workload.seed);
  return drift ? "" : "--drift: " + drift.error().message;
}

std::string FindTargets(LoadgenOptions& o) {
  if (std::string wrong = SettleEtcd(o.etcd); !wrong.empty()) return wrong;
  if (o.etcd.endpoints.empty()) return "";
  if (!o.targets.empty()) return "--etcd and --targets: expected one of them";
  if (o.in_process) return "--etcd and --in-process: expected one of them";
  auto peers = LookUpPeers(o.etcd);
  if (!peers) return peers.error().message;
  o.targets = *std::move(peers);
  return "";
}

// As many senders as the rate needs, unless it was said; each gets its part of the requests that
// may be under way.
void SizeSenders(LoadgenOptions& o) {
  RunConfig& c = o.config;
  const double own_qps = PeakQps(o) / static_cast<double>(c.shard.of);
  // So many a second tell the slowest hundredth of some seconds, and cost next to nothing.
  constexpr double kTimedPerSecond = 1000;
  c.driver.timed_every = static_cast<std::uint64_t>(std::ceil(own_qps / kTimedPerSecond));
  if (c.workers == 0) {
    const double wanted = std::ceil(own_qps / QpsPerWorker(o.cluster.engine));
    c.workers = static_cast<std::uint64_t>(
        std::clamp(wanted, 1.0, static_cast<double>(CoresOfThisProcess())));
  }
  // With less than some 65 us between two requests, go by go.
  constexpr double kQpsOfGoes = 15'000;
  if (own_qps > kQpsOfGoes * static_cast<double>(c.workers)) {
    c.driver.pause_min = std::chrono::microseconds(50);
  }
  c.driver.in_flight_max = std::max<std::uint64_t>(1, c.driver.in_flight_max / c.workers);
}

}  // namespace

std::string CompleteOptions(const CLI::App& app, LoadgenOptions& o) {
  TakePreset(app, o);
  if (std::string idle = RefuseIdle(app, o); !idle.empty()) return idle;
  if (std::string wrong = CompleteRates(app, o); !wrong.empty()) return wrong;
  if (std::string wrong = ComplaintAboutDrift(o.config.workload); !wrong.empty()) return wrong;
  if (std::string wrong = FindTargets(o); !wrong.empty()) return wrong;
  if (!o.cluster.node_flags.empty() && (o.in_process || !o.targets.empty())) {
    return "--node-flags: expected child processes, so neither --in-process nor --targets";
  }
  if (std::string wrong = ComplaintAboutShard(app, o); !wrong.empty()) return wrong;
  if (std::string wrong = ComplaintAboutNodeFlags(o.cluster.node_flags); !wrong.empty()) {
    return wrong;
  }
  if (std::string wrong = ComplaintAboutEngine(o.cluster.engine); !wrong.empty()) return wrong;
  if (const auto tls = CheckTls(o.security.security.tls); !tls) return tls.error().message;
  o.cluster.security = o.security.security;
  o.cluster.security_flags = o.security.arguments;
  RunConfig& c = o.config;
  if (std::string wrong = CompleteTrace(app, o); !wrong.empty()) return wrong;
  if (!o.targets.empty() && o.in_process) {
    return "--targets and --in-process: expected one of them, the cluster is either there or ours";
  }
  c.driver.key_sizes = c.workload.key_sizes;
  c.ring = o.cluster.ring;
  c.engine = o.cluster.engine.name;
  c.sole_writer = o.targets.empty();
  o.cluster.groups = {{c.driver.group, c.group_bytes}};
  o.cluster.seed = c.workload.seed;
  const std::string& group = c.driver.group;
  if (group.empty() || (o.targets.empty() && group.find(',') != std::string::npos)) {
    return "--group: \"" + group + "\": expected a name without a comma";
  }
  if (std::string wrong = CompleteOperations(o); !wrong.empty()) return wrong;
  for (const auto& [flag, bounds] :
       {std::pair("--threshold", &o.thresholds), std::pair("--search", &o.search.bounds)}) {
    if (std::string wrong = ComplaintAboutPhases(flag, *bounds, o); !wrong.empty()) return wrong;
    if (std::string wrong = ComplaintAboutBounds(flag, *bounds, o); !wrong.empty()) return wrong;
  }
  if (std::string wrong = CompleteSearch(app, o); !wrong.empty()) return wrong;
  const auto* const sql = std::get_if<SqlSpec>(&o.cluster.source);
  const bool has_server = sql != nullptr && sql->database != Database::kSqlite;
  c.has_strangers = !o.targets.empty() || has_server;
  if (o.targets.empty()) {
    c.source = o.cluster.source_text;
    c.cluster = std::to_string(o.cluster.nodes) +
                (o.in_process ? " nodes in this process" : " child processes on loopback");
  } else {
    c.cluster = std::to_string(o.targets.size()) + (o.targets.size() == 1 ? " target" : " targets");
    c.group_bytes = 0;
  }
  if (!o.searches()) SizeSenders(o);
  return "";
}

LoadgenOptions AtRate(LoadgenOptions options, double qps) {
  options.config.workload.qps = qps;
  SizeSenders(options);
  return options;
}

}  // namespace ringlab
