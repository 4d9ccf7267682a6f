// Arrival fidelity: how near the requests that were sent come to the process that was asked for.
//
// A generator that bunches its sends measures its own bursts and calls them the server's latency.
// So every report says how the gaps between actual sends compare with the plan's law. Pure
// arithmetic over recorded times.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "loadgen/plan/arrivals.h"

namespace ringlab {

// A gap of a constant process may differ from the plan's by this fraction.
inline constexpr double kConstantGapTolerance = 0.1;

struct ArrivalFidelity {
  std::uint64_t gaps = 0;  // one less than the sends
  double distance = 0;     // 0 is perfect, 1 the worst
};

// `sent` are offsets from any one moment, in any order (several workers' sends put together);
// `rate` is that of all of them, a second. Absent with fewer than two sends.
//
//   poisson   Kolmogorov-Smirnov distance of the gaps from the exponential law of that rate
//   constant  the larger of the fractions of gaps that are more than a tenth too short or too long
//
// Of a shard, `sent` is every `every`-th arrival of the process: then Poisson's gaps are sums of so
// many exponential ones, whose law is Erlang's.
std::optional<ArrivalFidelity> MeasureFidelity(std::vector<Duration> sent, ArrivalProcess process,
                                               double rate, std::uint64_t every = 1);

// The chance that n draws of the right law are at least `distance` away from it: Kolmogorov's limit
// law with the small-sample factor of M. A. Stephens (1970). Only for a Kolmogorov-Smirnov
// distance, so not for constant arrivals. n > 0.
double KolmogorovPValue(double distance, std::uint64_t n);

}  // namespace ringlab
