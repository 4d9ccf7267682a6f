// Rings: how even each is against chance, why, and what would help. From "rings" of a sim result.
// Pure.
#pragma once

#include <vector>

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

// Several rings side by side; empty for one.
Section CompareSection(const Json& result);

// One ring; `index` of "rings". The first is open, more are folded.
Section RingSection(const Json& result, std::size_t index);

}  // namespace ringlab::html
