// Partition: a hash space cut into arcs, each with one owner. What a ring owns, exactly.
//
// Plain data, immutable once made; safe to read from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/base/check.h"

namespace ringlab {

// A node's position in Ring::nodes(). It means nothing on another ring.
using NodeIndex = std::uint32_t;

inline constexpr NodeIndex kNoNode = std::numeric_limits<NodeIndex>::max();

// Places in a hash space, counted. 128 bits, because one node alone may own all 2^64 of them.
__extension__ using Units = unsigned __int128;

struct Partition {
  // The last place of one arc and its owner. An arc begins where the one before it ended.
  struct Arc {
    std::uint64_t last;
    NodeIndex owner;

    friend bool operator==(const Arc&, const Arc&) = default;
  };

  Units circle = 0;       // all the places
  std::vector<Arc> arcs;  // `last` ascends strictly; the last one's is circle - 1

  // The exact number of places that each of so many nodes owns. They sum to `circle`.
  std::vector<Units> UnitsOf(std::size_t nodes) const;
};

// Walks two partitions of one hash space side by side: visit(units, owner_a, owner_b) for every
// stretch in which neither owner changes, from place 0 up. The circles must be equal (checked).
template <class Visit>
void WalkTogether(const Partition& a, const Partition& b, Visit visit) {
  RL_CHECK(a.circle == b.circle);
  Units begin = 0;
  for (std::size_t i = 0, j = 0; begin < a.circle;) {
    const std::uint64_t last = a.arcs[i].last < b.arcs[j].last ? a.arcs[i].last : b.arcs[j].last;
    visit(Units{last} + 1 - begin, a.arcs[i].owner, b.arcs[j].owner);
    begin = Units{last} + 1;
    i += a.arcs[i].last == last ? 1 : 0;
    j += b.arcs[j].last == last ? 1 : 0;
  }
}

}  // namespace ringlab
