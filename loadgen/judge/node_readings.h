// NodeReadings: what all nodes together had counted at some moments of a run, by their own word.
//
// A caller sees who answered; only the nodes know how many loads that took. Plain data, pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace ringlab {

// One node's part of a reading.
struct PartOfNode {
  std::uint64_t gets = 0;  // that reached it, from callers and from nodes, since its start
  std::uint64_t source_loads = 0;
  Duration cpu{};  // of its process, likewise; of all nodes of a process together
  std::uint64_t resident_bytes = 0;

  friend bool operator==(const PartOfNode&, const PartOfNode&) = default;
};

struct NodeReading {
  Duration at{};           // from the start of the measurement
  std::uint64_t gets = 0;  // from callers, since the nodes' start; and so the others
  std::uint64_t hits = 0;
  std::uint64_t source_loads = 0;
  std::vector<PartOfNode> nodes = {};  // in their order; of up to kNodesToldMax

  friend bool operator==(const NodeReading&, const NodeReading&) = default;
};
inline constexpr std::size_t kNodesToldMax = 16;
inline constexpr std::size_t kReadingsMax = 4096;

// Every other one of them, the first among these: counts go on, so that nothing between is lost.
void Thin(std::vector<NodeReading>& readings);

// The highest rate of loads between two readings, a second. Absent with fewer than two.
std::optional<double> PeakSourceRate(const std::vector<NodeReading>& readings);

// That rate over the mean one. Absent when nothing was loaded, too.
std::optional<double> PeakToMeanOfLoads(const std::vector<NodeReading>& readings);

// What was counted from one reading to the next, as columns; `at_s` is where each stretch ends. Of
// counts that fell, because a node was started again, what they are since then.
// `names` are the nodes', in the order of the readings' parts.
nlohmann::ordered_json ToJson(const std::vector<NodeReading>& readings,
                              const std::vector<std::string>& names);

}  // namespace ringlab
