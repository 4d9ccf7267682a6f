// Expiry: until when an entry is fresh, and until when it may still be served stale.
//
// Fresh while now < expires, stale while expires <= now < stale_until (stale-while-revalidate, RFC
// 5861), gone from then on. The default never expires. Plain values, no clock.
#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace ringlab {

struct Expiry {
  TimePoint expires = kNever;
  TimePoint stale_until = expires;  // not before `expires`: an earlier one counts as that

  constexpr bool never() const { return expires == kNever; }

  // When the entry is of no more use.
  constexpr TimePoint end() const { return stale_until > expires ? stale_until : expires; }
};

// What `ttl` from `now` on means, with so long a window of staleness after it. A ttl of 0 is none:
// the entry never expires (reference systems took it for "at once", or for the year 1970).
constexpr Expiry ExpireAfter(TimePoint now, Duration ttl,
                             Duration stale_window = Duration::zero()) {
  if (ttl == Duration::zero()) return {};
  const TimePoint expires = SaturatingAdd(now, ttl);
  return {.expires = expires, .stale_until = SaturatingAdd(expires, stale_window)};
}

// `ttl` shortened by a share of it between 0 and `fraction` (0 to 1) that the key's hash decides,
// so that entries stored together do not all expire together. Never longer than `ttl`, and 0 only
// for 0. The same key always gets the same, in every process.
Duration Jittered(Duration ttl, double fraction, std::uint64_t key_hash);

}  // namespace ringlab
