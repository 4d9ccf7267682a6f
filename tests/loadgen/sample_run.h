// A run's result as a test wants one: sound in every figure, to be spoilt in one of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/run_result.h"
#include "loadgen/verdict.h"

namespace ringlab {

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
  const std::uint64_t requests[] = {40'000, 33'330, 26'660};
  for (std::size_t i = 0; i < 3; ++i) {
    m.owners[i].requests = requests[i];
    for (std::uint64_t k = 0; k < requests[i]; ++k) {
      const auto service = static_cast<std::int64_t>(400'000 + 10 * k);
      m.owners[i].response.Record(service + 20'000);
      m.latencies.response.Record(service + 20'000);
      m.latencies.service.Record(service);
      m.latencies.send_lag.Record(20'000);
    }
    run.nodes.push_back({.name = "n" + std::to_string(i),
                         .address = "127.0.0.1:800" + std::to_string(i),
                         .arc_share = 1.0 / 3,
                         .expected_share = i == 0 ? 0.5 : 0.25,
                         .measured_share = static_cast<double>(requests[i]) / 99'990,
                         .owned = m.owners[i],
                         .cpu_cores = 0.42,
                         .resident_bytes = 45'000'000});
  }
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
  return run;
}

// The same with its verdict.
inline RunResult JudgedSample(const std::vector<std::string>& thresholds = {}) {
  RunResult run = SampleRun();
  std::vector<Threshold> parsed;
  for (const std::string& text : thresholds) parsed.push_back(*ParseThreshold(text));
  Judge(parsed, run);
  return run;
}

inline constexpr std::uint64_t kMany = 999'999'999'999;  // a million a second for eleven days

// The worst that names, messages and counts can be.
inline RunResult Monstrous(std::size_t nodes) {
  const std::string evil = "\x1b[31m\xff\xfe\r\n\t\"\\" + std::string(200, 'x');
  RunResult run = SampleRun();
  run.config.driver.group = evil;
  run.config.ring.replicas = 1'000'000;
  run.config.workload.seed = UINT64_MAX;
  run.config.workload.keys = kMany;
  run.config.workload.zipf_s = 0.123456789;
  run.config.workload.qps = 1e9;
  run.elapsed = std::chrono::hours(1000);
  run.achieved_qps = 1e-9;
  run.environment["cpu"] = evil;
  Totals& t = run.measured.totals;
  t = {kMany, kMany, kMany, kMany, kMany, kMany, kMany, kMany};
  run.measured.first_error = {Code::kInternal, evil};
  run.measured.latencies.response.Record(INT64_MAX);
  run.cache = CacheResult{kMany, kMany, kMany, kMany, kMany, kMany, kMany,
                          kMany, kMany, kMany, kMany, kMany, 1.0};
  run.client_cpu_cores = 1e300;
  run.client_resident_bytes = kMany;
  run.nodes.assign(nodes, run.nodes[0]);
  for (std::size_t i = 0; i < nodes; ++i) {
    NodeResult& node = run.nodes[i];
    node.name = std::to_string(i) + evil;
    node.address = evil;
    node.owned.requests = kMany - i;
    node.cpu_cores = 1e300;
    node.resident_bytes = kMany;
    run.problems.push_back("node " + node.name + " routes by another ring");
  }
  std::vector<Threshold> thresholds;
  for (int i = 0; i < 50; ++i) thresholds.push_back(*ParseThreshold("p99<1h"));
  Judge(thresholds, run);
  return run;
}

}  // namespace ringlab
