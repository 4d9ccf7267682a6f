// What a sweep measures: axes, each a list of values of one setting, and the cells that are all
// their combinations. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ring/spec.h"

namespace ringlab {

inline constexpr std::uint64_t kSweepCellsMax = 10'000;

struct SweepAxes {
  std::vector<std::uint32_t> replicas;
  std::vector<std::uint64_t> nodes;
  std::vector<std::string> rings;
  std::vector<double> zipf;
  std::vector<std::string> names;  // patterns with {i}
};

struct SweepCell {
  std::string ring;
  std::uint32_t replicas = 0;
  std::uint64_t nodes = 0;
  double zipf_s = 0;
  std::string names;
};

// INVALID_ARGUMENT when so many nodes of one weight have more points on that kind of ring than a
// ring can hold: told without building it.
Result<void> CheckPoints(const std::string& dialect, std::uint64_t nodes, std::uint32_t replicas);

// Adds the axis that "replicas=1,10,50" says: replicas, nodes, ring (or all), zipf, names.
// kInvalidArgument naming the axis, the value and what is accepted.
// A value that comes twice counts once.
Result<void> AddSweepAxis(std::string_view text, SweepAxes& axes);

// All combinations; an axis without values has the one of `base`. The rings vary slowest, then
// names, nodes, replicas, zipf. Rings that know no replicas are not repeated over that axis.
// kInvalidArgument for more than kSweepCellsMax, or for one that CheckPoints() refuses.
Result<std::vector<SweepCell>> CellsOf(const SweepAxes& axes, const SweepCell& base);

}  // namespace ringlab
