// The flags of a swarm: thousands of seeds of trouble, or one of them again.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/virtual/swarm_plan.h"

namespace CLI {
class App;
}

namespace ringlab {

struct SwarmOptions {
  std::uint64_t seeds = 0;  // 0: no swarm
  SwarmCase replayed;       // with `replay`
  std::string replay;       // a case, as it was given; "" for none
  bool shrink = false;

  bool asked() const { return seeds > 0 || !replay.empty(); }
};

void AddSwarmFlags(CLI::App& app, SwarmOptions& options);

// Refuses flags that mean nothing beside a swarm, and a case that there is not; or "".
std::string CompleteSwarm(const CLI::App& app, SwarmOptions& options);

// What was asked for: part of "config" of the JSON.
nlohmann::ordered_json SwarmConfigJson(const SwarmOptions& options, std::uint64_t first_seed);

}  // namespace ringlab
