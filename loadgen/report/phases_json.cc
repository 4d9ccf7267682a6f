#include <nlohmann/json.hpp>

#include "loadgen/report/run_json.h"

namespace ringlab {

using Json = nlohmann::ordered_json;

Json AnsweredJson(const Histogram& answered, std::uint64_t failed, const RunResult& run) {
  Json json = LatencyJson(answered, run.config.percentiles);
  json["failed"] = failed;
  return json;
}

Json ThresholdsJson(const std::vector<ThresholdResult>& thresholds) {
  Json json = Json::array();
  for (const ThresholdResult& t : thresholds) {
    Json row{{"threshold", t.threshold.text}, {"passed", t.passed}};
    const bool is_time = t.threshold.series != Series::kRun;
    if (t.measured) row[is_time ? "measured_ns" : "measured"] = *t.measured;
    if (t.at_least) row["at_least"] = true;
    json.push_back(std::move(row));
  }
  return json;
}

// A phase's own bounds stand among the run's as well.
Json PhasesJson(const RunResult& run) {
  Json json = Json::array();
  for (std::size_t i = 0; i < run.phases.size(); ++i) {
    const PhaseResult& phase = run.phases[i];
    const Latencies& latencies = phase.measured.latencies;
    const Totals& totals = phase.measured.totals;
    std::vector<ThresholdResult> own;
    for (const ThresholdResult& t : run.thresholds) {
      if (t.threshold.phase == i + 1) own.push_back(t);
    }
    Json row{{"name", phase.planned.name},
             {"what", phase.planned.what},
             {"from_s", Seconds(phase.planned.from)},
             {"to_s", Seconds(phase.planned.to)},
             {"planned", phase.planned.requests},
             {"totals", TotalsJson(totals)}};
    row["totals"].erase("wrong_values");  // told of the whole run
    const std::uint64_t failed = totals.errors + totals.timeouts;
    row["latency_ns"] = {{"response", AnsweredJson(latencies.response, failed, run)},
                         {"service", AnsweredJson(latencies.service, failed, run)},
                         {"send_lag", LatencyJson(latencies.send_lag, run.config.percentiles)}};
    row["latency_failed_ns"] = LatencyJson(latencies.failed, run.config.percentiles);
    row["thresholds"] = ThresholdsJson(own);
    json.push_back(std::move(row));
  }
  return json;
}

}  // namespace ringlab
