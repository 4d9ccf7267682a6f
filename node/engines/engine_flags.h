// The flags that choose a wire engine: the same for cachenode, loadgen and sim.
#pragma once

#include <string>
#include <vector>

#include "node/engines/engines.h"

namespace CLI {
class App;
}

namespace ringlab {

// Declares --engine, --loops and --spin. `spec` must outlive the parsing.
void AddEngineFlags(CLI::App& app, EngineSpec& spec);

// Once parsed: what does not fit together, or "".
std::string ComplaintAboutEngine(const EngineSpec& spec);

// The flags that say `spec`, for the command line of a node.
std::vector<std::string> EngineArguments(const EngineSpec& spec);

}  // namespace ringlab
