// Movement: what changes owner when one ring takes the place of another.
//
// Exact over the hash space where both rings are of one dialect and have arcs on the same circle;
// else by sampled keys, and marked so. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "core/ring/ring.h"
#include "sim/skew/skew.h"

namespace ringlab {

struct Movement {
  std::optional<std::uint64_t> sampled_keys = {};  // absent when exact
  double moved = 0;                                // fraction of the key space with another owner
  double ideal = 0;     // what ideal shares before and after ask for: 1 / (N + 1) for one node
                        // more, 1 / N for one less. An expected value: one ring may move less
  double spurious = 0;  // fraction moved between two nodes that are on both rings: 0 at best
  std::uint64_t recipients = 0;  // nodes that got something of what moved
  double largest_recipient = 0;  // part of what moved that one node got; 0 if nothing moved
  std::uint64_t recipients_possible = 0;  // nodes whose ideal share grew
};

Movement CompareRings(const Ring& from, const Ring& to, const Sampling& sampling);

}  // namespace ringlab
