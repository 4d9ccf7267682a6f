#include "loadgen/run/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "core/base/parse.h"
#include "loadgen/plan/rate.h"
#include "loadgen/plan/rate_profile.h"
#include "loadgen/run/rates.h"
#include "loadgen/run/search_flags.h"
#include "loadgen/run/shard_flags.h"
#include "loadgen/run/trace_flags.h"
#include "node/engines/engine_flags.h"
#include "node/etcd/flags.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "node/live/shell_command.h"
#include "node/sql/source_spec.h"
#include "node/sql/source_url.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kNodesMax = 1000;
constexpr std::uint64_t kRequestsMax = 1'000'000'000;
constexpr std::uint64_t kRepeatsMax = 100;

Result<Duration> ParseLength(const std::string& text) {
  if (text == "forever") return kForever;
  const auto length = ParsePositiveSpan(text);
  if (length) return *length;
  return RefuseValue(text, "a duration above 0 and up to 1000h, such as 30s, or forever");
}

Result<double> ParseQps(const std::string& text) { return ParseRate(text); }

// The text itself, when it is a profile of some length.
Result<std::string> CheckProfile(const std::string& text) {
  return RateProfile::Parse(text, 0, Duration::zero()).map([&](const RateProfile&) {
    return text;
  });
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
  const auto is_http = [](const Peer& target) { return target.over_http(); };
  if (targets && (targets->empty() || std::ranges::any_of(*targets, is_http))) {
    return RefuseValue(text, "[NAME=]HOST:PORT, one or more, which gRPC reaches");
  }
  return targets;
}

Result<OperationMix> ParseMix(const std::string& text) { return ParseOperationMix(text); }

Result<double> ParseShare(const std::string& text) { return ParseFraction(text); }

void AddOperationFlags(CLI::App& app, LoadgenOptions& o) {
  AddFlag(app, "--mix", o.config.workload.mix, ParseMix,
          "Weights of the operations, such as get=90,set=9,remove=1", "MIX", "get=100");
  AddFlag(app, "--batch", o.config.workload.batch, CountBetween(1, kBatchMax),
          "Keys of each get, asked for by one GetMany", "N", "1");
  AddFlag(app, "--scan", o.config.workload.scan, ParseShare,
          "Fraction of the gets that walk through keys beyond the others,\n"
          "each once: what pushes a cache's useful entries out",
          "FRACTION", "0");
  AddFlag(app, "--ttl", o.config.driver.ttl, ParseSpan,
          "Time to live of what sets write, 0 = the group's default", "TIME", "0");
  AddFlag(app, "--not-found", o.not_found, ParseShare,
          "Fraction of the keys that the source has no value for: short for\n"
          "--source ...,not-found=FRACTION",
          "FRACTION");
}

Result<std::optional<Until>> ParseUntilFlag(const std::string& text) { return ParseUntil(text); }

// Divided at spaces: no flag of a cache has one in its value.
Result<std::vector<std::string>> ParseNodeFlags(const std::string& text) {
  std::vector<std::string> flags;
  for (const std::string_view part : SplitAt(text, ' ')) {
    if (!part.empty()) flags.emplace_back(part);
  }
  if (!flags.empty() && flags.front().starts_with("--")) return flags;
  return RefuseValue(text, "flags of cachenode, such as '--policy sieve --ttl 10s'");
}

void AddWorkloadFlags(CLI::App& app, LoadgenOptions& o) {
  WorkloadOptions& w = o.config.workload;
  w.keys = 100'000;
  o.config.warmup = std::chrono::seconds(5);
  o.config.duration = std::chrono::seconds(30);
  AddFlag(app, "--qps", w.qps, ParseQps, "Requests a second, whatever the answers do", "RATE",
          "10000");
  AddFlag(app, "--profile", o.profile, CheckProfile,
          "A rate that changes, instead: ramp:1k..20k@60s,\n"
          "step:1k..20k/1k@10s (and ,mirror or ,shuffled), sine:10k+-5k/30s,\n"
          "spike:5k,50k@10s+2s, points:0s=1k,10s=5k,30s=2k. Each phase has a row\n"
          "of its own; --duration is as long as the profile unless it is given",
          "PROFILE");
  AddFlag(app, "--duration", o.config.duration, ParseLength,
          "Time to measure; forever: until Ctrl-C, SIGTERM or --abort-on", "TIME", "30s");
  AddFlag(app, "--requests", o.requests, CountBetween(1, kRequestsMax),
          "Measure so many requests, instead of --duration", "N");
  AddFlag(app, "--until", o.config.until, ParseUntilFlag,
          "Measure on after --duration, until the 95 % interval of a response\n"
          "percentile is as narrow as +-5 % of it, such as p99+-5%; at most 10 x\n"
          "--duration, or as in p99+-5%,max=5m",
          "WIDTH");
  AddFlag(app, "--warmup", o.config.warmup, ParseSpan, "Time to send before measuring, not counted",
          "TIME", "5s");
  AddFlag(app, "--repeat", o.repeat, CountBetween(1, kRepeatsMax),
          "Runs of the same plan, each with nodes of its own (targets stay the\n"
          "same): how much figures vary from run to run",
          "N", "1");
  AddFlag(app, "--arrivals", w.process, ParseArrivals, "poisson or constant", "PROCESS", "poisson");
  AddFlag(app, "--preset", o.preset, FindPreset,
          "Published figures of a load: kvcache, cdn or graph (Meta, by CacheLib).\n"
          "Sets --mix, --keys, --zipf, --scan, --key-size, and of --source size= and\n"
          "not-found=; what is given as well takes the place of that part",
          "NAME");
  AddFlag(app, "--keys", w.keys, CountBetween(1, kKeysMax), "Number of keys", "N", "100000");
  AddFlag(app, "--key-size", w.key_sizes, ParseKeySizes,
          "Bytes of each key: SIZE, LOW-HIGH, or published: kvcache, cdn, graph.\n"
          "Keys are key-0, key-1 ...; dots fill them up",
          "BYTES", "as they come");
  AddFlag(app, "--zipf", w.zipf_s, ParseZipfExponent,
          "Zipf exponent of key popularity, 0 = uniform", "S", "0.99");
  AddFlag(app, "--drift", w.drift, AnyText,
          "Popularity that moves: walk:KEYS@TIME (the hot key walks),\n"
          "period:PARTS@TIME, shuffle:RANKS@TIME (chunks change places),\n"
          "turnover:FRACTION@TIME, turnover:cachelib (as measured at Meta)",
          "DRIFT");
  AddFlag(app, "--seed", w.seed, AnyCount, "Decides the plan: times and keys", "N", "1");
}

// The text itself, when it names a source.
Result<std::string> CheckSource(const std::string& text) {
  return ParseSource(text).map([&](const SourceSpec&) { return text; });
}

Result<std::optional<SqlFill>> ParseFill(const std::string& text) { return ParseSqlFill(text); }

void AddClusterFlags(CLI::App& app, LoadgenOptions& o) {
  o.cluster.source_text = "synthetic:size=100,latency=1ms";
  o.cluster.source = SyntheticSpec{.latency = std::chrono::milliseconds(1)};
  o.config.group_bytes = std::uint64_t{64} << 20;
  AddFlag(app, "--nodes", o.cluster.nodes, CountBetween(1, kNodesMax),
          "Start N nodes on loopback, a process each", "N", "3");
  app.add_flag("--in-process", o.in_process, "Keep the nodes inside loadgen's process");
  AddFlag(app, "--targets", o.targets, ParseTargets, "Drive a cluster that already runs, instead",
          "[NAME=]HOST:PORT,...");
  AddEtcdFlags(app, o.etcd, /*registers=*/false);
  AddRingFlags(app, o.cluster.ring);
  AddFlag(app, "--source", o.cluster.source_text, CheckSource,
          "Where the nodes' values come from: synthetic:SETTINGS with\n"
          "size=BYTES, LOW-HIGH, kvcache, cdn or graph, latency=TIME or exp:TIME,\n"
          "not-found=FRACTION, error=FRACTION; sets write values of its sizes.\n"
          "With --targets: what theirs is, for its sizes and version.\n"
          "Or a database: sqlite:FILE?table=T&key=COLUMN&value=COLUMN,\n"
          "mysql://USER@HOST/DATABASE?..., postgresql://...; see cachenode --help",
          "SOURCE", o.cluster.source_text);
  AddFlag(app, "--source-fill", o.fill, ParseFill,
          "Fill the database's table first, with N keys whose values can be\n"
          "checked: N, or N,size=BYTES,version=N,not-found=FRACTION; or demo.\n"
          "A table that was not filled so has its values not checked",
          "ROWS");
  AddFlag(app, "--group", o.config.driver.group, AnyText, "Group to ask", "NAME", "default");
  AddFlag(app, "--group-bytes", o.config.group_bytes, ParseBudget,
          "Cache budget of the group on each node", "BYTES", "64MiB");
  AddFlag(app, "--node-flags", o.cluster.node_flags, ParseNodeFlags,
          "More flags for the nodes that are started, such as\n"
          "'--policy sieve --ttl 10s --stale 2s --hot off'; see cachenode --help",
          "FLAGS");
  AddFlag(app, "--cachenode", o.cluster.program, AnyText, "The node program to start", "FILE",
          "beside loadgen");
  AddEngineFlags(app, o.cluster.engine);
  AddSecurityFlags(app, o.security);
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
          "as the rate needs");
  AddFlag(app, "--connections", o.config.connections, CountBetween(1, 64),
          "Connections to each node, at least one a worker", "N", "1");
  AddShardFlags(app, o.config);
  AddFlag(app, "--accept-failures", o.config.failures_accepted, ParseShare,
          "Up to this fraction of the requests may fail before the run is\n"
          "INVALID: raise it to measure an overload",
          "FRACTION", "1%");
  app.add_flag("!--no-verify", o.config.driver.verify,
               "Do not check values (they are not of a synthetic source)");
}

}  // namespace

void AddLoadgenFlags(CLI::App& app, LoadgenOptions& o) {
  AddCommonFlags(app);
  AddWorkloadFlags(app, o);
  AddTraceFlags(app, o);
  AddOperationFlags(app, o);
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
         "Fail (exit 1) unless it holds: FIGURE<BOUND, or <=, >, >=; repeatable. Figures: " +
             ThresholdsHelp())
      ->type_name("BOUND")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto add_abort_rule = [&o](const std::string& text) {
    auto rule = AbortRule::Parse(text);
    if (!rule) throw CLI::ValidationError("--abort-on", rule.error().message);
    o.abort_rules.push_back(*std::move(rule));
  };
  app.add_option_function<std::vector<std::string>>(
         "--abort-on",
         [add_abort_rule](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) add_abort_rule(text);
         },
         "End the run, FAILED, once this has held in each second for that long,\n"
         "such as 'p99>50ms for 10s'; repeatable. Figures: percentiles and max of\n"
         "the response, failed, skipped, goodput")
      ->type_name("RULE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  AddSearchFlags(app, o.search);
  AddFlag(app, "--percentiles", o.config.percentiles, ParsePercentiles,
          "Percentiles that the report shows, such as 50,95,99.9", "LIST", "50,90,99,99.9,99.99");
  AddFlag(app, "--json", o.json_file, AnyText, "Write the result as JSON; - for stdout", "FILE");
  AddFlag(app, "--html", o.html_file, AnyText,
          "Write a page to look at, complete in itself; - for stdout", "FILE");
  AddFlag(app, "--hlog", o.hlog_file, AnyText,
          "Write HdrHistogram's interval log of the response times, a second and\n"
          "an operation a line; - for stdout",
          "FILE");
  AddFlag(app, "--hgrm", o.hgrm_file, AnyText,
          "Write HdrHistogram's percentile table of the response times; - for stdout", "FILE");
  AddFlag(app, "--profile-cpu", o.profile_cpu_file, AnyText,
          "Write a flame graph (SVG) of the CPU time of the nodes that are started,\n"
          "by Linux' perf, which takes a percent or so of it",
          "FILE");
  AddFlag(app, "--live", o.live.page, ParseListenAddress,
          "A page there that follows the run, drawn as --html's; port 0: any free\n"
          "one, which is said",
          "HOST:PORT");
  AddFlag(app, "--metrics", o.live.metrics, ParseListenAddress,
          "Figures for Prometheus there, under /metrics, while the run goes on.\n"
          "Who scrapes them is waited for once more at the end, a minute at most",
          "HOST:PORT");
  AddFlag(app, "--live-csv", o.live.csv, AnyText,
          "Append a row a second, once the requests of that second have ended", "FILE");
  app.add_flag("--quiet", o.quiet, "No progress, no report: the verdict's exit code and --json");
}

std::string CommandText(const std::string& tool, int argc, const char* const* argv,
                        const LoadgenOptions& options) {
  std::vector<std::string> shown(argv, argv + argc);
  for (std::string& argument : shown) {
    // What was read as one of these is no login, though it has a colon and an @.
    const std::string_view value =
        argument.starts_with("--") ? SplitOnce(argument, '=').second : std::string_view(argument);
    if (value != options.profile && value != options.config.workload.drift) {
      argument = Redacted(argument);
    }
  }
  std::vector<const char*> words;
  for (const std::string& argument : shown) words.push_back(argument.c_str());
  return ShellCommand(tool, argc, words.data());
}

}  // namespace ringlab
