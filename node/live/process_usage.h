// What this process has used so far: CPU time and memory, as the kernel counts them.
#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace ringlab {

struct ProcessUsage {
  std::uint64_t pid = 0;
  Duration cpu{};  // user and system, all threads, since start
  std::uint64_t resident_bytes = 0;
};

ProcessUsage UsageOfThisProcess();

// CPU time of the thread that asks, since its start. Zero where the kernel does not tell.
Duration CpuOfThisThread();

}  // namespace ringlab
