// The flags of a generator that sends a part of the plan: which one, and when all begin.
#pragma once

#include <string>

#include "loadgen/run/options.h"

namespace ringlab {

// `config` must outlive the parsing.
void AddShardFlags(CLI::App& app, RunConfig& config);

// What does not fit together, or "". Once the targets are known.
std::string ComplaintAboutShard(const CLI::App& app, const LoadgenOptions& options);

}  // namespace ringlab
