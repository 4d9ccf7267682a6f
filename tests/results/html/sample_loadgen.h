// A result of loadgen with every section that a page draws, small and the same each time.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace ringlab::html {

using Json = nlohmann::ordered_json;

inline Json SampleLatency(double scale) {
  return {{"count", 20'000},      {"mean", 800e3 * scale}, {"min", 100e3 * scale},
          {"p50", 600e3 * scale}, {"p90", 1700e3 * scale}, {"p99", 3000e3 * scale},
          {"p999", 5e6 * scale},  {"max", 14e6 * scale}};
}

inline Json SampleSeries(int intervals) {
  Json series{{"interval_s", 1.0}};
  for (int i = 0; i < intervals; ++i) {
    const bool stall = i == intervals / 2;
    series["at_s"].push_back(i);
    series["scheduled"].push_back(1000 + i % 7);
    series["sent"].push_back(1000 + i % 7 - (stall ? 60 : 0));
    series["ok"].push_back(990);
    series["not_found"].push_back(0);
    series["failed"].push_back(stall ? 5 : 0);
    series["skipped"].push_back(stall ? 60 : 0);
    series["late"].push_back(stall ? 300 : 2);
    series["response_p50_ns"].push_back(600e3 + 1e3 * (i % 11));
    series["response_p90_ns"].push_back(1.7e6);
    series["response_p99_ns"].push_back(stall ? Json() : Json(3e6));
    series["response_max_ns"].push_back(14e6 + 1e4 * (i % 13));
    series["service_p50_ns"].push_back(550e3);
    series["service_p99_ns"].push_back(2.9e6);
    series["levels"]["cache"].push_back(300);
    series["levels"]["peer"].push_back(500);
    series["levels"]["source"].push_back(200 - std::min(i, 150));
    series["heat"]["counts"].push_back({i % 5, 40 + i % 9, 900, stall ? 60 : 0});
  }
  series["heat"]["bounds_ns"] = {100'000, 500'000, 1'000'000, 5'000'000, 20'000'000};
  return series;
}

// `name` is what nodes and keys are called.
inline Json SampleLoadgen(int intervals = 30, const std::string& name = "n") {
  Json json{
      {"schema_version", 1},
      {"tool", "loadgen"},
      {"verdict", "FAILED"},
      {"reasons", {"p99<1ms: measured 3.00 ms"}},
      {"started_at", "2026-11-21T10:00:00Z"},
      {"command", "loadgen --nodes 3 --qps 1000"},
      {"config", {{"seed", 1}, {"requested_qps", 1000}, {"zipf_s", 0.99}, {"plan_hash", "0123"}}},
      {"totals",
       {{"scheduled", 30'090},
        {"sent", 30'030},
        {"ok", 30'025},
        {"not_found", 0},
        {"errors", 3},
        {"timeouts", 2},
        {"skipped", 60},
        {"wrong_values", 0},
        {"achieved_qps", 1001.0}}},
      {"thresholds", {{{"threshold", "p99<1ms"}, {"passed", false}, {"measured_ns", 3e6}}}}};
  for (const char* series : {"response", "service", "send_lag"}) {
    json["latency_ns"][series] = SampleLatency(series[0] == 's' ? 0.9 : 1);
  }
  json["levels"]["cache"] = {{"keys", 9'000}, {"share", 0.3}, {"service_ns", SampleLatency(0.4)}};
  json["balance"] = {{"peak_to_mean", 1.18}, {"min_to_mean", 0.84}, {"cv", 0.142}};
  for (int i = 0; i < 3; ++i) {
    json["balance"]["nodes"].push_back({{"name", name + std::to_string(i)},
                                        {"arc_share", 0.30 + 0.03 * i},
                                        {"expected_share", 0.28 + 0.05 * i},
                                        {"measured_share", 0.29 + 0.04 * i},
                                        {"requests", 10'000 + i},
                                        {"p50_ns", 600e3},
                                        {"p99_ns", 3e6 + 1e5 * i}});
  }
  json["cache"] = {{"gets", 30'025}, {"hits", 26'000}, {"hit_ratio", 0.866}, {"source_loads", 99}};
  json["series"] = SampleSeries(intervals);
  for (int rank = 1; rank <= 1024; rank *= 2) {
    json["popularity"]["ranks"].push_back({{"rank", rank},
                                           {"to", 2 * rank - 1},
                                           {"expected_share", 0.09},
                                           {"requests", 2'700 + rank}});
  }
  json["popularity"]["hottest"] = {{{"rank", 1},
                                    {"key", name + "-key"},
                                    {"owner", name + "0"},
                                    {"expected_share", 0.09},
                                    {"requests", 2'701}}};
  json["environment"] = {{"cpu", "some CPU"}, {"cores", 2}, {"version", "0.1.0"}};
  return json;
}

}  // namespace ringlab::html
