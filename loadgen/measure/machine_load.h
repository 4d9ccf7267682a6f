// MachineLoad: who used the machine's CPUs while a run was measured, by the kernel's own count.
//
// Programs' time (user, nice and system of /proc/stat) is the run's or somebody else's; interrupts
// belong to nobody. Pure: the caller reads the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace ringlab {

// Since the machine started, of all its cores, in ticks.
struct MachineTicks {
  std::uint64_t all = 0;
  std::uint64_t idle = 0;      // nothing to do, or waiting for a disk
  std::uint64_t programs = 0;  // user, nice, system
};

// `text` is /proc/stat's; zeros when it does not tell.
MachineTicks ParseMachineTicks(std::string_view text);

// Shares of all cores over a stretch of time.
struct MachineLoad {
  double others_share = 0;  // what programs used beyond our own
  double idle_share = 0;
};

// `ours` is the CPU time of the run's own processes between the two; absent when they do not tell,
// or lie too close together for that.
std::optional<MachineLoad> LoadBetween(const MachineTicks& before, const MachineTicks& after,
                                       Duration ours, std::uint64_t ticks_a_second);

}  // namespace ringlab
