// Odd settings: what a node can run with, and its operator will hardly want.
#pragma once

#include <string>
#include <vector>

#include "node/node.h"
#include "node/settings/settings.h"

namespace ringlab {

// A line for each, that says what follows and what would do. `node` runs on `settings`.
std::vector<std::string> OddSettings(const Settings& settings, const Node& node);

}  // namespace ringlab
