// The counts of a node's groups, as rows of a table: what each is called and explained as.
#pragma once

#include <cstdint>
#include <span>

#include "core/group/stats.h"

namespace ringlab {

// Rows of one family follow each other, and differ in the value of their label.
struct GroupMetric {
  const char* family;
  const char* help;
  const char* label;  // beside `group`; "" for none
  const char* label_value;
  std::uint64_t (*value)(const GroupStats&);
  bool is_gauge = false;
};

std::span<const GroupMetric> GroupMetrics();

}  // namespace ringlab
