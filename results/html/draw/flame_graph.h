// A flame graph: where a program's CPU time went, by the stacks that were seen (B. Gregg, "The
// flame graph", Communications of the ACM 59, 2016). A box is a function in a place of the stack,
// as wide as the share of the samples in which it was there; what it called stands on it.
//
// One SVG file that needs nothing but itself, without script: a box says its name and share under
// the pointer. Pure; the same stacks give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ringlab::html {

struct Stack {
  std::vector<std::string> frames;  // from the outermost to the one that ran
  std::uint64_t samples = 1;
};

// Boxes of less than a thousandth of the width are left out.
std::string FlameGraph(const std::vector<Stack>& stacks, const std::string& title);

}  // namespace ringlab::html
