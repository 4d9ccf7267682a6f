// The flags of a run in virtual time.
#pragma once

#include <string>

#include "sim/virtual/network.h"

namespace CLI {
class App;
}

namespace ringlab {

struct VirtualOptions {
  bool asked = false;
  NetworkLaw law = {};
};

void AddVirtualFlags(CLI::App& app, VirtualOptions& options);

// Fills in the rest of the law, and refuses what does not go together: a sentence, or "".
std::string CompleteVirtual(const CLI::App& app, VirtualOptions& options);

}  // namespace ringlab
