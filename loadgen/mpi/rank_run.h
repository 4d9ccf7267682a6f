// A rank's own part of a run: its nodes, its ring, its session. Knows no MPI. For main's thread.
#pragma once

#include <memory>
#include <string>

#include "core/ring/ring.h"
#include "loadgen/run/cluster.h"
#include "loadgen/run/options.h"
#include "loadgen/run/session.h"

namespace ringlab {

struct RankRun {
  std::unique_ptr<Cluster> cluster;
  std::shared_ptr<const Ring> ring;
  std::unique_ptr<Session> session;  // connected
};

// `options` are complete, and must outlive it. An error names what cannot be used and why: the open
// files that the system allows, a node, the ring.
Result<RankRun> PrepareRank(LoadgenOptions& options);

// What all ranks must have in common, as text: the ring's fingerprint, and the hash of the first
// requests of the plan. That of the whole plan is compared when the results are merged: every rank
// knows it once it has sent its part.
std::string RingText(const RankRun& run);
std::string PlanText(const LoadgenOptions& options);

// A rank's result as the JSON of a shard's, judged, with what MergeShards() needs.
std::string ShardText(const LoadgenOptions& options, RunResult& result);

}  // namespace ringlab
