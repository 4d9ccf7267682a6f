// What the nodes' caches counted during a run.
#pragma once

#include <cstdint>
#include <optional>

namespace ringlab {

// Sums over the nodes, for the measured stretch alone. At quiescence.
struct CacheResult {
  std::uint64_t gets = 0;       // from callers
  std::uint64_t peer_gets = 0;  // from nodes that forwarded
  std::uint64_t hits = 0;
  std::uint64_t joined = 0;
  std::uint64_t peer_loads = 0;
  std::uint64_t peer_errors = 0;
  std::uint64_t fallbacks = 0;
  std::uint64_t source_loads = 0;
  std::uint64_t evicted = 0;
  std::uint64_t items = 0;       // at the end
  std::uint64_t used_bytes = 0;  // at the end
  std::uint64_t budget_bytes = 0;
  std::optional<double> hit_ratio = {};  // hits / gets: a request hits at most once, wherever
};

}  // namespace ringlab
