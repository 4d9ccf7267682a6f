// What a merge needs of a shard's result beyond what any result holds: every histogram with its
// exact figures, the histograms of every interval, and the problems that were found.
//
// A result has percentiles of its nodes and intervals, and percentiles cannot be merged; counts
// can. Latencies are in ns. Pure; any thread may call it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.h"
#include "loadgen/judge/run_result.h"

namespace ringlab {

// "shard/counts" of the result, which has to be that of a shard.
void AddShardCounts(const RunResult& run, nlohmann::ordered_json& json);

// The way back, into `run.measured` and `run.problems`: of a result that keeps to its schema, with
// `run.config`, `run.elapsed` and the nodes read already. kInvalidArgument names the place that no
// shard could have written; `run` is worth nothing then.
Result<void> ReadShardCounts(const nlohmann::ordered_json& json, RunResult& run);

}  // namespace ringlab
