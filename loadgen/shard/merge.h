// The results of all shards of a plan as the one result of the plan.
//
// What was counted is added up, histograms counter by counter, intervals by the second in which
// requests were planned to start; percentiles, thresholds and the verdict follow from the sums, as
// they would of one generator. What the nodes say of themselves (their counts, CPU and memory)
// every shard was told alike, for the whole cluster: it is taken from the first. Pure; any thread
// may call it. Memory for the JSON of all, and for the counts of two: 216 KiB a histogram, two a
// node and four a phase.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "loadgen/judge/run_result.h"

namespace ringlab {

struct NamedResult {
  std::string name;                              // of the file or the rank, for messages
  const nlohmann::ordered_json* json = nullptr;  // the caller's, never null
};

struct MergedRun {
  RunResult run;                // judged; its config is the shards' but for what they cannot tell
  nlohmann::ordered_json json;  // ToJson(run) with its histograms
};

// Results that keep to their schema, one at least, in any order. kInvalidArgument names the result
// and what of it is another plan's, ring's, version's or start's, or no shard could have counted,
// or which shard is missing or there twice.
Result<MergedRun> MergeShards(const std::vector<NamedResult>& results);

}  // namespace ringlab
