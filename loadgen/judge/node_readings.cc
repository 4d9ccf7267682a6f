#include "loadgen/judge/node_readings.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ringlab {

std::optional<double> PeakSourceRate(const std::vector<NodeReading>& readings) {
  std::optional<double> peak;
  for (std::size_t i = 1; i < readings.size(); ++i) {
    const double loads =
        static_cast<double>(readings[i].source_loads - readings[i - 1].source_loads);
    const double rate = loads / Seconds(readings[i].at - readings[i - 1].at);
    peak = std::max(peak.value_or(0), rate);
  }
  return peak;
}

std::optional<double> PeakToMeanOfLoads(const std::vector<NodeReading>& readings) {
  const std::optional<double> peak = PeakSourceRate(readings);
  if (!peak || *peak <= 0) return std::nullopt;
  const double loads =
      static_cast<double>(readings.back().source_loads - readings.front().source_loads);
  return *peak * Seconds(readings.back().at - readings.front().at) / loads;
}

namespace {

using Json = nlohmann::ordered_json;

// Of one node, where every reading tells of it.
Json NodeColumns(const std::vector<NodeReading>& readings, std::size_t node,
                 const std::string& name) {
  Json json{{"name", name}};
  for (const char* column : {"gets", "source_loads", "cpu_cores", "resident_bytes"}) {
    json[column] = Json::array();
  }
  for (std::size_t i = 1; i < readings.size(); ++i) {
    const PartOfNode& from = readings[i - 1].nodes[node];
    const PartOfNode& to = readings[i].nodes[node];
    json["gets"].push_back(to.gets - from.gets);
    json["source_loads"].push_back(to.source_loads - from.source_loads);
    json["cpu_cores"].push_back(Seconds(to.cpu - from.cpu) /
                                Seconds(readings[i].at - readings[i - 1].at));
    json["resident_bytes"].push_back(to.resident_bytes);
  }
  return json;
}

}  // namespace

nlohmann::ordered_json ToJson(const std::vector<NodeReading>& readings,
                              const std::vector<std::string>& names) {
  Json json;
  for (const char* column : {"at_s", "gets", "hits", "source_loads"}) json[column] = Json::array();
  for (std::size_t i = 1; i < readings.size(); ++i) {
    const NodeReading& from = readings[i - 1];
    const NodeReading& to = readings[i];
    json["at_s"].push_back(Seconds(to.at));
    json["gets"].push_back(to.gets - from.gets);
    json["hits"].push_back(to.hits - from.hits);
    json["source_loads"].push_back(to.source_loads - from.source_loads);
  }
  const bool tells_all = !names.empty() && std::ranges::all_of(readings, [&](const NodeReading& r) {
    return r.nodes.size() == names.size();
  });
  if (!tells_all) return json;
  json["nodes"] = Json::array();
  for (std::size_t node = 0; node < names.size(); ++node) {
    json["nodes"].push_back(NodeColumns(readings, node, names[node]));
  }
  return json;
}

}  // namespace ringlab
