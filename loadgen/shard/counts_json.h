// What a merge needs of a shard's result beyond what any result holds: every histogram with its
// exact figures, the histograms of every interval, and the problems that were found.
//
// A result has percentiles of its nodes and intervals, and percentiles cannot be merged; counts
// can. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/histogram.h"
#include "core/base/result.h"
#include "core/ring/ring.h"
#include "loadgen/judge/run_result.h"

namespace ringlab {

// "shard/counts" of the result, which has to be that of a shard.
void AddShardCounts(const RunResult& run, nlohmann::ordered_json& json);

// The way back, into `run.measured` and `run.problems`: of a result that keeps to its schema, with
// `run.config` and the nodes' names read already. kInvalidArgument says what no shard could have
// counted.
Result<void> ReadShardCounts(const nlohmann::ordered_json& json, RunResult& run);

}  // namespace ringlab
