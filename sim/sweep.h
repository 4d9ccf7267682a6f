// Sweep: ring skew over many settings, each measured for many sets of names.
//
// An axis is a list of values of one setting; the cells are all combinations. A seed of a cell is
// another set of node names of the same shape (sim/naming.h), and another choice of hot keys: the
// first seed has the very names of the pattern. Pure: MeasureCell may run on any thread, and the
// same cell and seed give the same sample.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ring_spec.h"
#include "loadgen/balance.h"
#include "sim/theory.h"

namespace ringlab {

inline constexpr std::uint64_t kSweepCellsMax = 10'000;
inline constexpr std::uint64_t kSweepSeedsMax = 10'000;

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

// Adds the axis that "replicas=1,10,50" says: replicas, nodes, ring (or all), zipf, names.
// kInvalidArgument naming the axis, the value and what is accepted.
Result<void> AddSweepAxis(std::string_view text, SweepAxes& axes);

// All combinations; an axis without values has the one of `base`. The rings vary slowest, then
// names, nodes, replicas, zipf. Rings that know no replicas are not repeated over that axis.
// kInvalidArgument for more than kSweepCellsMax.
Result<std::vector<SweepCell>> CellsOf(const SweepAxes& axes, const SweepCell& base);

struct SweepSample {
  BalanceStats ring;  // of the ring's shares
  BalanceStats load;  // of the requests
};

// kInvalidArgument when the ring cannot be built. Where a ring is sampled, it is with few keys.
Result<SweepSample> MeasureCell(const SweepCell& cell, std::uint64_t keys, std::uint64_t seed);

// A mean over seeds, and the interval that holds the true mean with 95 % confidence (Student's t);
// absent for one seed.
struct Estimate {
  double mean = 0;
  std::optional<Band> interval = {};
};

Estimate EstimateMean(const std::vector<double>& values);

struct SweepRow {
  SweepCell cell;
  std::uint64_t seeds = 0;
  Estimate peak;
  Estimate min;
  Estimate cv;  // root mean square, as theory expects it
  Estimate gini;
  Estimate load_peak;
  Estimate load_cv;      // likewise
  Expectation expected;  // of one ring
};

// Samples of seeds 1, 2, …, at least one.
SweepRow Summarise(const SweepCell& cell, const std::vector<SweepSample>& samples);

}  // namespace ringlab
