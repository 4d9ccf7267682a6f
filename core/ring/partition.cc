#include "core/ring/partition.h"

namespace ringlab {

std::vector<Units> Partition::UnitsOf(std::size_t nodes) const {
  std::vector<Units> units(nodes, 0);
  Units begin = 0;
  for (const Arc& arc : arcs) {
    RL_CHECK(arc.owner < nodes);
    units[arc.owner] += Units{arc.last} + 1 - begin;
    begin = Units{arc.last} + 1;
  }
  RL_CHECK_BECAUSE(begin == circle, "arcs that do not cover the hash space");
  return units;
}

}  // namespace ringlab
