#include "loadgen/shard/merge.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "loadgen/judge/figures.h"
#include "loadgen/judge/verdict.h"
#include "loadgen/report/report.h"
#include "loadgen/report/run_histograms.h"
#include "loadgen/shard/alike.h"
#include "loadgen/shard/read_shard.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;
using Shards = std::vector<RunResult>;

// "generator 2/4 on c17"
std::string NameOf(const RunResult& shard) {
  const GeneratorResult& g = *shard.shard;
  return "generator " + g.shard.ToString() + (g.host.empty() ? "" : " on " + g.host);
}

void MergeCounts(Shards& shards, RunResult& run) {
  for (RunResult& shard : shards) {
    run.measured.Merge(shard.measured);
    shard.measured.series = {};  // the merged one has it; of hundreds of shards that is much
    run.elapsed = std::max(run.elapsed, shard.elapsed);
    run.interrupted = run.interrupted || shard.interrupted;
  }
  run.measured.series.Cut(run.elapsed);
  // Of the shard that came furthest; each has a part of every phase's requests.
  for (const RunResult& shard : shards) {
    if (shard.phases.size() > run.phases.size() || shard.elapsed == run.elapsed) {
      run.phases = shard.phases;
    }
  }
  for (std::size_t i = 0; i < run.phases.size(); ++i) {
    run.phases[i].measured = run.measured.parts[i];
  }
  if (run.elapsed > Duration::zero()) {
    run.achieved_qps = static_cast<double>(run.measured.totals.sent) / Seconds(run.elapsed);
  }
}

void MergeNodes(const Shards& shards, RunResult& run) {
  run.nodes = shards.front().nodes;
  std::vector<double> requests;
  for (const OwnerMeasurements& owned : run.measured.owners) {
    requests.push_back(static_cast<double>(owned.requests));
  }
  run.balance = MeasureBalance(requests);
  const std::vector<double> measured = SharesOf(requests);
  const auto& asked = run.measured.asked.empty() ? run.measured.owners : run.measured.asked;
  for (std::size_t i = 0; i < run.nodes.size(); ++i) {
    run.nodes[i].owned = run.measured.owners[i];
    run.nodes[i].asked = asked[i];
    if (!measured.empty()) run.nodes[i].measured_share = measured[i];
  }
  for (const auto& [cell, failed] : run.measured.failures.cells()) {
    run.failures.push_back(
        {.code = cell.first, .node = run.nodes[cell.second].name, .requests = failed});
  }
  // Who was gone for one generator was so for all, in the same words.
  std::set<std::string> gone;
  for (const RunResult& shard : shards) gone.insert(shard.gone.begin(), shard.gone.end());
  run.gone.assign(gone.begin(), gone.end());
}

// The bands are the plan's, and so the same for all.
void MergePopularity(const Shards& shards, RunResult& run) {
  run.popularity = shards.front().popularity;
  if (!run.popularity) return;
  for (std::size_t i = 1; i < shards.size(); ++i) {
    const auto& other = shards[i].popularity;
    const bool alike = other && other->bands.size() == run.popularity->bands.size() &&
                       other->hottest.size() == run.popularity->hottest.size();
    if (!alike) return run.popularity.reset();
    for (std::size_t k = 0; k < other->bands.size(); ++k) {
      run.popularity->bands[k].requests += other->bands[k].requests;
    }
    for (std::size_t k = 0; k < other->hottest.size(); ++k) {
      run.popularity->hottest[k].requests += other->hottest[k].requests;
    }
  }
}

// Of their processes together; of their machines, the one that had the least to spare.
void MergeClients(const Shards& shards, RunResult& run) {
  run.machine_cores = 0;
  run.config.workers = 0;
  for (const RunResult& shard : shards) {
    run.config.workers += shard.config.workers;
    run.client_cpu_cores += shard.client_cpu_cores;
    run.client_resident_bytes += shard.client_resident_bytes;
    run.sender_cpu_share = std::max(run.sender_cpu_share, shard.sender_cpu_share);
    run.machine_cores += shard.machine_cores;
    if (shard.longest_turn) {
      run.longest_turn = std::max(run.longest_turn.value_or(Duration{}), *shard.longest_turn);
    }
    if (shard.steal_share) {
      run.steal_share = std::max(run.steal_share.value_or(0), *shard.steal_share);
    }
    const bool tightest =
        shard.machine_load &&
        (!run.machine_load || shard.machine_load->idle_share < run.machine_load->idle_share);
    if (tightest) run.machine_load = shard.machine_load;
  }
}

// A generator that could not do its part makes the whole mislead, whatever its share in the sums.
// How many of its requests may fail is for the sums to say.
void JudgeEach(Shards& shards, RunResult& run) {
  for (RunResult& shard : shards) {
    shard.config.failures_accepted = 1;
    Judge({}, shard);
    if (shard.verdict != Verdict::kInvalid) continue;
    for (const std::string& reason : shard.reasons) {
      run.problems.push_back(NameOf(shard) + ": " + reason);
    }
  }
}

std::vector<GeneratorResult> GeneratorsOf(const Shards& shards) {
  std::vector<GeneratorResult> generators;
  for (const RunResult& shard : shards) {
    GeneratorResult row = *shard.shard;
    const Histogram& lag = shard.measured.latencies.send_lag;
    row.sent = shard.measured.totals.sent;
    row.cpu_cores = shard.client_cpu_cores;
    if (SupportsPercentile(lag.count(), 99)) row.send_lag_p99 = lag.ValueAtPercentile(99);
    generators.push_back(std::move(row));
  }
  return generators;
}

// What a warm node tells one generator it tells the next: if not, somebody asked in between.
void CompareCaches(const Shards& shards, RunResult& run) {
  for (const RunResult& shard : shards) {
    const bool told = shard.cache.has_value() && run.cache.has_value();
    if (!told || shard.cache->gets == run.cache->gets) continue;
    run.cache_missing =
        "the generators were told different counts of the nodes: " + NameOf(shards.front()) + " " +
        std::to_string(run.cache->gets) + " gets, " + NameOf(shard) + " " +
        std::to_string(shard.cache->gets);
    run.cache.reset();
    run.readings.clear();
    for (NodeResult& node : run.nodes) node.gets.reset();
    return;
  }
}

RunResult Merge(Shards& shards) {
  const RunResult& first = shards.front();
  RunResult run;
  run.config = first.config;
  run.config.shard = {};
  run.plan_hash = first.plan_hash;
  run.started_at = first.started_at;
  run.environment = first.environment;
  run.cache = first.cache;
  run.cache_missing = first.cache_missing;
  run.readings = first.readings;
  run.measured = Measurements(first.nodes.size());
  std::vector<Threshold> thresholds;
  for (const ThresholdResult& t : first.thresholds) thresholds.push_back(t.threshold);
  for (const RunResult& shard : shards) {
    run.started_at = std::min(run.started_at, shard.started_at);
    if (run.plan_hash.empty()) run.plan_hash = shard.plan_hash;
  }
  run.generators = GeneratorsOf(shards);
  JudgeEach(shards, run);
  MergeCounts(shards, run);
  MergeNodes(shards, run);
  MergePopularity(shards, run);
  MergeClients(shards, run);
  CompareCaches(shards, run);
  Judge(thresholds, run);
  return run;
}

}  // namespace

Result<MergedRun> MergeShards(const std::vector<NamedResult>& results) {
  if (const std::string unlike = ComplaintAboutShards(results); !unlike.empty()) {
    return Fail(Code::kInvalidArgument, unlike);
  }
  Shards shards;
  for (const NamedResult& result : results) {
    auto shard = ReadShard(*result.json);
    if (!shard) {
      return Fail(Code::kInvalidArgument, "\"" + result.name + "\": " + shard.error().message);
    }
    shards.push_back(*std::move(shard));
  }
  std::ranges::sort(shards, {}, [](const RunResult& run) { return run.shard->shard.index; });
  MergedRun merged{.run = Merge(shards), .json = {}};
  merged.json = ToJson(merged.run);
  // As it was asked for, settings that this version does not know included.
  Json config = results.front().json->at("config");
  config["workers"] = merged.run.config.workers;
  if (!merged.run.plan_hash.empty()) config["plan_hash"] = merged.run.plan_hash;
  merged.json["config"] = std::move(config);
  merged.json["histograms"] = HistogramsJson(merged.run);
  return merged;
}

}  // namespace ringlab
