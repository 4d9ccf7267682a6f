#include "loadgen/judge/cache_result.h"

namespace ringlab {

const GroupStats* FindGroup(const NodeStats& node, const std::string& group) {
  for (const auto& [name, stats] : node.groups) {
    if (name == group) return &stats;
  }
  return nullptr;
}

std::string CacheTally::Add(const NodeStats& before, const NodeStats& after) {
  const GroupStats* b = FindGroup(before, group_);
  const GroupStats* a = FindGroup(after, group_);
  if (b == nullptr || a == nullptr) return "the group \"" + group_ + "\" is gone";
  if (after.process.pid != before.process.pid || a->gets < b->gets) {
    return "it was restarted during the run, so its counts say nothing";
  }
  sum_.gets += (a->gets - a->gets_from_peers) - (b->gets - b->gets_from_peers);
  sum_.peer_gets += a->gets_from_peers - b->gets_from_peers;
  sum_.hits += (a->hits + a->late_hits) - (b->hits + b->late_hits);
  sum_.joined += a->joined - b->joined;
  sum_.peer_loads += a->peer_loads - b->peer_loads;
  sum_.peer_errors += a->peer_errors - b->peer_errors;
  sum_.fallbacks += a->fallbacks - b->fallbacks;
  sum_.source_loads += a->source_loads - b->source_loads;
  sum_.evicted += a->cache.evicted - b->cache.evicted;
  sum_.items += a->cache.items;
  sum_.used_bytes += a->cache.used_bytes;
  sum_.budget_bytes += a->cache.budget_bytes;
  return CheckIdentities(*a);
}

CacheResult CacheTally::result() const {
  CacheResult result = sum_;
  if (result.gets > 0) {
    result.hit_ratio = static_cast<double>(result.hits) / static_cast<double>(result.gets);
  }
  return result;
}

}  // namespace ringlab
