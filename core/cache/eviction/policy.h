// Policy: which entry a full cache gives up, by the name that a flag or a file says it with.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

enum class Policy : std::uint8_t { kLru, kLfu, kSieve, kS3Fifo, kTinyLfu };

// "lru" (the default), "lfu", "sieve", "s3fifo", "tinylfu".
std::string_view PolicyName(Policy policy);

// Every policy, in the order above.
const std::vector<Policy>& Policies();

// The policy of that name. INVALID_ARGUMENT, with what is accepted, for any other text.
Result<Policy> ParsePolicy(std::string_view text);

}  // namespace ringlab
