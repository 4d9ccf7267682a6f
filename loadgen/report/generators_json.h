// Several generators that sent one plan: the part of a shard's result that names it, and the table
// of a merged one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "loadgen/judge/generators.h"

namespace ringlab {

// "shard" of a result: which one of how many, when it was to begin and by which ring it measured.
nlohmann::ordered_json ShardJson(const GeneratorResult& shard);

// "generators" of a merged result, a row each.
nlohmann::ordered_json GeneratorsJson(const std::vector<GeneratorResult>& generators);

}  // namespace ringlab
