// Every allocation of this program, counted: calls and bytes asked for.
//
// Replaces malloc and its siblings (operator new calls malloc), so it may be linked into a program
// of its own alone, and a single-threaded one. The blocks are the C library's, each behind a header
// of 16 bytes; but malloc_usable_size tells what glibc gives for that size as a rule: what it
// really gives depends on how the heap was cut up before, and with it what a cache holds. Under a
// sanitizer, which has an allocator of its own, nothing is counted.
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
