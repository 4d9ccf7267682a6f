#include "sim/run/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "core/base/parse.h"
#include "core/ring/bounded_loads.h"
#include "node/engines/engine_flags.h"
#include "node/etcd/flags.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "node/sql/source_spec.h"
#include "sim/run/trace_flag.h"

namespace ringlab {

namespace {

// The text itself, when it names a source.
Result<std::string> CheckSource(const std::string& text) {
  return ParseSyntheticSource(text).map([&](const SyntheticSpec&) { return text; });
}

Result<double> ParseRate(const std::string& text) {
  const auto rate = ParseNumber(text);
  if (rate && (*rate == 0 || Arrivals::IsRate(*rate))) return *rate;
  return RefuseValue(text, "requests a second, up to 1e9; 0 for a closed loop");
}

Result<double> ParsePeak(const std::string& text) {
  const auto peak = ParseNumber(text);
  if (peak && *peak > 1 && *peak <= 1e6) return *peak;
  return RefuseValue(text, "a ratio to the mean above 1, such as 1.25");
}

Result<std::string> AnyScript(const std::string& text) {
  if (text.find_first_not_of(" \t\r\n") != std::string::npos) return text;
  return RefuseValue(text, "steps such as 'kill node-2 @2s; join node-9 @4s'");
}

Result<std::optional<double>> ParseLoadBound(const std::string& text) {
  const auto c = ParseNumber(text);
  if (c && *c >= BoundedLoads::kMinFactor && *c <= 1e6) return *c;
  return RefuseValue(text, "a factor above 1, such as 1.25");
}

// A list, of which a TOML array and a flag given twice are other ways to write it.
Result<std::string> AsList(const std::string& text) {
  std::string list = text;
  std::replace(list.begin(), list.end(), '\n', ',');
  if (!list.empty()) return list;
  return RefuseValue(text, "a list with commas");
}

template <class T, class Parse>
void AddListFlag(CLI::App& app, const std::string& name, T& value, Parse parse,
                 const std::string& description, const std::string& metavar,
                 const std::string& shown = "") {
  AddFlag(
      app, name, value, [parse](const std::string& text) { return AsList(text).and_then(parse); },
      description, metavar, shown)
      ->multi_option_policy(CLI::MultiOptionPolicy::Join);  // with a newline
}

// Every dialect that is asked for; which of "all" can be built of the nodes is known later.
Result<std::vector<std::string>> ParseRings(const std::string& text, bool& all) {
  std::vector<std::string> rings;
  const auto add = [&](const std::string& ring) {
    if (std::find(rings.begin(), rings.end(), ring) == rings.end()) rings.push_back(ring);
  };
  all = false;
  for (const std::string_view part : SplitAt(text, ',')) {
    if (part == "all") {
      all = true;
      for (const std::string_view dialect : RingDialects()) add(std::string(dialect));
      continue;
    }
    const auto ring = ParseRing(std::string(part));
    if (!ring) return tl::unexpected<Error>(ring.error());
    add(*ring);
  }
  return rings;
}

// A repeatable flag whose every value is checked as it comes.
template <class Check>
void AddRepeated(CLI::App& app, const std::string& name, std::vector<std::string>& texts,
                 Check check, const std::string& description, const std::string& metavar) {
  app.add_option_function<std::vector<std::string>>(
         name,
         [&texts, check, name](const std::vector<std::string>& values) {
           for (const std::string& value : values) {
             if (const auto good = check(value); !good) {
               throw CLI::ValidationError(name, good.error().message);
             }
             texts.push_back(value);
           }
         },
         description)
      ->type_name(metavar)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void AddRingReportFlags(CLI::App& app, SimOptions& o) {
  RingReportOptions& r = o.report;
  o.rings = {r.ring.dialect};
  AddFlag(app, "--nodes", o.nodes, CountBetween(1, 1'000'000),
          "Number of nodes; at most 1000 without --ring-only", "N", "8");
  AddFlag(app, "--name-pattern", o.pattern, AnyText,
          "Node names, {i} counting from 0, such as '10.0.0.{i}:8080'", "PATTERN", "node-{i}");
  AddListFlag(app, "--names", o.names, AnyText, "Node names, instead of a pattern", "A,B,C");
  AddEtcdFlags(app, o.etcd, /*registers=*/false);
  AddListFlag(app, "--weights", o.weights, AnyText,
              "Weights of the nodes, in the order of the names", "W,W,W");
  auto parse_replicas = [](const std::string& text) {
    return CountBetween(1, kMaxReplicas)(text).map(
        [](std::uint64_t n) { return static_cast<std::uint32_t>(n); });
  };
  AddFlag(app, "--replicas", r.ring.replicas, parse_replicas,
          "Virtual points of each node on the ring", "N", std::to_string(r.ring.replicas));
  const auto parse_rings = [&o](const std::string& text) { return ParseRings(text, o.all_rings); };
  AddListFlag(app, "--ring", o.rings, parse_rings,
              "How keys find their owner, one ring or several, or all", "RING[,RING...]",
              r.ring.dialect);
  AddFlag(app, "--zipf", r.zipf_s, ParseZipfExponent,
          "Zipf exponent of key popularity, 0 = uniform", "S", "0.99");
  AddFlag(app, "--preset", o.preset, FindPreset,
          "Published figures, as of loadgen: kvcache, cdn or graph. Sets --zipf,\n"
          "--keys, and of --source size= and not-found=, where they are not given",
          "NAME");
  AddFlag(app, "--keys", r.keys, CountBetween(1, kKeysMax), "Number of keys", "N", "100000");
  AddFlag(app, "--seed", r.seed, AnyCount,
          "Decides which keys are hot, what is asked for, and theory's draws", "N", "1");
  AddFlag(app, "--target-peak", r.target_peak, ParsePeak,
          "The busiest node may get so many times the mean", "X", "1.25");
  AddFlag(app, "--add", r.joins, AnyText, "Node that joins, for the resize figures", "NAME",
          "the next name");
  AddFlag(app, "--remove", r.leaves, AnyText, "Node that leaves, likewise", "NAME",
          "the last that can");
  AddFlag(app, "--load-bound", r.load_bound, ParseLoadBound,
          "Also place requests with bounded loads: at most so many\ntimes the mean at each node",
          "C");
}

void AddLoopbackFlags(CLI::App& app, SimOptions& o) {
  ClientOptions& c = o.loopback.client;
  c.requests = 100'000;
  o.source_text = "synthetic:size=100,latency=1ms";
  o.group_bytes = std::uint64_t{8} << 20;
  app.add_flag("--ring-only", o.ring_only, "Only the report: start no nodes");
  AddFlag(app, "--requests", c.requests, CountBetween(1, 1'000'000'000),
          "Requests through the nodes, over gRPC; a --script decides itself", "N", "100000");
  AddFlag(app, "--qps", o.loopback.qps, ParseRate,
          "Requests a second, at planned times; 0 for a closed loop", "RATE", "0");
  AddFlag(app, "--profile", o.profile, AnyText,
          "A rate that changes, as of loadgen: ramp:1k..20k@60s, spike:5k,50k@10s+2s ...;\n"
          "traffic is as long as the profile",
          "PROFILE");
  AddFlag(app, "--drift", o.loopback.drift, AnyText,
          "Popularity that moves, as of loadgen: walk:KEYS@TIME, turnover:cachelib ...;\n"
          "with --qps or --profile",
          "DRIFT");
  AddTraceFlag(app, o);
  AddFlag(app, "--concurrency", c.concurrency, CountBetween(1, 100'000),
          "Requests under way in a closed loop", "N", "64");
  AddFlag(app, "--source", o.source_text, CheckSource, "Where the nodes' values come from",
          "SOURCE", o.source_text);
  AddFlag(app, "--group-bytes", o.group_bytes, ParseBudget, "Cache budget of each node", "BYTES",
          "8MiB");
  AddFlag(app, "--script", o.script, AnyScript,
          "Churn under traffic:\n'kill node-2 @2s; join node-9 @4s; leave node-3 @6s'", "STEPS");
  AddFlag(app, "--detect", o.loopback.detect, ParseSpan,
          "From a node's death to when the others know", "TIME", "500ms");
  AddFlag(app, "--handover", o.handover, ParseSpan,
          "After a change, keys' former owners are asked before the\nsource, for so long; 0: never",
          "TIME", "0");
  AddEngineFlags(app, o.engine);
}

void AddOutputFlags(CLI::App& app, SimOptions& o) {
  AddRepeated(
      app, "--sweep", o.sweep_texts,
      [&o](const std::string& text) { return AddSweepAxis(text, o.sweep); },
      "Instead, sweep AXIS=VALUE,VALUE,... over replicas, nodes, ring,\n"
      "zipf and names (patterns); repeatable, all combinations",
      "AXIS=V,V");
  AddFlag(app, "--seeds", o.sweep_seeds, CountBetween(1, kSweepSeedsMax),
          "Sets of names for each cell of a sweep", "N", "50");
  AddFlag(app, "--csv", o.csv_file, AnyText, "Write the sweep as CSV; - for stdout", "FILE");
  AddRepeated(
      app, "--threshold", o.threshold_texts,
      [&o](const std::string& text) {
        const auto figures = ThresholdFigures();
        return ParseThresholdOf(text, figures).map([&o](Threshold threshold) {
          o.thresholds.push_back(std::move(threshold));
        });
      },
      "Fail (exit 1) unless it holds for every ring: 'peak<1.3',\n"
      "'cv<=0.1', 'load_peak<1.5', 'spurious<=0'; or for the traffic:\n"
      "'failed<=0.001' (errors and timeouts), 'skipped<=0', 'wrong_values<=0',\n"
      "'hit_ratio>0.5', 'source_loads<5000'; repeatable",
      "BOUND");
  AddFlag(app, "--json", o.json_file, AnyText, "Write the result as JSON; - for stdout", "FILE");
  AddFlag(app, "--html", o.html_file, AnyText,
          "Write a page to look at, complete in itself; - for stdout", "FILE");
  app.add_flag("--quiet", o.quiet, "No progress, no report: the exit code and the files");
}

}  // namespace

void AddSimFlags(CLI::App& app, SimOptions& o) {
  AddCommonFlags(app);
  AddRingReportFlags(app, o);
  AddLoopbackFlags(app, o);
  AddVirtualFlags(app, o.in_virtual_time);
  AddSwarmFlags(app, o.swarm);
  AddMapFlags(app, o.map);
  AddMrcFlags(app, o.mrc);
  AddOutputFlags(app, o);
}

}  // namespace ringlab
