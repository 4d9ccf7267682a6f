#include "loadgen/shard/merge.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "loadgen/judge/verdict.h"
#include "loadgen/report/report.h"
#include "loadgen/report/run_histograms.h"
#include "loadgen/shard/alike.h"
#include "loadgen/shard/host_cores.h"
#include "loadgen/shard/read_shard.h"
#include "results/text/json_view.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// "generator 2/4 on c17"
std::string NameOf(const GeneratorResult& generator) {
  return "generator " + generator.shard.ToString() +
         (generator.host.empty() ? "" : " on " + generator.host);
}

GeneratorResult GeneratorOf(const RunResult& shard) {
  GeneratorResult row = *shard.shard;
  const Histogram& lag = shard.measured.latencies.send_lag;
  row.sent = shard.measured.totals.sent;
  row.cpu_cores = shard.client_cpu_cores;
  if (SupportsPercentile(lag.count(), 99)) row.send_lag_p99 = lag.ValueAtPercentile(99);
  return row;
}

// Takes the shards one after another and keeps none: each has four histograms a phase and two a
// node, so that hundreds of them would need more memory than most machines have.
class ShardSum {
 public:
  void Add(RunResult shard) {
    const bool is_first = run_.generators.empty();
    if (is_first) Begin(shard);
    run_.generators.push_back(GeneratorOf(shard));
    if (!is_first) {
      AddPopularity(shard);
      CompareCaches(shard);
    }
    JudgeAlone(shard);
    AddClient(shard);
    AddCounts(shard);
  }

  // Once, after the last.
  RunResult Judged() {
    run_.measured.series.Cut(run_.elapsed);
    // Each shard has a part of every phase's requests.
    for (std::size_t i = 0; i < run_.phases.size(); ++i) {
      run_.phases[i].measured = run_.measured.parts[i];
    }
    if (run_.elapsed > Duration::zero()) {
      run_.achieved_qps = static_cast<double>(run_.measured.totals.sent) / Seconds(run_.elapsed);
    }
    run_.gone.assign(gone_.begin(), gone_.end());
    run_.machine_cores = cores_.Sum();
    FillNodes();
    Judge(thresholds_, run_);
    return std::move(run_);
  }

 private:
  // What is the same of all, or was told alike to all.
  void Begin(const RunResult& first) {
    run_.config = first.config;
    run_.config.shard = {};
    run_.config.workers = 0;
    run_.started_at = first.started_at;
    run_.environment = first.environment;
    run_.nodes = first.nodes;
    run_.cache = first.cache;
    run_.cache_missing = first.cache_missing;
    run_.readings = first.readings;
    run_.popularity = first.popularity;
    run_.measured = Measurements(first.nodes.size());
    for (const ThresholdResult& t : first.thresholds) thresholds_.push_back(t.threshold);
  }

  // The bands are the plan's, and so the same for all.
  void AddPopularity(const RunResult& shard) {
    if (!run_.popularity) return;
    KeyPopularity& all = *run_.popularity;
    const auto& other = shard.popularity;
    const bool alike = other && other->bands.size() == all.bands.size() &&
                       other->hottest.size() == all.hottest.size();
    if (!alike) return run_.popularity.reset();
    for (std::size_t i = 0; i < all.bands.size(); ++i) {
      all.bands[i].requests += other->bands[i].requests;
    }
    for (std::size_t i = 0; i < all.hottest.size(); ++i) {
      all.hottest[i].requests += other->hottest[i].requests;
    }
  }

  // What a warm node tells one generator it tells the next: if not, somebody asked in between.
  void CompareCaches(const RunResult& shard) {
    const bool told = shard.cache.has_value() && run_.cache.has_value();
    if (!told || shard.cache->gets == run_.cache->gets) return;
    run_.cache_missing = "the generators were told different counts of the nodes: " +
                         NameOf(run_.generators.front()) + " " + std::to_string(run_.cache->gets) +
                         " gets, " + NameOf(*shard.shard) + " " + std::to_string(shard.cache->gets);
    run_.cache.reset();
    run_.readings.clear();
    for (NodeResult& node : run_.nodes) node.gets.reset();
  }

  // A generator that could not do its part makes the whole mislead, whatever its share in the sums.
  // How many of its requests may fail is for the sums to say.
  void JudgeAlone(RunResult& shard) {
    shard.config.failures_accepted = 1;
    Judge({}, shard);
    if (shard.verdict != Verdict::kInvalid) return;
    for (const std::string& reason : shard.reasons) {
      run_.problems.push_back(NameOf(*shard.shard) + ": " + reason);
    }
  }

  // Of their processes together; of their machines, the one that had the least to spare.
  void AddClient(const RunResult& shard) {
    run_.config.workers += shard.config.workers;
    run_.client_cpu_cores += shard.client_cpu_cores;
    run_.client_resident_bytes += shard.client_resident_bytes;
    run_.sender_cpu_share = std::max(run_.sender_cpu_share, shard.sender_cpu_share);
    cores_.Add(shard.shard->host, shard.machine_cores, shard.shard->cpus);
    if (shard.longest_turn) {
      run_.longest_turn = std::max(run_.longest_turn.value_or(Duration{}), *shard.longest_turn);
    }
    if (shard.steal_share) {
      run_.steal_share = std::max(run_.steal_share.value_or(0), *shard.steal_share);
    }
    const bool tightest =
        shard.machine_load &&
        (!run_.machine_load || shard.machine_load->idle_share < run_.machine_load->idle_share);
    if (tightest) run_.machine_load = shard.machine_load;
  }

  void AddCounts(const RunResult& shard) {
    // Of the one that came furthest: what an interrupted one did not begin is not in its phases,
    // and its rate is that of the stretch that it sent.
    if (shard.elapsed > run_.elapsed || shard.phases.size() > run_.phases.size()) {
      run_.phases = shard.phases;
      run_.config.workload.qps = shard.config.workload.qps;
    }
    run_.elapsed = std::max(run_.elapsed, shard.elapsed);
    run_.interrupted = run_.interrupted || shard.interrupted;
    run_.started_at = std::min(run_.started_at, shard.started_at);
    // Nobody walks a very long plan to its end because it was interrupted.
    if (run_.plan_hash.empty()) run_.plan_hash = shard.plan_hash;
    if (run_.order_hash.empty()) run_.order_hash = shard.order_hash;
    gone_.insert(shard.gone.begin(), shard.gone.end());
    run_.measured.Merge(shard.measured);
  }

  void FillNodes() {
    const Measurements& m = run_.measured;
    std::vector<double> requests;
    for (const OwnerMeasurements& owned : m.owners) {
      requests.push_back(static_cast<double>(owned.requests));
    }
    run_.balance = MeasureBalance(requests);
    const std::vector<double> shares = SharesOf(requests);
    const auto& asked = m.asked.empty() ? m.owners : m.asked;
    for (std::size_t i = 0; i < run_.nodes.size(); ++i) {
      run_.nodes[i].owned = m.owners[i];
      run_.nodes[i].asked = asked[i];
      if (!shares.empty()) run_.nodes[i].measured_share = shares[i];
    }
    for (const auto& [cell, failed] : m.failures.cells()) {
      run_.failures.push_back(
          {.code = cell.first, .node = run_.nodes[cell.second].name, .requests = failed});
    }
  }

  RunResult run_;
  std::vector<Threshold> thresholds_;
  HostCores cores_;
  std::set<std::string> gone_;  // who was so for one was for all, in the same words
};

// As it was asked for, settings that this version does not know included.
void KeepConfig(const Json& asked, const RunResult& run, Json& merged) {
  Json config = asked;
  config["workers"] = run.config.workers;
  if (run.interrupted) config["requested_qps"] = run.config.workload.qps;
  if (!run.plan_hash.empty()) config["plan_hash"] = run.plan_hash;
  if (!run.order_hash.empty()) config["order_hash"] = run.order_hash;
  merged["arrivals"]["process"] = config["arrivals"];
  merged["config"] = std::move(config);
}

}  // namespace

Result<MergedRun> MergeShards(const std::vector<NamedResult>& results) {
  if (const std::string unlike = ComplaintAboutShards(results); !unlike.empty()) {
    return Fail(Code::kInvalidArgument, unlike);
  }
  std::vector<NamedResult> by_index = results;
  std::ranges::sort(by_index, {}, [](const NamedResult& result) {
    return JsonView(*result.json)["shard"]["index"].count();
  });
  ShardSum sum;
  for (const NamedResult& result : by_index) {
    auto shard = ReadShard(*result.json);
    if (!shard) {
      return Fail(Code::kInvalidArgument, "\"" + result.name + "\": " + shard.error().message);
    }
    sum.Add(*std::move(shard));
  }
  MergedRun merged{.run = sum.Judged(), .json = {}};
  merged.json = ToJson(merged.run);
  KeepConfig(by_index.front().json->at("config"), merged.run, merged.json);
  merged.json["histograms"] = HistogramsJson(merged.run);
  return merged;
}

}  // namespace ringlab
