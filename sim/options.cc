#include "sim/options.h"

#include <algorithm>

#include "core/bounded_loads.h"
#include "core/parse.h"
#include "node/flag_values.h"
#include "node/flags.h"
#include "node/source_flag.h"
#include "sim/naming.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kLoopbackNodesMax = 1000;

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

Result<std::optional<double>> ParseLoadBound(const std::string& text) {
  const auto c = ParseNumber(text);
  if (c && *c >= BoundedLoads::kMinFactor && *c <= 1e6) return *c;
  return RefuseValue(text, "a factor above 1, such as 1.25");
}

// Every dialect that is asked for; "all" are those that can be built of the nodes, which is known
// later.
Result<std::vector<std::string>> ParseRings(const std::string& text) {
  std::vector<std::string> rings;
  for (const std::string_view part : SplitAt(text, ',')) {
    if (part == "all") {
      for (const std::string_view dialect : RingDialects()) rings.emplace_back(dialect);
      continue;
    }
    auto ring = ParseRing(std::string(part));
    if (!ring) return tl::unexpected<Error>(ring.error());
    rings.push_back(*std::move(ring));
  }
  if (rings.empty()) return RefuseValue(text, "one ring or more, such as xx64,crc32-prefix");
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
  AddFlag(app, "--nodes", o.nodes, CountBetween(1, 1'000'000), "Number of nodes", "N", "8");
  AddFlag(app, "--name-pattern", o.pattern, AnyText,
          "Node names, {i} counting from 0, such as '10.0.0.{i}:8080'", "PATTERN", "node-{i}");
  AddFlag(app, "--names", o.names, AnyText, "Node names, instead of a pattern", "A,B,C");
  AddFlag(app, "--weights", o.weights, AnyText, "Weights of the nodes, in the order of the names",
          "W,W,W");
  auto parse_replicas = [](const std::string& text) {
    return CountBetween(1, kMaxReplicas)(text).map(
        [](std::uint64_t n) { return static_cast<std::uint32_t>(n); });
  };
  AddFlag(app, "--replicas", r.ring.replicas, parse_replicas,
          "Virtual points of each node on the ring", "N", std::to_string(r.ring.replicas));
  AddFlag(app, "--ring", o.rings, ParseRings,
          "How keys find their owner, one ring or several, or all", "RING[,RING...]",
          r.ring.dialect);
  AddFlag(app, "--zipf", r.zipf_s, ParseZipfExponent,
          "Zipf exponent of key popularity, 0 = uniform", "S", "0.99");
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
          "Also place requests with bounded loads: at most this times the mean a node", "C");
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
  AddFlag(app, "--concurrency", c.concurrency, CountBetween(1, 100'000),
          "Requests under way in a closed loop", "N", "64");
  AddFlag(app, "--source", o.source_text, CheckSourceText, "Where the nodes' values come from",
          "SOURCE", o.source_text);
  AddFlag(app, "--group-bytes", o.group_bytes, ParseBudget, "Cache budget of each node", "BYTES",
          "8MiB");
  AddFlag(app, "--script", o.script, AnyText,
          "Churn under traffic: 'kill node-2 @2s; join node-9 @4s; leave node-3 @6s'", "STEPS");
  AddFlag(app, "--detect", o.loopback.detect, ParseSpan,
          "From a node's death to when the others know", "TIME", "500ms");
}

void AddOutputFlags(CLI::App& app, SimOptions& o) {
  AddRepeated(
      app, "--sweep", o.sweep_texts,
      [&o](const std::string& text) { return AddSweepAxis(text, o.sweep); },
      "Instead, sweep AXIS=VALUE,VALUE,... over replicas, nodes, ring, zipf\n"
      "and names (patterns); repeatable, all combinations",
      "AXIS=V,V");
  AddFlag(app, "--seeds", o.sweep_seeds, CountBetween(1, kSweepSeedsMax),
          "Sets of names for each cell of a sweep", "N", "50");
  AddFlag(app, "--csv", o.csv_file, AnyText, "Write the sweep as CSV; - for stdout", "FILE");
  AddRepeated(
      app, "--threshold", o.threshold_texts,
      [&o](const std::string& text) {
        const auto figures = RingFigures();
        return ParseThresholdOf(text, figures).map([&o](Threshold threshold) {
          o.thresholds.push_back(std::move(threshold));
        });
      },
      "Fail (exit 1) unless it holds for every ring: 'peak<1.3', 'cv<=0.1',\n"
      "'load_peak<1.5', 'spurious<=0'; repeatable",
      "BOUND");
  AddFlag(app, "--json", o.json_file, AnyText, "Write the result as JSON; - for stdout", "FILE");
  app.add_flag("--quiet", o.quiet, "No progress, no report: the exit code, --json and --csv");
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

std::string CompleteLoopback(SimOptions& o) {
  LoopbackPlan& plan = o.loopback;
  plan.seed = o.report.seed;
  plan.keys = o.report.keys;
  plan.zipf_s = o.report.zipf_s;
  o.source = *ParseSourceText(o.source_text);
  auto steps = ParseScript(o.script);
  if (!steps) return "--script: " + steps.error().message;
  plan.script = *std::move(steps);
  std::vector<std::string> names;
  for (const RingNode& node : o.report.nodes) names.push_back(node.name);
  const auto playable = CheckScript(plan.script, names);
  if (!playable) return "--script: " + playable.error().message;
  if (o.ring_only || !o.sweep_texts.empty()) {
    return o.script.empty() ? ""
                            : "--script: it needs nodes; expected neither --ring-only nor --sweep";
  }
  if (names.size() > kLoopbackNodesMax) {
    return "--nodes: \"" + std::to_string(names.size()) + "\": expected at most " +
           std::to_string(kLoopbackNodesMax) + " for nodes that run, or --ring-only";
  }
  return "";
}

}  // namespace

void AddSimFlags(CLI::App& app, SimOptions& o) {
  AddCommonFlags(app);
  AddRingReportFlags(app, o);
  AddLoopbackFlags(app, o);
  AddOutputFlags(app, o);
}

std::string CompleteOptions(SimOptions& o) {
  auto nodes = NodesOf(o);
  if (!nodes) return nodes.error().message;
  o.report.nodes = *std::move(nodes);
  std::vector<std::string> names;
  for (const RingNode& node : o.report.nodes) names.push_back(node.name);
  if (o.report.joins.empty()) {
    const auto next = NamesFromPattern(o.pattern, o.nodes + 1);
    o.report.joins = !o.names && next ? next->back() : NextName(names);
  }
  if (!o.csv_file.empty() && o.sweep_texts.empty()) return "--csv: expected a --sweep with it";
  if (o.csv_file == "-" && o.json_file == "-")
    return "--csv and --json: expected - for one of them";
  return CompleteLoopback(o);
}

}  // namespace ringlab
