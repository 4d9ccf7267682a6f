// A run's histograms in HdrHistogram's formats, for what reads those.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "loadgen/judge/run_result.h"

namespace ringlab {

// `histograms` as results/README.md has it: response, service and send_lag of the whole run, and
// the service times of each operation that was asked for.
nlohmann::ordered_json HistogramsJson(const RunResult& run);

// An interval log: the response times of every interval, a line and a tag for each operation that
// was asked for. Requests are in the interval in which they were planned to start.
std::string RunHlog(const RunResult& run);

// The percentile table of the response times, in milliseconds.
std::string RunHgrm(const RunResult& run);

}  // namespace ringlab
