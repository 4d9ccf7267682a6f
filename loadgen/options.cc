#include "loadgen/options.h"

#include <algorithm>
#include <cmath>

#include "core/parse.h"
#include "node/environment.h"
#include "node/flag_values.h"
#include "node/flags.h"
#include "node/source_flag.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kNodesMax = 1000;
// What one sending thread is asked to do before a second is started: grpc++ needs some 10 us a
// call.
constexpr double kQpsPerWorker = 30'000;

Result<double> ParseRate(const std::string& text) {
  const auto rate = ParseNumber(text);
  if (rate && Arrivals::IsRate(*rate)) return *rate;
  return RefuseValue(text, "requests a second, above 0 and up to 1e9, such as 10000");
}

Result<ArrivalProcess> ParseArrivals(const std::string& text) {
  if (const auto process = ParseArrivalProcess(text)) return *process;
  return RefuseValue(text, "poisson or constant");
}

Result<Route> ParseRoute(const std::string& text) {
  if (text == "any") return Route::kAny;
  if (text == "owner") return Route::kOwner;
  return RefuseValue(text, "any or owner");
}

Result<std::vector<Peer>> ParseTargets(const std::string& text) {
  auto targets = ParsePeers(text);
  if (targets && targets->empty()) return RefuseValue(text, "[NAME=]HOST:PORT, one or more");
  return targets;
}

void AddWorkloadFlags(CLI::App& app, LoadgenOptions& o) {
  WorkloadOptions& w = o.config.workload;
  w.keys = 100'000;
  o.config.warmup = std::chrono::seconds(5);
  o.config.duration = std::chrono::seconds(30);
  AddFlag(app, "--qps", w.qps, ParseRate, "Requests a second, whatever the answers do", "RATE",
          "10000");
  AddFlag(app, "--duration", o.config.duration, ParsePositiveSpan, "Time to measure", "TIME",
          "30s");
  AddFlag(app, "--warmup", o.config.warmup, ParseSpan, "Time to send before measuring, not counted",
          "TIME", "5s");
  AddFlag(app, "--arrivals", w.process, ParseArrivals, "poisson or constant", "PROCESS", "poisson");
  AddFlag(app, "--keys", w.keys, CountBetween(1, kKeysMax), "Number of keys", "N", "100000");
  AddFlag(app, "--zipf", w.zipf_s, ParseZipfExponent,
          "Zipf exponent of key popularity, 0 = uniform", "S", "0.99");
  AddFlag(app, "--seed", w.seed, AnyCount, "Decides the plan: times and keys", "N", "1");
}

void AddClusterFlags(CLI::App& app, LoadgenOptions& o) {
  o.cluster.source_text = "synthetic:size=100,latency=1ms";
  o.cluster.source.latency = std::chrono::milliseconds(1);
  o.config.group_bytes = std::uint64_t{64} << 20;
  AddFlag(app, "--nodes", o.cluster.nodes, CountBetween(1, kNodesMax),
          "Start N nodes on loopback, a process each", "N", "3");
  app.add_flag("--in-process", o.in_process, "Keep the nodes inside loadgen's process");
  AddFlag(app, "--targets", o.targets, ParseTargets, "Drive a cluster that already runs, instead",
          "[NAME=]HOST:PORT,...");
  AddRingFlags(app, o.cluster.ring);
  AddFlag(app, "--source", o.cluster.source_text, CheckSourceText,
          "Where the nodes' values come from: synthetic:SETTINGS with\n"
          "size=BYTES or LOW-HIGH, latency=TIME or exp:TIME,\n"
          "not-found=FRACTION, error=FRACTION",
          "SOURCE", o.cluster.source_text);
  AddFlag(app, "--group", o.config.driver.group, AnyText, "Group to ask", "NAME", "default");
  AddFlag(app, "--group-bytes", o.config.group_bytes, ParseBudget,
          "Cache budget of the group on each node", "BYTES", "64MiB");
  AddFlag(app, "--cachenode", o.cluster.program, AnyText, "The node program to start", "FILE",
          "beside loadgen");
}

void AddSendingFlags(CLI::App& app, LoadgenOptions& o) {
  AddFlag(app, "--route", o.config.driver.route, ParseRoute,
          "any: the nodes in turn, which forward; owner: straight to the key's owner", "ROUTE",
          "any");
  AddFlag(app, "--timeout", o.config.driver.timeout, ParsePositiveSpan, "Deadline of a request",
          "TIME", "1s");
  AddFlag(app, "--max-in-flight", o.config.driver.in_flight_max, CountBetween(1, 10'000'000),
          "Requests under way; beyond, one is skipped and counted", "N", "20000");
  o.config.workers = 0;
  AddFlag(app, "--workers", o.config.workers, CountBetween(1, 256), "Sending threads", "N",
          "1 per 30000 qps");
  AddFlag(app, "--connections", o.config.connections, CountBetween(1, 64),
          "Connections to each node", "N", "1");
  app.add_flag("!--no-verify", o.config.driver.verify,
               "Do not check values (they are not of a synthetic source)");
}

}  // namespace

void AddLoadgenFlags(CLI::App& app, LoadgenOptions& o) {
  AddCommonFlags(app);
  AddWorkloadFlags(app, o);
  AddClusterFlags(app, o);
  AddSendingFlags(app, o);
  auto add_threshold = [&o](const std::string& text) {
    auto threshold = ParseThreshold(text);
    if (!threshold) throw CLI::ValidationError("--threshold", threshold.error().message);
    o.thresholds.push_back(*std::move(threshold));
  };
  app.add_option_function<std::vector<std::string>>(
         "--threshold",
         [add_threshold](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) add_threshold(text);
         },
         "Fail (exit 1) unless it holds: 'p99<5ms', 'service.p99.9<=10ms',\n"
         "'errors<0.1%', 'hit_ratio>0.5', 'achieved_qps>=9900'; repeatable")
      ->type_name("BOUND")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  AddFlag(app, "--json", o.json_file, AnyText, "Write the result as JSON; - for stdout", "FILE");
  app.add_flag("--quiet", o.quiet, "No progress, no report: the verdict's exit code and --json");
}

std::string CompleteOptions(LoadgenOptions& o) {
  RunConfig& c = o.config;
  if (!o.targets.empty() && o.in_process) {
    return "--targets and --in-process: expected one of them, the cluster is either there or ours";
  }
  c.ring = o.cluster.ring;
  c.workload.duration = c.warmup + c.duration;
  o.cluster.groups = {{c.driver.group, c.group_bytes}};
  o.cluster.seed = c.workload.seed;
  const std::string& group = c.driver.group;
  if (group.empty() || (o.targets.empty() && group.find(',') != std::string::npos)) {
    return "--group: \"" + group + "\": expected a name without a comma";
  }
  const auto source = ParseSourceText(o.cluster.source_text);
  if (source) o.cluster.source = *source;
  if (o.targets.empty()) {
    c.source = o.cluster.source_text;
    c.cluster = std::to_string(o.cluster.nodes) +
                (o.in_process ? " nodes in this process" : " child processes on loopback");
  } else {
    c.cluster = std::to_string(o.targets.size()) + " targets";
    c.group_bytes = 0;
  }
  if (c.workers == 0) {
    const double wanted = std::ceil(c.workload.qps / kQpsPerWorker);
    c.workers = static_cast<std::uint64_t>(
        std::clamp(wanted, 1.0, static_cast<double>(CoresOfThisProcess())));
  }
  c.driver.in_flight_max = std::max<std::uint64_t>(1, c.driver.in_flight_max / c.workers);
  return "";
}

}  // namespace ringlab
