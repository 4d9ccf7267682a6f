// What a run of loadgen leaves: its files, and the code that it exits with.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "loadgen/judge/run_result.h"
#include "loadgen/run/options.h"
#include "node/live/outputs.h"

namespace ringlab {

// The flags of what is written, and what a run reads and so must not write.
NamedFiles FilesOf(const LoadgenOptions& options);
NamedFiles InputsOf(const CLI::App& app, const LoadgenOptions& options);

// The text for a flag's file. `json` is the whole result.
std::string TextFor(const std::string& flag, const RunResult& result,
                    const nlohmann::ordered_json& json);

// What could not be written is told on stderr. The exit code: `exit`, or that of a usage error.
int Ended(const CLI::App& app, const Outputs& outputs, int exit);

// The end of a run that could not begin, and its exit code. The files say so too, or nothing:
// whoever reads them must not take an older result for this one's.
int CannotRun(const CLI::App& app, const LoadgenOptions& options, Outputs& outputs,
              const std::string& why, bool interrupted = false);

// Of a run that was cut short it is kExitInconclusive, whatever the verdict.
int ExitCodeOf(Verdict verdict);
int ExitCodeOf(const RunResult& result);

}  // namespace ringlab
