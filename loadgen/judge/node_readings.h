// NodeReadings: what all nodes together had counted at some moments of a run, by their own word.
//
// A caller sees who answered; only the nodes know how many loads that took. Plain data, pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "core/base/time.h"

namespace ringlab {

struct NodeReading {
  Duration at{};           // from the start of the measurement
  std::uint64_t gets = 0;  // from callers, since the nodes' start; and so the others
  std::uint64_t hits = 0;
  std::uint64_t source_loads = 0;

  friend bool operator==(const NodeReading&, const NodeReading&) = default;
};

// The highest rate of loads between two readings, a second. Absent with fewer than two.
std::optional<double> PeakSourceRate(const std::vector<NodeReading>& readings);

// That rate over the mean one. Absent when nothing was loaded, too.
std::optional<double> PeakToMeanOfLoads(const std::vector<NodeReading>& readings);

// What was counted from one reading to the next, as columns; `at_s` is where each stretch ends.
nlohmann::ordered_json ToJson(const std::vector<NodeReading>& readings);

}  // namespace ringlab
