// The flags of recorded traces: one to play, and one to write the plan to.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace ringlab {

struct LoadgenOptions;

void AddTraceFlags(CLI::App& app, LoadgenOptions& options);

// Reads the trace once, to its end or to that of the run: how long it lasts, at which rate, what it
// asks for, and that it can be read. Then duration, rate, mix and keys of the options are the
// trace's. What is wrong with the flags or the file, or "".
std::string CompleteTrace(const CLI::App& app, LoadgenOptions& options);

}  // namespace ringlab
