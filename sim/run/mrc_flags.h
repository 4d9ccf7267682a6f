// The flags of --mrc: hit ratios over memory, instead of a report on rings.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/cache/eviction/policy.h"
#include "sim/mrc/curves.h"

namespace CLI {
class App;
}

namespace ringlab {

struct SimOptions;

struct MrcFlags {
  std::string source;  // "zipf" or a trace's file with its settings; "" for no curves
  std::vector<Policy> policies = Policies();
  double rate = 1;
  CurveOptions curves;  // what follows from all flags
};

void AddMrcFlags(CLI::App& app, MrcFlags& flags);

// Once nodes, ring and source are known. What does not fit together, a sentence, or "".
std::string CompleteMrc(const CLI::App& app, SimOptions& options);

// "config" of the JSON.
nlohmann::ordered_json MrcConfigJson(const SimOptions& options);

}  // namespace ringlab
