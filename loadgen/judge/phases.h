// What a run at changing rates was like, phase by phase. Pure.
#pragma once

#include <optional>
#include <vector>

#include "loadgen/judge/run_result.h"

namespace ringlab {

// Those that began within `elapsed`; the last may have ended early. `measured` is by phase.
std::vector<PhaseResult> PhasesOf(const std::vector<ProfilePhase>& planned,
                                  const std::vector<PartMeasurements>& measured, Duration elapsed);

// A second, of what was to be sent within `elapsed` of the measurement's start: of a profile that
// was cut short, its beginning.
double PlannedQps(const RunConfig& config, Duration elapsed);

// How near the sends come to the plan's law. Under a profile in its operational time, in which
// arrivals of any rate are those of rate 1.
std::optional<ArrivalFidelity> FidelityOf(const RunResult& run);

}  // namespace ringlab
