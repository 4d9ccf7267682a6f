#include "loadgen/report/config_json.h"

#include <nlohmann/json.hpp>
#include <string_view>

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

Json TraceJson(const RunConfig& c) {
  Json json{{"file", c.workload.trace->file}, {"format", c.trace->format}};
  json["compression"] = c.trace->compression;
  json["times"] = c.has_own_times() ? "own" : "rate";
  json["speed"] = c.workload.trace->speed;
  json["requests"] = c.trace->requests;
  if (const auto& index = c.driver.values.index) json["sizes"] = index->keys();
  return json;
}

}  // namespace

std::string_view ArrivalsName(const RunConfig& config) {
  return config.has_own_times() ? "trace" : ArrivalProcessName(config.workload.process);
}

nlohmann::ordered_json ConfigJson(const RunResult& run) {
  const RunConfig& c = run.config;
  Json json{{"seed", c.workload.seed},
            {"cluster", c.cluster},
            {"nodes", run.nodes.size()},
            {"requested_qps", c.workload.qps},
            {"warmup_s", Seconds(c.warmup)},
            {"duration_s", Seconds(c.duration)},
            {"arrivals", ArrivalsName(c)},
            {"keys", c.workload.keys},
            {"ring", c.ring.dialect},
            {"replicas", c.ring.replicas},
            {"route", c.driver.route == Route::kAny ? "any" : "owner"},
            {"group", c.driver.group},
            {"timeout_s", Seconds(c.driver.timeout)},
            {"in_flight_max", c.driver.in_flight_max},
            {"verify", c.driver.verify},
            {"engine", c.engine},
            {"workers", c.workers},
            {"connections", c.connections},
            {"batch", c.workload.batch},
            {"scan", c.workload.scan},
            {"failures_accepted", c.failures_accepted},
            {"ttl_s", Seconds(c.driver.ttl)},
            {"percentiles", Json::array()}};
  for (const Percentile& p : c.percentiles) json["percentiles"].push_back(p.value);
  const OperationMix& mix = c.workload.mix;
  const double weights = mix.get + mix.set + mix.remove;
  json["mix"] = {
      {"get", mix.get / weights}, {"set", mix.set / weights}, {"remove", mix.remove / weights}};
  if (!c.workload.preset.empty()) json["preset"] = c.workload.preset;
  if (const KeySizes& of = c.workload.key_sizes; of.is_given()) json["key_size"] = of.ToString();
  if (!c.workload.drift.empty()) json["drift"] = c.workload.drift;
  if (c.workload.profile) json["profile"] = c.workload.profile->text();
  if (c.trace) {
    json["trace"] = TraceJson(c);
  } else {
    json["zipf_s"] = c.workload.zipf_s;
  }
  if (!run.plan_hash.empty()) json["plan_hash"] = run.plan_hash;
  if (!run.order_hash.empty()) json["order_hash"] = run.order_hash;
  if (!c.source.empty()) json["source"] = c.source;
  if (c.group_bytes > 0) json["group_bytes"] = c.group_bytes;
  return json;
}

}  // namespace ringlab
