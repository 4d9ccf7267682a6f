// One plan in virtual time, sent by one generator or by the shards of several, and their results.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "loadgen/judge/verdict.h"
#include "loadgen/plan/shard.h"
#include "loadgen/report/report.h"
#include "loadgen/report/run_histograms.h"
#include "loadgen/shard/counts_json.h"
#include "loadgen/shard/merge.h"
#include "tests/loadgen/measure/driver_world.h"

namespace ringlab {

// Answers that take 0.2 to 5 ms, from all levels; some fail, some find nothing.
struct ShardedWorld : World {
  ShardedWorld()
      : World([this](const ScriptedTransport::Call& call, GetCallback done) {
          const std::uint64_t luck =
              Mix64(std::hash<std::string>{}(call.key) +
                    static_cast<std::uint64_t>(call.at.time_since_epoch().count()));
          const TimePoint then = call.at + std::chrono::microseconds(200 + luck % 4800);
          if (luck % 97 == 0)
            return AnswerAt(then, Fail(Code::kUnavailable, "away"), std::move(done));
          if (luck % 31 == 0) return AnswerAt(then, Fail(Code::kNotFound, "none"), std::move(done));
          auto reply = Right(call.key);
          reply->level = static_cast<Level>(luck / 7 % kLevels);
          AnswerAt(then, std::move(reply), std::move(done));
        }) {
    workload.qps = 1000;
    workload.duration = std::chrono::seconds(6);
    options.timeout = std::chrono::seconds(1);
  }

  RunResult ResultOf(Measurements measured) const {
    RunResult run;
    run.config = {.workload = workload,
                  .warmup = {},
                  .duration = workload.duration,
                  .driver = options,
                  .ring = {},
                  .cluster = "3 targets",
                  .source = {},
                  .sole_writer = false,
                  .has_strangers = true,
                  .engine = "h2"};
    run.config.failures_accepted = 0.1;
    run.plan_hash = HashPlan(Plan()).ToString();
    run.started_at = "2026-12-01T09:30:00Z";
    run.environment = {{"version", "1.2.3"}};
    run.measured = std::move(measured);
    run.measured.sent_times.clear();  // which no result has
    run.elapsed = workload.duration;
    run.achieved_qps = static_cast<double>(run.measured.totals.sent) / Seconds(run.elapsed);
    run.popularity = MeasurePopularity(
        Plan().zipf(), Plan().scatter(), run.measured.ranks, 1,
        [&](const std::string& key) { return ring->nodes()[ring->OwnerOf(key)]; });
    std::vector<double> requests;
    for (const auto& of : run.measured.owners) requests.push_back(static_cast<double>(of.requests));
    run.balance = MeasureBalance(requests);
    const std::vector<double> shares = SharesOf(requests);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      run.nodes.push_back({.name = ring->nodes()[i],
                           .address = "127.0.0.1:1",
                           .arc_share = ring->Shares()[i],
                           .expected_share = 1.0 / 3,
                           .measured_share = shares[i],
                           .owned = run.measured.owners[i],
                           .asked = run.measured.asked[i],
                           .gets = 10});
    }
    for (const auto& [cell, failed] : run.measured.failures.cells()) {
      run.failures.push_back(
          {.code = cell.first, .node = ring->nodes()[cell.second], .requests = failed});
    }
    run.cache = CacheResult{.gets = 30, .hits = 15, .hit_ratio = 0.5};
    return run;
  }

  // What `workers` drivers of a shard measure.
  RunResult RunShard(const Shard& shard, std::uint64_t workers = 1) {
    std::vector<std::unique_ptr<Driver>> drivers;
    ends = 0;
    for (std::uint64_t i = 0; i < workers; ++i) {
      drivers.push_back(std::make_unique<Driver>(options, SliceOf(Plan(), shard, i, workers), *ring,
                                                 scheduler, transport));
      Start(*drivers.back(), Duration::zero(), workload.duration);
    }
    scheduler.AdvanceBy(workload.duration + std::chrono::seconds(60));
    REQUIRE(ends == static_cast<int>(workers));
    Measurements measured(ring->nodes().size());
    for (const auto& driver : drivers) {
      measured.Merge(driver->measurements());
      REQUIRE(driver->plan_hash() == HashPlan(Plan()));
    }
    RunResult run = ResultOf(std::move(measured));
    run.shard = GeneratorResult{.shard = shard,
                                .host = "c" + std::to_string(shard.index),
                                .start_at = "2026-12-01T09:30:00Z",
                                .ring = "0123456789abcdef",
                                .start_skew = std::chrono::microseconds(12),
                                .skew_bound = std::chrono::microseconds(3)};
    run.client_cpu_cores = 0.25;
    return run;
  }

  static nlohmann::ordered_json Told(RunResult run, const std::vector<Threshold>& thresholds = {}) {
    Judge(thresholds, run);
    nlohmann::ordered_json json = ToJson(run);
    json["histograms"] = HistogramsJson(run);
    if (run.shard) AddShardCounts(run, json);
    return json;
  }
};

}  // namespace ringlab
