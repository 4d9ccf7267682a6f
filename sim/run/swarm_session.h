// A swarm as the tool runs it: on all cores, with progress, ended early by Ctrl-C.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "node/live/terminal.h"
#include "sim/run/swarm_flags.h"
#include "sim/virtual/swarm.h"

namespace ringlab {

// Blocks. `go_on` says whether nobody has interrupted; the report is then of what was run.
SwarmReport RunSwarmSession(const SwarmOptions& options, std::uint64_t first_seed,
                            StatusLine& status, const std::function<bool()>& go_on);

// One case again: its report, of one seed, and `text`, what there is to read.
SwarmReport RunSwarmReplay(const SwarmOptions& options, StatusLine& status,
                           const std::function<bool()>& go_on, std::string& text);

}  // namespace ringlab
