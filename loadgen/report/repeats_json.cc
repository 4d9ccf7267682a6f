#include "loadgen/report/repeats_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string>

#include "core/base/check.h"
#include "results/statistics/student.h"
#include "results/text/json_view.h"
#include "results/text/percentiles.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// The order in which one verdict wins over another.
constexpr const char* kVerdicts[] = {"INVALID", "FAILED", "VALID"};

std::optional<double> At(const Json& run, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  if (!run.contains(at) || !run[at].is_number()) return std::nullopt;
  return run[at].get<double>();
}

// Absent when one run does not tell it.
std::vector<double> OfAll(const std::vector<Json>& runs, const std::string& pointer) {
  std::vector<double> values;
  for (const Json& run : runs) {
    if (const auto value = At(run, pointer)) values.push_back(*value);
  }
  if (values.size() < runs.size()) values.clear();
  return values;
}

Json RepeatJson(const Json& run) {
  Json summary;
  for (const char* key :
       {"verdict", "reasons", "started_at", "interrupted", "totals", "latency_ns"}) {
    if (run.contains(key)) summary[key] = run[key];
  }
  for (const char* pointer : {"/cache/hit_ratio", "/cache/source_loads", "/balance/peak_to_mean"}) {
    const Json::json_pointer at(pointer);
    if (run.contains(at)) summary[at] = run[at];
  }
  return summary;
}

// The deviation that the run's own interval of a percentile stands for, on average over the runs.
std::optional<double> DeviationWithin(const std::vector<Json>& runs, const std::string& series,
                                      const std::string& key) {
  double sum = 0;
  for (const Json& run : runs) {
    const auto ends = JsonView(run)["latency_ns"][series]["interval95"][key].items();
    if (ends.size() != 2 || !ends[0].maybe() || !ends[1].maybe()) return std::nullopt;
    sum += (ends[1].number() - ends[0].number()) / (2 * NormalQuantile((1 + kSure) / 2));
  }
  return sum / static_cast<double>(runs.size());
}

// No figure of a run is below 0, so nothing lower is in doubt.
void AddBetween(const std::string& name, const std::vector<double>& values, Json& between) {
  const auto interval = IntervalOfMean(values);
  if (!interval) return;
  between[name] = {{"mean", interval->mean},
                   {"interval95", {std::max(0.0, interval->low), interval->high}},
                   {"deviation", interval->deviation}};
}

Json BetweenJson(const std::vector<Json>& runs) {
  Json between = Json::object();
  AddBetween("achieved_qps", OfAll(runs, "/totals/achieved_qps"), between);
  for (const char* series : {"response", "service"}) {
    const std::string from = std::string("/latency_ns/") + series + "/";
    AddBetween(std::string(series) + "_mean_ns", OfAll(runs, from + "mean"), between);
    for (const Percentile& percentile : PercentilesOf(runs.front())) {
      const std::string name = std::string(series) + "_" + percentile.key + "_ns";
      AddBetween(name, OfAll(runs, from + percentile.key), between);
      const auto within = DeviationWithin(runs, series, percentile.key);
      if (within && between.contains(name)) between[name]["deviation_within"] = *within;
    }
  }
  AddBetween("hit_ratio", OfAll(runs, "/cache/hit_ratio"), between);
  AddBetween("peak_to_mean", OfAll(runs, "/balance/peak_to_mean"), between);
  return between;
}

void AddVerdict(const std::vector<Json>& runs, Json& result) {
  const auto is = [](const char* verdict) {
    return [verdict](const Json& run) { return run["verdict"] == verdict; };
  };
  const auto worst = std::ranges::find_if(
      kVerdicts, [&](const char* verdict) { return std::ranges::any_of(runs, is(verdict)); });
  RL_CHECK(worst != std::end(kVerdicts));
  result["verdict"] = *worst;
  for (const char* texts : {"reasons", "warnings"}) {
    Json all = Json::array();
    for (std::size_t i = 0; i < runs.size(); ++i) {
      for (const Json& text : runs[i].value(texts, Json::array())) {
        all.push_back("run " + std::to_string(i + 1) + ": " + text.get<std::string>());
      }
    }
    if (!all.empty() || std::string(texts) == "reasons") {
      result[texts] = std::move(all);
    } else {
      result.erase(texts);
    }
  }
  const bool interrupted =
      std::ranges::any_of(runs, [](const Json& run) { return run.value("interrupted", false); });
  result["interrupted"] = interrupted;
}

}  // namespace

std::size_t RunInTheMiddle(const std::vector<Json>& runs) {
  RL_CHECK(!runs.empty());
  std::vector<double> figures = OfAll(runs, "/latency_ns/response/p99");
  if (figures.empty()) figures = OfAll(runs, "/latency_ns/response/mean");
  if (figures.empty()) return 0;
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return figures[i]; });
  return order[(order.size() - 1) / 2];
}

Json WithRepeats(const std::vector<Json>& runs) {
  const std::size_t middle = RunInTheMiddle(runs);
  Json result = runs[middle];
  AddVerdict(runs, result);
  result["repeats"] = Json::array();
  for (const Json& run : runs) result["repeats"].push_back(RepeatJson(run));
  result["repeats"][middle]["shown"] = true;
  result["between"] = BetweenJson(runs);
  return result;
}

}  // namespace ringlab
