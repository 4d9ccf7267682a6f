#include "loadgen/mpi/rank_run.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "loadgen/judge/verdict.h"
#include "loadgen/report/report.h"
#include "loadgen/run/clock.h"
#include "loadgen/run/files.h"
#include "loadgen/shard/counts_json.h"
#include "results/text/text_format.h"

namespace ringlab {

Result<RankRun> PrepareRank(LoadgenOptions& options) {
  if (const auto room = RoomForRun(options); !room) return tl::unexpected<Error>(room.error());
  RankRun run;
  run.cluster = UseTargets(options.targets);
  auto ring = RingOf(options.cluster.ring, *run.cluster);
  if (!ring) return tl::unexpected<Error>(std::move(ring.error()));
  run.ring = *std::move(ring);
  auto session = Session::Open(options, *run.cluster, run.ring);
  if (!session) return tl::unexpected<Error>(std::move(session.error()));
  run.session = *std::move(session);
  if (const auto connected = run.session->Connect(); !connected) {
    return tl::unexpected<Error>(connected.error());
  }
  return run;
}

std::string RingText(const RankRun& run) {
  return Format("%016llx", static_cast<unsigned long long>(run.ring->fingerprint()));
}

std::string PlanText(const LoadgenOptions& options) {
  constexpr int kRequests = 200'000;
  auto plan = Workload::Create(options.config.workload);
  if (!plan) return plan.error().message;
  PlanHash hash;
  PlannedRequest request;
  for (int i = 0; i < kRequests && plan->Next(request); ++i) hash.Add(request);
  return hash.ToString();
}

std::string ShardText(const LoadgenOptions& options, RunResult& result) {
  Judge(options.thresholds, result);
  nlohmann::ordered_json json = ToJson(result);
  AddShardCounts(result, json);
  return json.dump();
}

}  // namespace ringlab
