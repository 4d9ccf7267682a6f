// Steady: where a series has stopped moving, and what came before was its warm-up.
//
// MSER-5 (K. P. White, "An effective truncation heuristic for bias reduction in simulation output",
// Simulation 69, 1997): of the means of five samples each, the cut after which the standard error
// of the rest is least, within the first half. What is cut must also differ from the rest by more
// than its means vary; the part before the cut that does not is kept, so that a steady series loses
// nothing by chance. Pure; any thread may call.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace ringlab {

inline constexpr std::size_t kSteadyBatch = 5;    // samples
inline constexpr std::size_t kSteadyBatches = 4;  // fewer do not tell
inline constexpr double kSteadySure = 0.99;       // that what is cut differs

struct SteadyFrom {
  std::size_t from = 0;  // the first sample of the steady part; 0 when nothing is cut
  bool settled = true;   // false: the best cut is the last one allowed, so it may move on
};

// Of samples one step apart. Absent with fewer than kSteadyBatch * kSteadyBatches.
std::optional<SteadyFrom> FindSteady(std::span<const double> samples);

}  // namespace ringlab
