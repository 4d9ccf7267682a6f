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

nlohmann::ordered_json ToJson(const std::vector<NodeReading>& readings) {
  using Json = nlohmann::ordered_json;
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
  return json;
}

}  // namespace ringlab
