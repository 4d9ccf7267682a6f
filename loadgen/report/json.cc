#include <nlohmann/json.hpp>

#include "loadgen/judge/verdict.h"
#include "loadgen/report/config_json.h"
#include "loadgen/report/generators_json.h"
#include "loadgen/report/measured_json.h"
#include "loadgen/report/report.h"
#include "loadgen/report/run_json.h"
#include "loadgen/report/series_json.h"
#include "loadgen/report/stages_json.h"
#include "loadgen/report/statistics_json.h"
#include "results/text/json_fit.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// Of those operations that were asked for.
Json OperationsJson(const RunResult& run) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kOperations; ++i) {
    const auto operation = static_cast<Operation>(i);
    const OperationMeasurements& of = run.measured.of(operation);
    if (of.requests == 0) continue;
    Json& row = json[std::string(OperationName(operation))];
    row = {{"requests", of.requests}, {"failed", of.failed}};
    if (operation == Operation::kGet) {
      const KeyTotals& keys = run.measured.keys;
      row["keys"] = {{"asked", keys.asked},
                     {"ok", keys.ok},
                     {"not_found", keys.not_found},
                     {"failed", keys.failed}};
    }
    row["service_ns"] = LatencyJson(of.service, run.config.percentiles);
  }
  return json;
}

// Of those levels that answered.
Json LevelsJson(const Measurements& measured, const Percentiles& percentiles) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kLevels; ++i) {
    const Histogram& service = measured.levels[i];
    if (service.count() == 0) continue;
    json[std::string(LevelName(static_cast<Level>(i)))] = {
        {"keys", service.count()},
        {"share", static_cast<double>(service.count()) / static_cast<double>(measured.keys.ok)},
        {"service_ns", LatencyJson(service, percentiles)}};
  }
  return json;
}

Json StalenessJson(const Staleness& s, const Percentiles& percentiles) {
  return {{"reads", s.reads},
          {"stale_reads", s.stale},
          {"own_stale_reads", s.own_stale},
          {"reverted", s.reverted},
          {"untold", s.untold},
          {"age_ns", LatencyJson(s.age, percentiles)}};
}

void AddRequests(const OwnerMeasurements& of, Json& json) {
  json["requests"] = of.requests;
  json["failed"] = of.failed;
  const Histogram& h = of.response;
  if (SupportsPercentile(h.count(), 50)) json["p50_ns"] = h.ValueAtPercentile(50);
  if (SupportsPercentile(h.count(), 99)) json["p99_ns"] = h.ValueAtPercentile(99);
}

Json NodeJson(const NodeResult& node) {
  Json json{{"name", node.name},
            {"address", node.address},
            {"arc_share", node.arc_share},
            {"expected_share", node.expected_share}};
  if (node.measured_share) json["measured_share"] = *node.measured_share;
  AddRequests(node.owned, json);
  AddRequests(node.asked, json["asked"]);
  if (node.gets) json["gets"] = *node.gets;
  if (node.cpu_cores) json["cpu_cores"] = *node.cpu_cores;
  if (node.resident_bytes) json["resident_bytes"] = *node.resident_bytes;
  return json;
}

Json BalanceJson(const RunResult& run) {
  Json json = Json::object();
  if (run.balance) {
    json["peak_to_mean"] = run.balance->peak_to_mean;
    json["min_to_mean"] = run.balance->min_to_mean;
    json["cv"] = run.balance->cv;
    json["gini"] = run.balance->gini;
    json["jain"] = run.balance->jain;
  }
  json["nodes"] = Json::array();
  for (const NodeResult& node : run.nodes) json["nodes"].push_back(NodeJson(node));
  return json;
}

Json CacheJson(const CacheResult& c) {
  Json json{{"gets", c.gets},
            {"peer_gets", c.peer_gets},
            {"hits", c.hits},
            {"joined", c.joined},
            {"peer_loads", c.peer_loads},
            {"peer_errors", c.peer_errors},
            {"fallbacks", c.fallbacks},
            {"source_loads", c.source_loads},
            {"evicted", c.evicted},
            {"items", c.items},
            {"used_bytes", c.used_bytes},
            {"budget_bytes", c.budget_bytes}};
  if (c.hit_ratio) json["hit_ratio"] = *c.hit_ratio;
  return json;
}

Json FailuresJson(const std::vector<FailureResult>& failures) {
  Json json = Json::array();
  for (const FailureResult& f : failures) {
    json.push_back({{"code", CodeName(f.code)}, {"node", f.node}, {"requests", f.requests}});
  }
  return json;
}

}  // namespace

Json TotalsJson(const Totals& t) {
  return {{"scheduled", t.scheduled},
          {"sent", t.sent},
          {"ok", t.ok},
          {"not_found", t.not_found},
          {"errors", t.errors},
          {"timeouts", t.timeouts},
          {"skipped", t.skipped},
          {"wrong_values", t.wrong_values}};
}

Json LatencyJson(const Histogram& h, const Percentiles& percentiles) {
  Json json{{"count", h.count()}};
  if (h.count() == 0) return json;
  json["mean"] = h.mean();
  json["min"] = h.min();
  for (const Percentile& p : percentiles) {
    if (SupportsPercentile(h.count(), p.value)) json[p.key] = h.ValueAtPercentile(p.value);
  }
  json["max"] = h.max();
  if (h.beyond() > 0) json["clamped"] = h.beyond();
  return json;
}

namespace {

Json NodeSeriesJson(const RunResult& run) {
  std::vector<std::string> names;
  for (const NodeResult& node : run.nodes) names.push_back(node.name);
  return ToJson(run.readings, names);
}

Json LatenciesJson(const RunResult& run) {
  const Latencies& latencies = run.measured.latencies;
  const Percentiles& percentiles = run.config.percentiles;
  const std::uint64_t failed = run.measured.totals.errors + run.measured.totals.timeouts;
  Json json{{"response", AnsweredJson(latencies.response, failed, run)},
            {"service", AnsweredJson(latencies.service, failed, run)},
            {"send_lag", LatencyJson(latencies.send_lag, percentiles)}};
  const TimeSeries& series = run.measured.series;
  AddIntervals(
      IntervalsOf(ResponseBatches(series, 0, series.size()), latencies.response.max(), percentiles),
      json["response"]);
  AddIntervals(
      IntervalsOf(ServiceBatches(series, 0, series.size()), latencies.service.max(), percentiles),
      json["service"]);
  return json;
}

}  // namespace

Json ToJson(const RunResult& run) {
  const Latencies& latencies = run.measured.latencies;
  Json json{{"schema_version", 1},
            {"tool", "loadgen"},
            {"verdict", VerdictName(run.verdict)},
            {"reasons", run.reasons},
            {"started_at", run.started_at},
            {"interrupted", run.interrupted}};
  if (!run.aborted.empty()) json["aborted"] = run.aborted;
  if (!run.gone.empty()) json["gone"] = run.gone;
  if (!run.warnings.empty()) json["warnings"] = run.warnings;
  json["limit"] = {{"what", run.limit.what}};
  if (!run.limit.node.empty()) json["limit"]["node"] = run.limit.node;
  if (!run.limit.why.empty()) json["limit"]["why"] = run.limit.why;
  if (!run.command.empty()) json["command"] = run.command;
  if (run.shard) json["shard"] = ShardJson(*run.shard);
  if (!run.generators.empty()) json["generators"] = GeneratorsJson(run.generators);
  json["config"] = ConfigJson(run);
  if (run.config.until) json["until"] = UntilJson(run);
  json["totals"] = TotalsJson(run.measured.totals);
  json["totals"]["elapsed_s"] = Seconds(run.elapsed);
  json["totals"]["achieved_qps"] = run.achieved_qps;
  json["failures"] = FailuresJson(run.failures);
  json["thresholds"] = ThresholdsJson(run.thresholds);
  const Percentiles& percentiles = run.config.percentiles;
  const TimeSeries& series = run.measured.series;
  json["latency_ns"] = LatenciesJson(run);
  json["latency_failed_ns"] = LatencyJson(latencies.failed, percentiles);
  if (!run.phases.empty()) json["phases"] = PhasesJson(run);
  json["operations"] = OperationsJson(run);
  json["levels"] = LevelsJson(run.measured, percentiles);
  if (run.config.checks_staleness()) {
    json["staleness"] = StalenessJson(run.measured.staleness, percentiles);
  }
  if (run.stages) json["stages"] = StagesJson(run);
  if (run.littles_law) {
    json["littles_law"] = {{"seen", run.littles_law->seen},
                           {"expected", run.littles_law->expected}};
  }
  json["balance"] = BalanceJson(run);
  if (run.cache) json["cache"] = CacheJson(*run.cache);
  if (!run.cache_missing.empty()) json["cache_missing"] = run.cache_missing;
  json["arrivals"] = {{"process", ArrivalsName(run.config)}};
  if (run.arrivals) {
    json["arrivals"]["ks"] = run.arrivals->distance;
    json["arrivals"]["gaps"] = run.arrivals->gaps;
  }
  if (run.popularity) json["popularity"] = PopularityJson(*run.popularity);
  if (!series.empty()) json["series"] = SeriesJson(series);
  if (run.readings.size() > 1) json["node_series"] = NodeSeriesJson(run);
  if (Json queue = QueueJson(run); !queue.is_null()) json["queue"] = std::move(queue);
  if (Json steady = SteadyJson(run); !steady.is_null()) json["steady"] = std::move(steady);
  json["client"] = {{"cpu_cores", run.client_cpu_cores},
                    {"sender_cpu_share", run.sender_cpu_share}};
  if (run.longest_turn) json["client"]["longest_turn_ns"] = run.longest_turn->count();
  if (run.client_resident_bytes > 0) json["client"]["resident_bytes"] = run.client_resident_bytes;
  json["environment"] = run.environment;
  json["environment"]["cores"] = run.machine_cores;
  if (run.steal_share) json["environment"]["steal_share"] = *run.steal_share;
  if (run.machine_load) {
    json["environment"]["others_share"] = run.machine_load->others_share;
    json["environment"]["idle_share"] = run.machine_load->idle_share;
  }
  MakeFitToPrint(json);
  return json;
}

}  // namespace ringlab
