// A swarm as jobs: run by whoever runs them, and what it gives.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/result.h"
#include "sim/jobs/jobs.h"
#include "sim/run/swarm_flags.h"
#include "sim/virtual/swarm.h"

namespace ringlab {

struct SwarmSession {
  SwarmReport report;
  std::string text;  // what there is to read
  JobsEnd end;
};

// `watch` is told how far it is, and stops the run by returning false. The report is the runner's
// first process's, and the same of any runner, but for what it took. The first few failing seeds
// are shrunk there.
using SwarmWatch = std::function<bool(const std::string& progress)>;
Result<SwarmSession> RunSwarmSession(const SwarmOptions& options, std::uint64_t first_seed,
                                     JobRunner& runner, const SwarmWatch& watch);

// One case again. `drawn`: with a diagram of what went between the nodes before the first finding,
// or around the first fault where nothing was found.
SwarmSession RunSwarmReplay(const SwarmOptions& options, bool drawn, const SwarmWatch& watch);

// "interrupted: 3 of 12 seeds were run", or "" where it was not stopped.
std::string StoppedText(const SwarmSession& session);

}  // namespace ringlab
