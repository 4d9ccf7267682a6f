#include "loadgen/shard/read_shard.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/shard/counts_json.h"
#include "results/text/json_view.h"
#include "results/text/threshold.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// As many as loadgen starts; each takes four histograms of 216 KiB.
constexpr std::size_t kShardNodesMax = 1000;

std::optional<Duration> MaybeNanos(const JsonView& json) {
  if (!json.is_there()) return std::nullopt;
  return json.nanoseconds();
}

std::optional<std::uint64_t> MaybeCount(const JsonView& json) {
  if (!json.is_there()) return std::nullopt;
  return json.count();
}

RunConfig ReadConfig(const Json& result) {
  const JsonView json = JsonView(result)["config"];
  RunConfig config;
  WorkloadOptions& w = config.workload;
  config.warmup = json["warmup_s"].seconds();
  config.duration = json["duration_s"].seconds();
  w.seed = json["seed"].count();
  w.process = ParseArrivalProcess(json["arrivals"].text()).value_or(ArrivalProcess::kPoisson);
  w.qps = json["requested_qps"].number();
  w.duration = SaturatingAdd(TimePoint(config.warmup), config.duration).time_since_epoch();
  w.keys = json["keys"].count();
  w.zipf_s = json["zipf_s"].number();
  const JsonView mix = json["mix"];
  w.mix = {
      .get = mix["get"].number(), .set = mix["set"].number(), .remove = mix["remove"].number()};
  w.batch = json["batch"].count();
  w.scan = json["scan"].number();
  config.driver.group = json["group"].text();
  config.driver.route = json["route"].text() == "owner" ? Route::kOwner : Route::kAny;
  config.driver.timeout = json["timeout_s"].seconds();
  config.driver.in_flight_max = json["in_flight_max"].count();
  config.driver.verify = json["verify"].is_true();
  config.driver.ttl = json["ttl_s"].seconds();
  config.ring.dialect = json["ring"].text();
  config.ring.replicas = static_cast<int>(json["replicas"].count());
  config.cluster = json["cluster"].text();
  config.source = json["source"].text();
  config.sole_writer = !config.source.empty();
  config.has_strangers = config.source.empty();
  config.group_bytes = json["group_bytes"].count();
  config.engine = json["engine"].text();
  config.workers = json["workers"].count();
  config.connections = json["connections"].count();
  config.percentiles = PercentilesOf(result);
  config.failures_accepted = json["failures_accepted"].number();
  return config;
}

NodeResult ReadNode(const JsonView& json) {
  NodeResult node{.name = json["name"].text(),
                  .address = json["address"].text(),
                  .arc_share = json["arc_share"].number(),
                  .expected_share = json["expected_share"].number()};
  node.gets = MaybeCount(json["gets"]);
  node.cpu_cores = json["cpu_cores"].maybe();
  node.resident_bytes = MaybeCount(json["resident_bytes"]);
  return node;
}

std::optional<CacheResult> ReadCache(const JsonView& json) {
  if (!json.is_there()) return std::nullopt;
  return CacheResult{.gets = json["gets"].count(),
                     .peer_gets = json["peer_gets"].count(),
                     .hits = json["hits"].count(),
                     .joined = json["joined"].count(),
                     .peer_loads = json["peer_loads"].count(),
                     .peer_errors = json["peer_errors"].count(),
                     .fallbacks = json["fallbacks"].count(),
                     .source_loads = json["source_loads"].count(),
                     .evicted = json["evicted"].count(),
                     .items = json["items"].count(),
                     .used_bytes = json["used_bytes"].count(),
                     .budget_bytes = json["budget_bytes"].count(),
                     .hit_ratio = json["hit_ratio"].maybe()};
}

// Readings as they were but for what the nodes had counted before the first.
std::vector<NodeReading> ReadReadings(const JsonView& json) {
  const std::vector<JsonView> at = json["at_s"].items();
  const std::vector<JsonView> gets = json["gets"].items();
  const std::vector<JsonView> hits = json["hits"].items();
  const std::vector<JsonView> loads = json["source_loads"].items();
  std::vector<NodeReading> readings;
  if (at.empty() || gets.size() != at.size() || hits.size() != at.size() ||
      loads.size() != at.size()) {
    return readings;
  }
  readings.emplace_back();  // the first is near the start of the measurement
  for (std::size_t i = 0; i < at.size(); ++i) {
    readings.push_back({.at = at[i].seconds(),
                        .gets = readings.back().gets + gets[i].count(),
                        .hits = readings.back().hits + hits[i].count(),
                        .source_loads = readings.back().source_loads + loads[i].count()});
  }
  return readings;
}

std::optional<KeyPopularity> ReadPopularity(const JsonView& json) {
  if (!json.is_there()) return std::nullopt;
  KeyPopularity popularity;
  for (const JsonView& band : json["ranks"].items()) {
    popularity.bands.push_back({.first = band["rank"].count(),
                                .last = band["to"].count(),
                                .expected_share = band["expected_share"].number(),
                                .requests = band["requests"].count()});
  }
  for (const JsonView& hot : json["hottest"].items()) {
    popularity.hottest.push_back({.rank = hot["rank"].count(),
                                  .key = hot["key"].text(),
                                  .owner = hot["owner"].text(),
                                  .expected_share = hot["expected_share"].number(),
                                  .requests = hot["requests"].count()});
  }
  return popularity;
}

// What its machine and its process were like.
void ReadClient(const JsonView& json, RunResult& run) {
  const JsonView client = json["client"];
  const JsonView environment = json["environment"];
  run.client_cpu_cores = client["cpu_cores"].number();
  run.sender_cpu_share = client["sender_cpu_share"].number();
  run.longest_turn = MaybeNanos(client["longest_turn_ns"]);
  run.client_resident_bytes = client["resident_bytes"].count();
  run.machine_cores = environment["cores"].count();
  run.steal_share = environment["steal_share"].maybe();
  const auto others = environment["others_share"].maybe();
  const auto idle = environment["idle_share"].maybe();
  if (others && idle) run.machine_load = {.others_share = *others, .idle_share = *idle};
  for (const std::string& name : environment.names()) {
    const std::string text = environment[name].text();
    if (!text.empty()) run.environment[name] = text;
  }
}

GeneratorResult ReadGenerator(const JsonView& shard) {
  return {.shard = {.index = shard["index"].count(), .of = shard["of"].count()},
          .host = shard["host"].text(),
          .cpus = shard["cpus"].text(),
          .start_at = shard["start_at"].text(),
          .ring = shard["ring_fingerprint"].text(),
          .start_skew = MaybeNanos(shard["start_skew_ns"]),
          .skew_bound = MaybeNanos(shard["skew_bound_ns"])};
}

}  // namespace

Result<RunResult> ReadShard(const Json& result) {
  const JsonView json(result);
  RunResult run;
  run.config = ReadConfig(result);
  run.shard = ReadGenerator(json["shard"]);
  run.config.shard = run.shard->shard;
  run.plan_hash = json["config"]["plan_hash"].text();
  run.order_hash = json["config"]["order_hash"].text();
  run.interrupted = json["interrupted"].is_true();
  for (const JsonView& gone : json["gone"].items()) run.gone.push_back(gone.text());
  run.started_at = json["started_at"].text();
  run.command = json["command"].text();
  run.elapsed = json["totals"]["elapsed_s"].seconds();
  run.achieved_qps = json["totals"]["achieved_qps"].number();
  const std::vector<JsonView> nodes = json["balance"]["nodes"].items();
  if (nodes.size() > kShardNodesMax) {
    return Fail(Code::kInvalidArgument, "/balance/nodes: " + std::to_string(nodes.size()) +
                                            ": expected up to " + std::to_string(kShardNodesMax));
  }
  for (const JsonView& node : nodes) run.nodes.push_back(ReadNode(node));
  run.readings = ReadReadings(json["node_series"]);
  run.cache = ReadCache(json["cache"]);
  run.cache_missing = json["cache_missing"].text();
  run.popularity = ReadPopularity(json["popularity"]);
  ReadClient(json, run);
  for (const JsonView& row : json["thresholds"].items()) {
    auto threshold = ParseThreshold(row["threshold"].text());
    if (!threshold) {
      return Fail(Code::kInvalidArgument, "/thresholds: " + threshold.error().message);
    }
    run.thresholds.push_back({.threshold = *std::move(threshold)});
  }
  if (auto counts = ReadShardCounts(result, run); !counts) {
    return tl::unexpected<Error>(std::move(counts.error()));
  }
  return run;
}

}  // namespace ringlab
