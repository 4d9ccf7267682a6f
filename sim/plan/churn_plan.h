// ChurnPlan: a script as what is to be done when, and the ring after each change. Pure, so that a
// script which a ring cannot play is refused before any node starts.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/ring/ring.h"
#include "sim/plan/script.h"

namespace ringlab {

struct ChurnAction {
  enum class What : std::uint8_t { kKill, kForget, kJoin, kLeave };  // kForget: a kill is known

  Duration at{};
  What what = What::kKill;
  std::size_t step = 0;                        // of the script
  double weight = 1;                           // kJoin: what the node had before, if it comes back
  std::shared_ptr<const Ring> ring = nullptr;  // from then on; null for kKill, which nobody knows
};

// In order of time. A kill is two actions: it is known `detect` later, but at the latest when the
// node comes back. Errors, naming the step: CheckScript's, and what the kind of ring cannot do.
Result<std::vector<ChurnAction>> PlanChurn(const std::vector<ChurnStep>& script, Duration detect,
                                           std::shared_ptr<const Ring> ring);

}  // namespace ringlab
