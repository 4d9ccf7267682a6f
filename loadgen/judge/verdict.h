// The verdict on a run: can its numbers be trusted, and are they good enough?
#pragma once

#include <vector>

#include "loadgen/judge/run_result.h"

namespace ringlab {

// A run is INVALID when its figures would mislead, whatever they say.
inline constexpr double kAchievedMin = 0.99;  // of the requested rate
inline constexpr Duration kSendLagFloor = std::chrono::milliseconds(1);
inline constexpr double kSendLagOfService = 0.1;  // p99 of one over p99 of the other
inline constexpr Duration kTurnTold = std::chrono::milliseconds(20);
inline constexpr double kSenderCpuMax = 0.9;       // of one core, for the busiest sender
inline constexpr double kClientCpuMax = 0.9;       // of all cores
inline constexpr double kOthersCpuMax = 0.25;      // likewise, of other processes, unless
inline constexpr double kIdleEnough = 0.15;        // so much of all cores had nothing to do
inline constexpr double kOthersCpuTold = 0.1;      // more is worth a warning
inline constexpr double kIdleNone = 0.05;          // of all cores: less is nothing
inline constexpr double kOverloadMeant = 0.1;      // failures accepted: a queue may grow, too
inline constexpr double kLateTold = 0.01;          // of the requests: timed out or skipped
inline constexpr std::int64_t kSlowOfMemory = 10;  // so many times as long as a hit is slow

// Fills in verdict, reasons, warnings, thresholds and the limit, each reason with its figure and
// what to do about it. First come faults, then what held the run up, then what that made of it.
// INVALID wins over FAILED; a threshold that cannot be measured fails.
void Judge(const std::vector<Threshold>& thresholds, RunResult& result);

std::string_view VerdictName(Verdict verdict);

}  // namespace ringlab
