// Every allocation of this program, counted: calls and bytes asked for.
//
// Replaces malloc and its siblings (operator new calls malloc), so it may be linked into a program
// of its own alone. Single-threaded programs only.
#pragma once

#include <cstdint>

namespace ringlab {

struct AllocationCount {
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
};

// Since the start of the program.
AllocationCount AllocationsSoFar();

}  // namespace ringlab
