#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "results/gate/measurements.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

struct Figure {
  const char* pointer;  // into the result
  const char* name;
  const char* unit;
  bool higher_is_better;
};

constexpr std::array<Figure, 12> kFigures{
    {{"/totals/achieved_qps", "achieved_qps", "1/s", true},
     {"/latency_ns/response/p50", "response_p50", "ns", false},
     {"/latency_ns/response/p99", "response_p99", "ns", false},
     {"/latency_ns/response/p999", "response_p999", "ns", false},
     {"/latency_ns/service/p50", "service_p50", "ns", false},
     {"/latency_ns/service/p99", "service_p99", "ns", false},
     {"/latency_ns/send_lag/p99", "send_lag_p99", "ns", false},
     {"/cache/hit_ratio", "hit_ratio", "", true},
     {"/cache/source_loads", "source_loads", "", false},
     {"/balance/peak_to_mean", "peak_to_mean", "", false},
     {"/loopback/hit_ratio", "loopback_hit_ratio", "", true},
     {"/loopback/latency_ns/p99", "loopback_p99", "ns", false}}};

// Of a run the figure; of several of them that of each; empty where one of them has none.
std::vector<double> SamplesOf(const Json& json, const Json::json_pointer& pointer) {
  const auto at = [&](const Json& run) {
    return run.contains(pointer) && run[pointer].is_number()
               ? std::optional(run[pointer].get<double>())
               : std::nullopt;
  };
  std::vector<double> samples;
  const Json repeats = json.value("repeats", Json::array());
  for (const Json& repeat : repeats) {
    if (const auto value = at(repeat)) samples.push_back(*value);
  }
  if (!samples.empty() && samples.size() < repeats.size()) return {};
  if (const auto value = at(json); value && samples.empty()) samples.push_back(*value);
  return samples;
}

// ": one; another", or "" where none is told.
std::string ReasonsOf(const Json& json) {
  std::string text;
  for (const Json& reason : json.value("reasons", Json::array())) {
    if (reason.is_string()) text += (text.empty() ? ": " : "; ") + reason.get<std::string>();
  }
  return text;
}

}  // namespace

Result<BenchMeasurements> FromRun(const Json& json, const std::string& name) {
  BenchMeasurements read{.name = name};
  try {
    if (json.value("verdict", "") == "INVALID") {
      return Fail(Code::kFailedPrecondition,
                  "\"" + name + "\": the run is INVALID, its figures mislead" + ReasonsOf(json));
    }
    read.tool = json.at("tool");
    read.environment = json.value("environment", Json::object());
    read.config = json.value("config", Json::object());
    read.command = json.value("command", "");
    for (const Figure& figure : kFigures) {
      const std::vector<double> samples = SamplesOf(json, Json::json_pointer(figure.pointer));
      if (samples.empty()) continue;
      read.timed[figure.name] = {.unit = figure.unit,
                                 .higher_is_better = figure.higher_is_better,
                                 .judged = samples.size() > 1,
                                 .of_runs = true,
                                 .samples = samples};
    }
    for (const Json& ring : json.value("rings", Json::array())) {
      const std::string prefix = "ring_" + ring.value("ring", "");
      for (const char* key : {"peak_to_mean", "min_to_mean", "cv"}) {
        if (!ring.contains(key) || !ring[key].is_number()) continue;
        read.timed[prefix + '_' + key] = {.unit = "",
                                          .higher_is_better = std::string(key) == "min_to_mean",
                                          .judged = false,
                                          .samples = {ring[key].get<double>()}};
      }
    }
  } catch (const Json::exception& wrong) {
    return Fail(Code::kInvalidArgument,
                "\"" + name + "\": a key of another type than ours: " + wrong.what());
  }
  if (read.timed.empty()) {
    return Fail(Code::kInvalidArgument, "\"" + name + "\": there is no figure in it to compare");
  }
  return read;
}

}  // namespace ringlab
