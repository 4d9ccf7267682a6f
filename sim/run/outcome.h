// What a run of sim leaves: its report, its files, and the code that it exits with.
#pragma once

#include <string>

#include "node/live/outputs.h"
#include "sim/loopback/sim_result.h"
#include "sim/run/options.h"

namespace CLI {
class App;
}

namespace ringlab {

// The flags of what is written, and what a run reads and so must not write.
NamedFiles FilesOf(const SimOptions& options);
NamedFiles InputsOf(const CLI::App& app, const SimOptions& options);

// A result that has begun now, on this machine.
SimResult BeginSimResult();

// Judges the result, says `text` and the verdict, and then `left_out`, and writes the files. What
// could not be written is told on stderr. The exit code.
int ReportRun(const CLI::App& app, const SimOptions& options, const std::string& text,
              const std::string& left_out, SimResult& result, Outputs& outputs);

}  // namespace ringlab
