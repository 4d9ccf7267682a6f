// Stored results as a test wants them: sound, to be spoilt in one place.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "loadgen/report/report.h"
#include "loadgen/report/run_histograms.h"
#include "results/format/schema.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {

// With writes, thresholds, series and histograms: every section that loadgen writes.
inline nlohmann::ordered_json SampleResult() {
  RunResult run = MixedSample();
  // Its latencies by level count other keys than its series: of one figure, one truth.
  Judge({*ParseThreshold("p99<5ms"), *ParseThreshold("errors<1%")}, run);
  run.command = "loadgen --qps 10000";
  run.achieved_qps = static_cast<double>(run.measured.totals.sent) / 10;  // of a run of 10 s
  nlohmann::ordered_json json = ToJson(run);
  json["histograms"] = HistogramsJson(run);
  return nlohmann::ordered_json::parse(json.dump());
}

inline nlohmann::ordered_json SimSample() {
  return nlohmann::ordered_json::parse(R"json({
    "schema_version":1,"tool":"sim","verdict":"VALID","reasons":[],
    "started_at":"2026-11-21T10:00:00Z","interrupted":false,"config":{"seed":1},
    "thresholds":[{"ring":"xx64","threshold":"cv<1",
    "passed":true,"measured":0.5}],
    "left_out":[{"ring":"jump","reason":"it has no weights"}],
    "rings":[{"ring":"xx64","replicas":50,"nodes":2,"points":100,"collisions":0,
      "order_independent":true,"bytes":1200,
      "arcs":[{"node":"a","units":3,"share":0.75,"ideal":0.5},
              {"node":"b","units":1,"share":0.25,"ideal":0.5}],
      "peak_to_mean":1.5,"min_to_mean":0.5,"cv":0.5,"gini":0.25,"jain":0.8,
      "theory":{"expected_peak":1.2,"expected_min":0.8,"expected_cv":0.1,"expected_gini":0.1,
                "cv_low":0.05,"cv_high":0.2,"peak_low":1.05,"peak_high":1.3,
                "min_low":0.7,"min_high":0.9},
      "traffic":{"zipf_s":0.99,"cv":0.4,"peak_to_mean":1.4,"expected_peak":1.45,"cv_ring":0.3,
                 "cv_popularity":0.2,"hottest_key_share":0.078,
                 "nodes":[{"node":"a","expected_share":0.7},{"node":"b","expected_share":0.3}]},
      "resize":{"add":{"node":"c","moved":0.33,"ideal":0.33,"spurious":0.0},
                "remove":{"node":"b","refused":"it cannot"}},
      "verdict":{"ring":"bad-luck","cause":"luck","text":["BAD LUCK: more than.","It shows."],
                 "advice":"Change this: more points."}}],
    "sweep":[{"ring":"xx64","nodes":8,"replicas":50,"zipf_s":0.0,"seeds":10,
              "peak_to_mean":{"mean":1.2},"cv":{"mean":0.13},"load_peak":{"mean":1.3},
              "theory":{"expected_peak":1.21,"expected_cv":0.132}}],
    "loopback":{"ring":"xx64","totals":{"scheduled":100,"sent":98,"ok":90,"not_found":5,"errors":2,
      "timeouts":1,"skipped":2,"wrong_values":0},
      "latency_ns":{"service":{"count":98,"mean":500000.0,"min":1000,"p50":400000,"max":2000000}},
      "nodes":[{"name":"a","expected_share":0.7,"measured_share":0.69,"requests":68},
               {"name":"b","expected_share":0.3,"measured_share":0.31,"requests":30}],
      "chi_square":{"statistic":1.5,"cells":2,"p":0.4},"gets":98,"hits":49,"hit_ratio":0.5,
      "source_loads":20,"churn":[{"step":"at 1s kill b","moved":0.3,"moved_ideal":0.3}]},
    "environment":{"cpu":"a test's"}})json");
}

inline nlohmann::ordered_json BenchSample() {
  return nlohmann::ordered_json::parse(R"json({
    "schema_version":1,"tool":"bench","suite":"paths","environment":{},
    "metrics":[{"name":"hit","measure":"instructions","total":3000000,"ops":10000},
               {"name":"hit","measure":"allocations","total":0,"ops":10000}],
    "timed":[{"name":"hit","unit":"ns/op","higher_is_better":false,"samples":[31.5,30.0,33.0]}],
    "functions":{"hit":{"Find(int)":200}}})json");
}

// The first complaint when a value of a result is another.
inline std::string With(nlohmann::ordered_json result, const std::string& pointer,
                        const nlohmann::ordered_json& value) {
  result[nlohmann::ordered_json::json_pointer(pointer)] = value;
  const auto complaints = ComplaintsAbout(result);
  return complaints.empty() ? "" : complaints.front();
}

}  // namespace ringlab
