// The flag of a recorded trace, whose requests are sent in the place of Zipf traffic.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/run/options.h"

namespace ringlab {

void AddTraceFlag(CLI::App& app, SimOptions& options);

// Reads as much of the trace as --requests asks for: that it can be read, how long it lasts and
// what it holds. What is wrong with the flags or the file, or "".
std::string CompleteTrace(const CLI::App& app, SimOptions& options);

// "config/trace" of the JSON, of options with one.
nlohmann::ordered_json TraceJson(const SimOptions& options);

}  // namespace ringlab
