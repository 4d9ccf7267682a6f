// RingReport: everything that is to say about one ring, before anybody formats it.
//
// Plain data; a figure that was not measured is absent, never 0. Pure: the same options give the
// same report, except for the timing, which the tool fills in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/ring/partition.h"
#include "core/ring/spec.h"
#include "sim/skew/family.h"
#include "sim/skew/movement.h"
#include "sim/skew/placements.h"
#include "sim/skew/ring_verdict.h"
#include "sim/skew/skew.h"
#include "sim/skew/theory.h"
#include "sim/skew/traffic.h"

namespace ringlab {

struct RingReportOptions {
  RingSpec ring;
  std::vector<RingNode> nodes;
  std::uint64_t seed = 1;  // of sampled keys, of theory's draws, of which keys are hot
  double zipf_s = 0.99;
  std::uint64_t keys = 100'000;
  double target_peak = 1.25;         // the busiest node over the mean: good enough
  std::string joins;                 // the node that is added for the resize figures
  std::string leaves;                // the one that is removed; empty: the last that can be
  std::optional<double> load_bound;  // c of bounded loads, if they are asked for
};

struct Resize {
  std::string node;
  std::optional<Movement> movement;  // absent when the ring refuses the change,
  std::string refusal;               // for this reason
};

// Requests under way, each holding a slot at its node, placed by bounded loads.
struct BoundedOutcome {
  double factor = 0;         // c
  std::uint64_t active = 0;  // requests under way
  double unbounded_peak = 0;
  double peak = 0;     // of active requests over the mean; at most c, rounded up to slots
  double spilled = 0;  // fraction that its owner had no slot for
  double probes_per_lookup = 0;
};

struct RingTiming {
  Duration build{};
  double lookup_hot_ns = 0;   // keys that were just looked up
  double lookup_cold_ns = 0;  // keys all over
};

// Of more arcs, a drawing shows no single one.
inline constexpr std::size_t kDrawnArcsMax = 2000;

struct RingReport {
  RingSpec ring;
  std::uint64_t seed = 1;
  std::size_t nodes = 0;
  std::optional<std::uint64_t> points;      // placed, collisions included; rings of points alone
  std::optional<std::uint64_t> collisions;  // of these, how many fell on a place already taken
  bool order_independent = false;           // other insertion orders gave the same owners
  std::uint64_t bytes = 0;

  Skew skew;
  std::optional<Partition> partition;  // rings of at most kDrawnArcsMax arcs
  Expectation expected;
  Standings standings;
  std::optional<Family> family;
  Traffic traffic;
  std::vector<MirroredPeak> load_peaks;  // on average over where hot keys may fall
  std::optional<MirroredPeak> mirror;    // of these, the fewest keys that are enough or do most;
                                         // measured in traffic.mirrored. Absent: more do not help
  Resize add;
  Resize remove;
  std::optional<BoundedOutcome> bounded;
  std::optional<RingTiming> timing;
  RingVerdict verdict;
};

// INVALID_ARGUMENT when the ring cannot be built, or cannot lose the node that `leaves` names,
// or has the one that `joins` names. kResourceExhausted by CheckSampling() (sim/skew/skew.h).
Result<RingReport> ReportRing(const RingReportOptions& options);

// A name for one node more: the last name with its last number counted up until it is new, or with
// "-new" behind it.
std::string NextName(const std::vector<std::string>& names);

}  // namespace ringlab
