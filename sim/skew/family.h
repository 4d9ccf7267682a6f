// Family: is a ring's skew its hash's fault, or bad luck?
//
// One ring cannot tell. But the rings of sibling names (sim/skew/naming.h) share the naming scheme
// and nothing else, and under a good hash their skews are independent draws from theory. How far
// their mean cv^2 lies from the exact expectation is then a z-score. Far above it, the hash piles
// such names up; far below it, it deals them out more evenly than chance, for which other schemes
// pay.
//
// A mean of cv^2 is skewed, nearly a gamma of the same mean and variance; its cube root is nearly
// normal (E. B. Wilson and M. M. Hilferty, 1931), and z is that one's. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ring/spec.h"
#include "sim/skew/theory.h"

namespace ringlab {

// Points hashed for one family: about 0.3 s at most. CRC-32 on 8 nodes of 50 replicas needs more
// than 40 siblings to be told from chance whatever the seed; 100 take some 7 ms.
inline constexpr std::uint64_t kFamilyPointsMax = 2'000'000;
inline constexpr std::uint64_t kFamilySiblingsMax = 100;
inline constexpr std::uint64_t kFamilySiblingsMin = 10;

// |z| beyond this is the naming and not chance: 1 family of a good hash in 15,000.
inline constexpr double kFamilyZ = 4;

struct Family {
  std::uint64_t siblings = 0;
  double rms_cv = 0;
  double expected_cv = 0;  // rms
  double z = 0;            // of the mean cv^2: above 0 less even than theory, below 0 more even
  double worst_peak = 0;
  double best_peak = 0;

  bool naming_dependent() const { return z > kFamilyZ || z < -kFamilyZ; }
};

// Rings of `spec` over siblings of the nodes' names, each with its weight, against the theory of
// the ring itself. Absent where fewer than kFamilySiblingsMin rings fit kFamilyPointsMax, where the
// theory has no moments, or the ring has no arcs: what is sampled says nothing about names. `spec`
// and `nodes` must build (checked).
std::optional<Family> MeasureFamily(const RingSpec& spec, const std::vector<RingNode>& nodes,
                                    const Theory& theory, std::uint64_t seed);

}  // namespace ringlab
