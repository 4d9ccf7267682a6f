// An A/B comparison: two builds, measured in one go on one machine.
//
// Everything exact is compared once. Times are taken in pairs, a run of each right after the other,
// in an order (ABBA or BAAB) that a seed decides, so that drift meets both alike. What is too noisy
// is measured as long again; what fails is measured afresh, and only fails if it does so twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "results/gate/comparison.h"
#include "results/gate/process.h"

namespace ringlab {

struct AbSide {
  std::string name;  // the commit
  std::string bin;
  std::vector<std::string> arguments;  // of the benchmark programs
};

struct AbOptions {
  AbSide base;
  AbSide head;
  std::string only = {};  // names that contain this
  std::size_t pairs = 20;
  std::uint64_t seed = 1;
  bool exact = true;
  bool times = true;
  bool even_if_identical = false;  // times of programs whose code is the same
};

inline constexpr std::size_t kPairsMin = 5;
inline constexpr std::size_t kPairsAfterDoubling = 60;  // at most
inline constexpr std::size_t kWarmUpPairs = 2;
inline constexpr double kStealMax = 0.05;

// Rows unsorted. Errors as the programs' (kCancelled, kInternal …).
using Say = std::function<void(const std::string&)>;
Result<Comparison> CompareBuilds(const AbOptions& options, const StopAsked& stop, const Say& say);

// For each of `pairs` (rounded up to even), whether head goes first.
std::vector<bool> OrderOfPairs(std::size_t pairs, std::uint64_t seed);

// What a second round makes of a row that failed in the first: the second row, which keeps the
// first; FAIL only if both are.
Row Confirmed(Row first, Row second);

}  // namespace ringlab
