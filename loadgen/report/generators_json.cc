#include "loadgen/report/generators_json.h"

#include <nlohmann/json.hpp>
#include <string>

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

void AddStart(const GeneratorResult& of, Json& json) {
  if (!of.host.empty()) json["host"] = of.host;
  if (of.start_skew) json["start_skew_ns"] = of.start_skew->count();
  if (of.skew_bound) json["skew_bound_ns"] = of.skew_bound->count();
}

}  // namespace

Json ShardJson(const GeneratorResult& shard) {
  Json json{{"index", shard.shard.index},
            {"of", shard.shard.of},
            {"start_at", shard.start_at},
            {"ring_fingerprint", shard.ring}};
  if (!shard.cpus.empty()) json["cpus"] = shard.cpus;
  AddStart(shard, json);
  return json;
}

Json GeneratorsJson(const std::vector<GeneratorResult>& generators) {
  Json json = Json::array();
  for (const GeneratorResult& of : generators) {
    Json row{{"index", of.shard.index}, {"sent", of.sent}, {"cpu_cores", of.cpu_cores}};
    if (of.send_lag_p99) row["send_lag_p99_ns"] = *of.send_lag_p99;
    AddStart(of, row);
    json.push_back(std::move(row));
  }
  return json;
}

}  // namespace ringlab
