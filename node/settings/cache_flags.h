// How a node caches, as flags say it: the same for cachenode and for those that start nodes.
#pragma once

#include <string>
#include <vector>

#include "core/group/group.h"
#include "core/guard/admission.h"

namespace CLI {
class App;
}

namespace ringlab {

struct CacheFlags {
  GroupOptions group;  // of every group, but for its name and bytes
  AdmissionOptions admission;

  // The flags as they were given, for the command line of a node: {"--policy", "sieve", …}.
  std::vector<std::string> arguments;
};

// Declares --policy, --ttl and the like, and --max-in-flight and the like. `flags` must outlive the
// parsing.
void AddCacheFlags(CLI::App& app, CacheFlags& flags);
void AddLimitFlags(CLI::App& app, CacheFlags& flags);

}  // namespace ringlab
