// A run's result as a test wants one: sound in every figure, to be spoilt in one of them.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "loadgen/judge/run_result.h"
#include "loadgen/judge/verdict.h"
#include "loadgen/report/report.h"
#include "results/text/loadgen_text.h"
#include "tests/loadgen/report/sample_series.h"

namespace ringlab {

// The page that loadgen prints of a run.
inline std::string TextOf(const RunResult& run) { return TextOfLoadgen(ToJson(run)); }

// As if node 1 had failed with all errors, and node 2 with all timeouts.
inline FailureCounts FailuresOf(const Totals& totals) {
  FailureCounts failures;
  failures.Count(Code::kUnavailable, 1, totals.errors);
  failures.Count(Code::kDeadlineExceeded, 2, totals.timeouts);
  return failures;
}

// Each node owns the keys that it was asked for.
inline void FillNodes(RunResult& run) {
  Measurements& m = run.measured;
  const std::uint64_t requests[] = {40'000, 33'330, 26'660};
  const std::uint64_t failed[] = {0, 60, 30};
  m.latencies.send_lag.RecordMany(20'000, m.totals.sent);
  for (std::size_t i = 0; i < 3; ++i) {
    m.owners[i].requests = requests[i];
    m.owners[i].failed = failed[i];
    for (std::uint64_t k = 0; k < requests[i] - failed[i]; ++k) {
      const auto service = static_cast<std::int64_t>(400'000 + 10 * k);
      m.owners[i].response.Record(service + 20'000);
      m.latencies.response.Record(service + 20'000);
      m.latencies.service.Record(service);
      m.of(Operation::kGet).service.Record(service);
    }
    run.nodes.push_back({.name = "n" + std::to_string(i),
                         .address = "127.0.0.1:800" + std::to_string(i),
                         .arc_share = 1.0 / 3,
                         .expected_share = i == 0 ? 0.5 : 0.25,
                         .measured_share = static_cast<double>(requests[i]) / 99'990,
                         .owned = m.owners[i],
                         .asked = m.owners[i],
                         .cpu_cores = 0.42,
                         .resident_bytes = 45'000'000});
  }
}

// Three nodes, 10,000 requests/s for 10 s, every figure there. 100 requests failed.
inline RunResult SampleRun() {
  RunResult run;
  run.config.workload = {.seed = 1, .qps = 10'000, .keys = 100'000, .zipf_s = 0.99};
  run.config.warmup = std::chrono::seconds(5);
  run.config.duration = std::chrono::seconds(10);
  run.config.cluster = "3 child processes on loopback";
  run.config.source = "synthetic:size=100,latency=1ms";
  run.config.group_bytes = 64 << 20;
  run.plan_hash = "00c0ffee00c0ffee";
  run.started_at = "2024-01-02T03:04:05Z";
  run.elapsed = run.config.duration;
  run.achieved_qps = 10'000;
  run.measured = Measurements(3);
  Measurements& m = run.measured;
  m.totals = {.scheduled = 100'000,
              .sent = 99'990,
              .skipped = 10,
              .ok = 97'900,
              .not_found = 2'000,
              .errors = 60,
              .timeouts = 30};
  m.first_error = {Code::kUnavailable, "node n1 at 127.0.0.1:8001: connection refused"};
  m.keys = {.asked = 99'990, .ok = 97'900, .not_found = 2'000, .failed = 90};
  m.of(Operation::kGet).requests = 99'990;
  m.of(Operation::kGet).failed = 90;
  m.latencies.failed.RecordMany(1'000'000, 90);
  m.levels[static_cast<std::size_t>(Level::kCache)].RecordMany(410'000, 30'000);
  m.levels[static_cast<std::size_t>(Level::kPeer)].RecordMany(550'000, 60'000);
  m.levels[static_cast<std::size_t>(Level::kSource)].RecordMany(790'000, 7'900);
  FillNodes(run);
  run.balance = MeasureBalance({40'000, 33'330, 26'660});
  run.cache = CacheResult{.gets = 99'990,
                          .peer_gets = 60'000,
                          .hits = 90'000,
                          .joined = 500,
                          .peer_loads = 60'000,
                          .source_loads = 9'490,
                          .items = 100,
                          .used_bytes = 12'345'678,
                          .budget_bytes = 192 << 20,
                          .hit_ratio = 90'000.0 / 99'990};
  run.arrivals = ArrivalFidelity{.gaps = 99'989, .distance = 0.0031};
  run.client_cpu_cores = 0.8;
  run.sender_cpu_share = 0.4;
  run.client_resident_bytes = 30'000'000;
  run.machine_cores = 2;
  run.environment = {{"cpu", "a test's"}, {"kernel", "6.1"}};
  m.failures = FailuresOf(m.totals);
  run.failures = {{Code::kUnavailable, "n1", 60}, {Code::kDeadlineExceeded, "n2", 30}};
  FillSeries(run);
  return run;
}

// The same of a run with writes, in which a twentieth of a thousandth of the reads were stale.
inline RunResult MixedSample() {
  RunResult run = SampleRun();
  run.config.workload.mix = {.get = 90, .set = 9, .remove = 1};
  run.config.driver.ttl = std::chrono::seconds(30);
  Measurements& m = run.measured;
  OperationMeasurements gets = m.of(Operation::kGet);
  gets.requests = 89'990;
  gets.service = Histogram();
  gets.service.RecordMany(600'000, 89'900);
  m.operations = {gets, {.requests = 9'000, .service = {}}, {.requests = 1'000, .service = {}}};
  m.of(Operation::kSet).service.RecordMany(300'000, 9'000);
  m.of(Operation::kRemove).service.RecordMany(310'000, 1'000);
  m.keys = {.asked = 89'990, .ok = 87'900, .not_found = 2'000, .failed = 90};
  m.levels[static_cast<std::size_t>(Level::kCache)] = Histogram();
  m.levels[static_cast<std::size_t>(Level::kCache)].RecordMany(410'000, 20'000);
  m.staleness = {
      .reads = 80'000, .stale = 4, .own_stale = 1, .reverted = 400, .untold = 2, .age = {}};
  m.staleness.age.RecordMany(2'000'000, 3);
  m.staleness.age.Record(7'000'000);
  FillSeries(run);
  return run;
}

// SampleRun() with its verdict.
inline RunResult JudgedSample(const std::vector<std::string>& thresholds = {}) {
  RunResult run = SampleRun();
  std::vector<Threshold> parsed;
  for (const std::string& text : thresholds) parsed.push_back(*ParseThreshold(text));
  Judge(parsed, run);
  return run;
}

}  // namespace ringlab
