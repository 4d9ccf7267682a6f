// How sure a run's figures are, as results/README.md has it: intervals, the queue, the steady part.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "loadgen/judge/intervals.h"
#include "loadgen/judge/run_result.h"

namespace ringlab {

// Adds `interval95` and `effective_samples` to a summary of latencies, if there are any.
void AddIntervals(std::span<const PercentileInterval> intervals, nlohmann::ordered_json& latency);

// `queue`: what was in flight, second by second, and whether that grew. Null without a second.
nlohmann::ordered_json QueueJson(const RunResult& run);

// `until`: what ended the run, of one with --until.
nlohmann::ordered_json UntilJson(const RunResult& run);

// `steady`: from when on the run was, and its latencies from there on. Null where nobody can tell.
nlohmann::ordered_json SteadyJson(const RunResult& run);

}  // namespace ringlab
