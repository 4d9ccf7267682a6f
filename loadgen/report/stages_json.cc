#include "loadgen/report/stages_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "loadgen/report/measured_json.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// "send_lag", as names in JSON are.
std::string KeyOf(Stage stage) {
  std::string key(StageName(stage));
  std::ranges::replace(key, ' ', '_');
  return key;
}

Json SharesJson(const std::array<double, kStages>& shares) {
  Json json;
  for (std::size_t i = 0; i < kStages; ++i) json[KeyOf(static_cast<Stage>(i))] = shares[i];
  return json;
}

}  // namespace

Json StagesJson(const RunResult& run) {
  const StagesResult& stages = *run.stages;
  Json json{{"timed", stages.recorded}, {"samples", stages.samples}};
  json["response_ns"] = LatencyJson(stages.response, run.config.percentiles);
  for (std::size_t i = 0; i < kStages; ++i) {
    json["stage_ns"][KeyOf(static_cast<Stage>(i))] =
        LatencyJson(stages.stages[i], run.config.percentiles);
  }
  json["share"] = SharesJson(stages.share);
  if (stages.slowest) {
    json["slowest"] = {{"from_ns", stages.slowest->from_ns},
                       {"share", SharesJson(stages.slowest->share)}};
  }
  json["nodes"] = Json::array();
  for (std::size_t i = 0; i < std::min(stages.nodes.size(), run.nodes.size()); ++i) {
    const NodeStages& node = stages.nodes[i];
    Json of{{"name", run.nodes[i].name}, {"served", node.served}, {"hops", node.hops}};
    if (node.served > 0) of["serving_ns"] = node.serving_ns;
    if (node.hops > 0) of["hop_ns"] = node.hop_ns;
    json["nodes"].push_back(std::move(of));
  }
  return json;
}

}  // namespace ringlab
