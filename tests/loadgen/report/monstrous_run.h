// A run's result as nobody wants one: the most that a report must survive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/loadgen/report/sample_run.h"

namespace ringlab {

inline constexpr std::uint64_t kMany = 999'999'999'999;  // a million a second for eleven days

// The worst that names, messages and counts can be.
inline RunResult Monstrous(std::size_t nodes) {
  const std::string evil = "\x1b[31m\xff\xfe\r\n\t\"\\" + std::string(200, 'x');
  RunResult run = MixedSample();
  run.config.workload.batch = kBatchMax;
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
  run.measured.keys = {kMany, kMany, kMany, kMany};
  run.measured.staleness.stale = run.measured.staleness.untold = kMany;
  run.measured.staleness.own_stale = run.measured.staleness.reverted = kMany;
  for (Histogram& level : run.measured.levels) level.RecordMany(60'000'000'000, kMany);
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
