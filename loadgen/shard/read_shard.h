// A shard's stored result, read back: what Judge() and ToJson() need, as if it had been run here.
// Pure; any thread may call it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.h"
#include "loadgen/judge/run_result.h"

namespace ringlab {

// Of a result that keeps to its schema and that ComplaintAboutShards() has nothing against.
// kInvalidArgument when it says what no shard could have measured. What it does not tell stays
// empty: send times, the profile and the trace of the plan, the time of day to the nanosecond.
Result<RunResult> ReadShard(const nlohmann::ordered_json& json);

}  // namespace ringlab
