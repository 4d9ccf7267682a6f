// Causes: what held a run up, as far as its figures tell. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/judge/run_result.h"

namespace ringlab {

struct Cause {
  // In the order in which one explains the next: who has no CPU answers late, and sends late too.
  enum class Kind : std::uint8_t { kOthers, kMachine, kSource, kLoadgen };

  Kind kind = Kind::kMachine;
  std::string text;      // a sentence, with its figure and what to do about it
  bool misleads = true;  // the figures would, even if nothing else were wrong
};

// In the order of Kind.
std::vector<Cause> FindCauses(const RunResult& run);

// Others that took CPU time, but too little to say more than that; or "".
std::string OthersToBewareOf(const RunResult& run);

// What the first of the causes limits, in the words of the JSON.
Limit LimitOf(const std::vector<Cause>& causes);

}  // namespace ringlab
