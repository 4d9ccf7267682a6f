// Whether results are all shards of one plan, each once.
#pragma once

#include <string>
#include <vector>

#include "loadgen/shard/merge.h"

namespace ringlab {

// "" when they are, else a sentence that names the result and the difference.
std::string ComplaintAboutShards(const std::vector<NamedResult>& results);

}  // namespace ringlab
