// Node names: from a pattern or a list, and siblings, which are other names of the same shape.
//
// Where a hash is weak, how even a ring is depends on the scheme that its nodes are named by.
// Siblings keep the scheme and change the rest, so rings over them tell the scheme from chance
// (sim/skew/family.h). Pure; the same seed gives the same names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

// "10.0.0.{i}:8080" and 3 give 10.0.0.0:8080, 10.0.0.1:8080, 10.0.0.2:8080. INVALID_ARGUMENT for a
// pattern without {i} or with more than one, or for nodes outside [1, kMaxNamedNodes].
inline constexpr std::uint64_t kMaxNamedNodes = 1'000'000;
Result<std::vector<std::string>> NamesFromPattern(std::string_view pattern, std::uint64_t nodes);

// "a,b,c", in that order. INVALID_ARGUMENT for an empty list, an empty name or one that comes
// twice.
Result<std::vector<std::string>> NamesFromList(std::string_view list);

// Names of the same shape. What is constant in the names is every place at which all of them agree
// or, where their lengths differ, their common prefix and common suffix. There, letters and digits
// become random ones of the same class, the same in every name and at least one of them another
// than it was. Where fewer than three places can change ("1", "2"), a random prefix of four letters
// is put before every name in addition.
//
// `names` unique and at least one. The siblings are unique, in the order of `names`, and none of
// them is in `names`.
std::vector<std::string> SiblingNames(const std::vector<std::string>& names, std::uint64_t seed);

}  // namespace ringlab
