// The outcome of a seed as bytes, so that another process may have run it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "sim/virtual/swarm_run.h"

namespace ringlab {

std::string ToBytes(const Result<SwarmOutcome>& outcome);

// What ToBytes was given. False when it did not write these bytes.
bool ReadSwarmOutcome(std::string_view bytes, Result<SwarmOutcome>& outcome);

}  // namespace ringlab
