// Miniature: a cache of any policy, simulated small: some of the keys, and as much less memory.
//
// Miniature simulation (C. Waldspurger, T. Saemundsson, I. Ahmad, N. Park, USENIX ATC 2017): the
// keys whose hash is small, in a cache scaled by their rate, miss as often as all keys would in the
// whole cache. The cache is cachenode's own Store with its policies and its way to count bytes, in
// one part. Misses are divided by the rate and set against all requests, not the sampled ones: so a
// hot key, which hits anyhow, does no harm whether it was sampled or not (as in SHARDS-adj).
//
// Holds real entries: some budget * rate bytes, of which values are never touched. Deterministic;
// not thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/cache/store.h"

namespace ringlab {

class Miniature {
 public:
  // Of a cache with that budget, at least Cache::kBudgetBytesMin; `rate` above 0 and at most 1.
  // Rates that are powers of 1/2 keep the steps in which an index grows where they are.
  Miniature(Policy policy, std::uint64_t budget_bytes, double rate);

  // Whether requests for a key are of interest. `hash` = HashKey(key) here and below.
  bool Takes(std::uint64_t hash) const { return hash <= threshold_; }

  // Of a key that it takes: a request, true for a hit; a write, or the load after a miss; a
  // removal.
  bool Get(std::string_view key, std::uint64_t hash);
  void Set(std::string_view key, std::uint64_t hash, std::uint64_t value_bytes);
  void Remove(std::string_view key, std::uint64_t hash);

  // From here on misses count.
  void StartCounting() { misses_ = 0; }

  // Of the whole cache, about.
  double misses() const { return static_cast<double>(misses_) / rate_; }

  std::size_t used_bytes() const { return store_.used_bytes(); }
  std::size_t budget_bytes() const { return store_.budget_bytes(); }

 private:
  const double rate_;
  const std::uint64_t threshold_;
  Store store_;
  std::uint64_t misses_ = 0;
};

// The rate at which a cache of so many entries holds from `wanted` to twice as many of them: a
// power of 1/2; 1 for a smaller cache, and never above `rate_max`.
double MiniatureRate(double entries, double wanted, double rate_max);

}  // namespace ringlab
