// RunMapCell: one cell of a map: a cluster is warmed up, shocked, and watched until it is well
// again for as long as it must hold, or until nobody waits any longer.
//
// Warming up, the source takes whatever comes; then, before the shock, as little as it really can.
// The same spec, cell and seed give the same run on every machine; the times and keys that clients
// ask for are those of the load and the seed alone, whatever the shock and the defence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "sim/map/map_spec.h"

namespace ringlab {

struct MapOutcome {
  bool was_well = false;  // before the shock; if not, nothing else follows
  std::optional<std::uint64_t> recovery_s =
      std::nullopt;             // from the end of the shock; none: not by the horizon
  double qps = 0;               // asked for, on average
  double goodput_before = 0;    // of the requests, those that were answered
  double goodput_low = 0;       // the worst second after the shock began
  double goodput_end = 0;       // in the last seconds, as many as it must hold
  double hit_ratio_before = 0;  // of the nodes' gets
  double hit_ratio_low = 0;     // 0 where nodes came to no get, here and below
  double hit_ratio_end = 0;
  std::uint64_t requests = 0;  // from the shock on
  std::uint64_t answered = 0;  // of these
  std::uint64_t calls = 0;     // by which they were asked
  std::uint64_t source_loads = 0;
  double watched_s = 0;  // from the beginning of the shock
  std::uint64_t events = 0;
  std::uint64_t hash = 0;
};

// kInvalidArgument for a spec of which no cluster can be made.
Result<MapOutcome> RunMapCell(const MapSpec& spec, const MapCell& cell, std::uint64_t seed);

// As bytes, so that another process may have run it; what ToBytes was given, or false when it did
// not write these.
std::string ToBytes(const Result<MapOutcome>& outcome);
bool ReadMapOutcome(std::string_view bytes, Result<MapOutcome>& outcome);

}  // namespace ringlab
