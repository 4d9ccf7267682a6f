// Whether results are all shards of one plan, each once. Pure; any thread may call it.
#pragma once

#include <string>
#include <vector>

#include "loadgen/shard/merge.h"

namespace ringlab {

// "" when they are, else a sentence that names the result and the difference. Of results that keep
// to their schema; what their counts say is for ReadShard().
std::string ComplaintAboutShards(const std::vector<NamedResult>& results);

}  // namespace ringlab
