// Running the benchmark programs of a build, for the figures that the gate compares.
//
// exact_bench runs under callgrind in an environment that is the same everywhere: no variable of
// the user's, libraries bound at the start, and the C library told to use nothing beyond SSE2. It
// would choose its memcpy, memcmp and exp by the processor, and their instructions would count as
// ours.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "results/gate/measurements.h"
#include "results/gate/process.h"

namespace ringlab {

inline const std::vector<std::string> kBenchTargets{"exact_bench", "hot_bench"};

// Everything exact of the programs in `bin`: instructions with their functions, allocations,
// figures. kUnavailable without valgrind; kInternal when a program fails, kInvalidArgument when
// what it wrote is not understood.
Result<BenchMeasurements> MeasureExactly(const std::string& bin,
                                         const std::vector<std::string>& arguments,
                                         const StopAsked& stop);

// One run of hot_bench: ns an operation of each path, the least of the repetitions, because noise
// only ever adds. Of all paths, or of those named.
Result<std::map<std::string, double>> TimeOnce(const std::string& bin,
                                               const std::vector<std::string>& arguments,
                                               const std::vector<std::string>& only,
                                               const StopAsked& stop);

// The paths that hot_bench of a build times.
Result<std::vector<std::string>> TimedPaths(const std::string& bin, const StopAsked& stop);

// Whether two programs are the same but for what is said about them: where they were built, and the
// linker's digest of it.
Result<bool> HaveSameCode(const std::string& a, const std::string& b, const StopAsked& stop);

// CPU time of the whole machine so far, and how much of it the hypervisor took.
struct MachineTime {
  double total = 0;
  double stolen = 0;
};
MachineTime MachineTimeNow();

}  // namespace ringlab
