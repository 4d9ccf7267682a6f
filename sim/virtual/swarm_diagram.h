// What went between the nodes right before a moment of a swarm's run, to be drawn: its run once
// more, which is the same. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.h"
#include "core/base/time.h"
#include "sim/virtual/swarm_plan.h"

namespace ringlab {

inline constexpr std::size_t kDiagramMessagesMax = 400;  // more are a blur

// The last messages up to a little after `at` from the start of the traffic, and the faults of that
// stretch: what results/README.md calls `swarm.diagram`. kInvalidArgument for a plan that no
// cluster can be made of.
Result<nlohmann::ordered_json> DiagramOf(const SwarmPlan& plan, Duration at);

}  // namespace ringlab
