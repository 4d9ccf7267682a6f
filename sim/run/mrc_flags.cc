#include "sim/run/mrc_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/parse.h"
#include "core/ring/spec.h"
#include "loadgen/trace/trace_reader.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "sim/run/options.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDrawn = "zipf";
constexpr std::uint64_t kMrcRequestsMin = 1000;
constexpr std::uint64_t kMrcRequestsMax = 1'000'000'000;

// Without --requests: so many of each key, as far as that is soon done.
constexpr std::uint64_t kRequestsOfKey = 20;
constexpr std::uint64_t kRequestsAtLeast = 1'000'000;
constexpr std::uint64_t kRequestsAtMost = 200'000'000;

Result<TraceOptions> ParseMrcTrace(const std::string& text) {
  const auto parts = SplitAt(text, ',');
  TraceOptions trace{.file = std::string(parts.empty() ? "" : parts.front()), .own_times = false};
  if (trace.file.empty() || parts.size() > 2) {
    return RefuseValue(text, "zipf, or a trace's FILE[,format=F]");
  }
  if (parts.size() == 1) return trace;
  const auto [name, value] = SplitOnce(parts[1], '=');
  trace.format = name == "format" ? ParseTraceFormat(value) : std::nullopt;
  if (trace.format) return trace;
  return RefuseValue(text, "zipf, or a trace's FILE,format=csv, twitter, kvcache or oracle");
}

Result<std::string> CheckMrc(const std::string& text) {
  if (text == kDrawn) return text;
  return ParseMrcTrace(text).map([&](const TraceOptions&) { return text; });
}

Result<std::vector<Policy>> ParsePolicies(const std::string& text) {
  std::vector<Policy> policies;
  for (const std::string_view name : SplitAt(text, ',')) {
    if (name == "all") return Policies();
    const auto policy = ParsePolicy(name);
    if (!policy) return tl::unexpected<Error>(policy.error());
    if (std::find(policies.begin(), policies.end(), *policy) == policies.end()) {
      policies.push_back(*policy);
    }
  }
  return policies;
}

Result<double> ParseSampleRate(const std::string& text) {
  const auto rate = ParseFraction(text);
  if (rate && *rate >= 1e-6 && *rate <= 1) return *rate;
  return RefuseValue(text, "a part of the keys from 0.000001 to 1, such as 0.01 or 1%");
}

std::string RefuseBesideMrc(const CLI::App& app, const MrcFlags& flags) {
  const auto given = [&](const char* flag) { return app.count(flag) > 0; };
  for (const char* flag : {"--ring-only", "--qps", "--profile", "--drift", "--concurrency",
                           "--group-bytes", "--script", "--engine", "--loops", "--spin", "--sweep",
                           "--threshold", "--target-peak", "--add", "--remove", "--load-bound"}) {
    if (!given(flag)) continue;
    return std::string(flag) + ": it has no effect with --mrc; expected one of the two";
  }
  if (flags.source == kDrawn) return "";
  for (const char* flag : {"--keys", "--zipf", "--seed"}) {
    if (!given(flag)) continue;
    return std::string(flag) + ": it has no effect with --mrc " + flags.source +
           ": a trace says what is asked for; expected one of the two, or --mrc zipf";
  }
  return "";
}

std::string CompleteStream(const CLI::App& app, const SimOptions& o, StreamOptions& stream) {
  stream = {.seed = o.report.seed,
            .keys = o.report.keys,
            .zipf_s = o.report.zipf_s,
            .requests = app.count("--requests") > 0 ? o.loopback.client.requests : 0,
            .source = o.source};
  if (o.mrc.source != kDrawn) {
    stream.trace = *ParseMrcTrace(o.mrc.source);
    stream.keys = 1;
    stream.sizes_of_source = app.count("--source") > 0;
    if (!stream.sizes_of_source) stream.source = {};
    return "";
  }
  if (app.count("--requests") == 0) {
    stream.requests = std::clamp(std::min(stream.keys, kRequestsAtMost) * kRequestsOfKey,
                                 kRequestsAtLeast, kRequestsAtMost);
  }
  if (stream.requests >= kMrcRequestsMin && stream.requests <= kMrcRequestsMax) return "";
  return "--requests: \"" + std::to_string(stream.requests) + "\": expected " +
         std::to_string(kMrcRequestsMin) + " or more with --mrc zipf";
}

}  // namespace

void AddMrcFlags(CLI::App& app, MrcFlags& flags) {
  AddFlag(app, "--mrc", flags.source, CheckMrc,
          "Instead, tell the hit ratio over memory, of each policy, for the\n"
          "cluster and each node: of zipf requests by --zipf, --keys, --source\n"
          "and --requests, or of a recorded trace (csv, twitter, kvcache, oracle)",
          "zipf|FILE[,format=F]");
  AddFlag(app, "--policies", flags.policies, ParsePolicies,
          "Eviction policies of --mrc: lru, lfu, sieve, s3fifo, tinylfu, or all", "POLICY[,POLICY]",
          "all");
  AddFlag(app, "--mrc-rate", flags.rate, ParseSampleRate,
          "Part of the keys that --mrc looks at, at most; it takes fewer where\n"
          "they do not fit",
          "PART", "1");
}

std::string CompleteMrc(const CLI::App& app, SimOptions& o) {
  if (o.mrc.source.empty()) {
    for (const char* flag : {"--policies", "--mrc-rate"}) {
      if (app.count(flag) > 0) return std::string(flag) + ": expected a --mrc with it";
    }
    return "";
  }
  if (std::string wrong = RefuseBesideMrc(app, o.mrc); !wrong.empty()) return wrong;
  if (o.rings.size() > 1) return "--ring: expected one ring with --mrc";
  if (o.report.nodes.size() > kCurveNodesMax) {
    return "--nodes: \"" + std::to_string(o.report.nodes.size()) + "\": expected at most " +
           std::to_string(kCurveNodesMax) + " with --mrc";
  }
  CurveOptions& curves = o.mrc.curves;
  if (std::string wrong = CompleteStream(app, o, curves.stream); !wrong.empty()) return wrong;
  curves.warm_up = !curves.stream.trace;
  curves.policies = o.mrc.policies;
  curves.rate_max = o.mrc.rate;
  RingSpec spec = o.report.ring;
  spec.dialect = o.rings.front();
  auto ring = BuildRing(spec, o.report.nodes);
  if (!ring) {
    RingReportOptions of_ring = o.report;
    of_ring.ring = spec;
    return FlagToBlame(of_ring, ring.error()) + ring.error().message;
  }
  curves.ring = *std::move(ring);
  return "";
}

Json MrcConfigJson(const SimOptions& o) {
  const StreamOptions& stream = o.mrc.curves.stream;
  Json json{{"seed", o.report.seed},
            {"nodes", o.report.nodes.size()},
            {"replicas", o.report.ring.replicas},
            {"ring", o.rings.front()},
            {"mrc", o.mrc.source},
            {"mrc_rate", o.mrc.rate},
            {"policies", Json::array()}};
  for (const Policy policy : o.mrc.policies) json["policies"].push_back(PolicyName(policy));
  if (o.names) json["names"] = *o.names;
  if (!o.names) json["name_pattern"] = o.pattern;
  if (stream.requests > 0) json["requests"] = stream.requests;
  if (!stream.trace) {
    json["zipf_s"] = stream.zipf_s;
    json["keys"] = stream.keys;
  }
  if (stream.sizes_of_source) json["source"] = o.source_text;
  return json;
}

}  // namespace ringlab
