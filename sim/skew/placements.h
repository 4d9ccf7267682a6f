// Placements: how busy the busiest node is on average, wherever popular keys happen to fall.
//
// Which node gets the hottest key is luck, and keys of another seed or of real life have another
// luck: one draw is no ground for advice. So the hottest keys are dealt to nodes many times over,
// each key to a node with the chance of that node's share, and the peaks are averaged; the other
// keys fall where the arcs say. The draws are the same for every ring, so that rings are compared
// with each other and not with luck. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/skew/traffic.h"

namespace ringlab {

// The busiest node over the mean when the `mirrored` hottest keys are answered by every node.
struct MirroredPeak {
  std::uint64_t mirrored = 0;
  double peak = 0;
};

// Over kPlacements deals (fewer above 10,000 nodes). The standard error of a mean of fifty is some
// 3 % of what the peak exceeds 1 by.
inline constexpr std::uint64_t kPlacements = 50;

// For 0, 1, 2, 4, ... mirrored keys, ascending. `shares` and the `ideal` ones by node sum to 1;
// ideals are above 0. `law` has its kHottestKeys or all written out (checked). 2 ms for 8 nodes.
std::vector<MirroredPeak> PeaksOverPlacements(const std::vector<double>& shares,
                                              const std::vector<double>& ideal,
                                              const TrafficLaw& law);

// The fewest keys with which the peak is at most `target`; else the fewest from which on more of
// them hardly help, 0 where none does. `peaks` is not empty.
MirroredPeak FewestMirrored(const std::vector<MirroredPeak>& peaks, double target);

}  // namespace ringlab
