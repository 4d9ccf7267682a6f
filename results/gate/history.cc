#include "results/gate/history.h"

#include <nlohmann/json.hpp>

#include "core/base/parse.h"
#include "results/format/result_file.h"
#include "results/gate/change_points.h"
#include "results/gate/statistics.h"

namespace ringlab {

using Json = nlohmann::ordered_json;

bool IsUtc(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return false;
  }
  return true;
}

bool IsHash(std::string_view text) {
  constexpr std::size_t kDigitsMin = 7;
  constexpr std::size_t kDigitsMax = 64;
  if (text.ends_with('+')) text.remove_suffix(1);
  return text.size() >= kDigitsMin && text.size() <= kDigitsMax &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Json HistoryLine(const BenchMeasurements& measurements, const std::string& commit,
                 const std::string& at) {
  Json line{{"schema_version", kSchemaVersion}};
  if (!measurements.suite.empty()) line["suite"] = measurements.suite;
  line["commit"] = commit;
  line["at"] = at;
  line["environment"] = measurements.environment;
  for (const auto& [key, metric] : measurements.exact) {
    line["metrics"][key.name + '/' + key.measure] = metric.per_op();
  }
  for (const auto& [key, metric] : measurements.timed) {
    if (!metric.samples.empty()) line["metrics"][key + "/time"] = TrimmedMean(metric.samples);
  }
  return line;
}

Result<std::vector<HistoryPoint>> ParseHistory(std::string_view text, const std::string& name) {
  std::vector<HistoryPoint> points;
  std::size_t number = 0;
  for (const std::string_view line : SplitAt(text, '\n')) {
    ++number;
    if (line.empty()) continue;
    const auto refuse = [&](const std::string& why) {
      return Fail(Code::kInvalidArgument,
                  "\"" + name + "\", line " + std::to_string(number) + ": " + why);
    };
    if (points.size() == kHistoryLinesMax) return refuse("more lines than 100,000");
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return refuse("no JSON object");
    try {
      if (json.at("schema_version") > kSchemaVersion) return refuse("a newer schema than ours");
      HistoryPoint point{.commit = json.at("commit"), .at = json.at("at"), .metrics = {}};
      for (const auto& [metric, figure] : json.at("metrics").items()) {
        point.metrics[metric] = figure;
      }
      points.push_back(std::move(point));
    } catch (const Json::exception& wrong) {
      return refuse(std::string("no line of a history: ") + wrong.what());
    }
  }
  return points;
}

Json HistoryJson(const std::vector<HistoryPoint>& points, const std::string& only) {
  std::map<std::string, std::vector<std::size_t>> where;  // of each metric, the points that have it
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (const auto& [metric, figure] : points[i].metrics) {
      if (metric.find(only) != std::string::npos) where[metric].push_back(i);
    }
  }
  Json json{{"schema_version", kSchemaVersion}, {"tool", "history"}, {"runs", points.size()}};
  json["series"] = Json::array();
  for (const auto& [metric, runs] : where) {
    Json series{{"metric", metric}, {"points", Json::array()}, {"changes", Json::array()}};
    std::vector<double> figures;
    for (const std::size_t run : runs) {
      const HistoryPoint& point = points[run];
      figures.push_back(point.metrics.at(metric));
      series["points"].push_back(
          {{"commit", point.commit}, {"at", point.at}, {"value", figures.back()}});
    }
    for (const ChangePoint& change : ChangePoints(figures)) {
      series["changes"].push_back(
          {{"at", change.at}, {"before", change.before}, {"after", change.after}, {"p", change.p}});
    }
    json["series"].push_back(std::move(series));
  }
  return json;
}

}  // namespace ringlab
