#include "node/live/freed_memory.h"

#include <malloc.h>

namespace ringlab {

void KeepFreedMemory() {
  constexpr int kMiB = 1 << 20;
  mallopt(M_TRIM_THRESHOLD, 64 * kMiB);
  mallopt(M_TOP_PAD, kMiB);
  mallopt(M_MMAP_THRESHOLD, 4 * kMiB);
}

}  // namespace ringlab
