// CacheTally: the nodes' own counts over a stretch of time, summed.
#pragma once

#include <string>

#include "core/group/node_stats.h"
#include "loadgen/judge/run_result.h"

namespace ringlab {

// The counts of that group, or null.
const GroupStats* FindGroup(const NodeStats& node, const std::string& group);

class CacheTally {
 public:
  explicit CacheTally(std::string group) : group_(std::move(group)) {}

  // One node at the start and at the end, both without a request under way. Returns what does not
  // add up in its counts, or "".
  std::string Add(const NodeStats& before, const NodeStats& after);

  CacheResult result() const;

 private:
  const std::string group_;
  CacheResult sum_;
};

}  // namespace ringlab
