#include "loadgen/judge/node_readings.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ringlab {

namespace {

// What was counted since: a node that began anew meanwhile counts from 0.
template <class Count>
Count Since(Count from, Count to) {
  return to >= from ? to - from : to;
}

}  // namespace

void Thin(std::vector<NodeReading>& readings) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < readings.size(); i += 2) readings[kept++] = std::move(readings[i]);
  readings.resize(kept);
}

std::optional<double> PeakSourceRate(const std::vector<NodeReading>& readings) {
  std::optional<double> peak;
  for (std::size_t i = 1; i < readings.size(); ++i) {
    const auto loads =
        static_cast<double>(Since(readings[i - 1].source_loads, readings[i].source_loads));
    const double rate = loads / Seconds(readings[i].at - readings[i - 1].at);
    peak = std::max(peak.value_or(0), rate);
  }
  return peak;
}

std::optional<double> PeakToMeanOfLoads(const std::vector<NodeReading>& readings) {
  const std::optional<double> peak = PeakSourceRate(readings);
  if (!peak || *peak <= 0) return std::nullopt;
  double loads = 0;
  for (std::size_t i = 1; i < readings.size(); ++i) {
    loads += static_cast<double>(Since(readings[i - 1].source_loads, readings[i].source_loads));
  }
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
    json["gets"].push_back(Since(from.gets, to.gets));
    json["source_loads"].push_back(Since(from.source_loads, to.source_loads));
    json["cpu_cores"].push_back(Seconds(Since(from.cpu, to.cpu)) /
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
    json["gets"].push_back(Since(from.gets, to.gets));
    json["hits"].push_back(Since(from.hits, to.hits));
    json["source_loads"].push_back(Since(from.source_loads, to.source_loads));
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
