#include "core/item/expiry.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {

Duration Jittered(Duration ttl, double fraction, std::uint64_t key_hash) {
  RL_CHECK(fraction >= 0 && fraction <= 1);
  if (ttl <= Duration::zero()) return ttl;
  // The golden ratio's bits: the shard and the slot of a key must not follow from its jitter.
  const std::uint64_t bits = Mix64(key_hash ^ 0x9e3779b97f4a7c15ULL);
  const double share = static_cast<double>(bits >> 11) * 0x1p-53;
  const double cut = static_cast<double>(ttl.count()) * fraction * share;
  return std::max(Duration{1}, ttl - Duration{static_cast<Duration::rep>(cut)});
}

}  // namespace ringlab
