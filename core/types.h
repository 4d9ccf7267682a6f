// The words of a Get: what is asked, what comes back.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/function.h"
#include "core/result.h"
#include "core/time.h"
#include "core/value.h"

namespace ringlab {

// How far a request has come. A request from a caller may take one hop, to the owner; a request
// that took its hop is answered where it lands. So no request travels twice.
enum class Hop : std::uint8_t { kCaller = 0, kPeer = 1 };

// Where an answer came from, as the node that answers sees it.
enum class Level : std::uint8_t { kCache, kPeer, kSource };

// The views need to live only until the call that takes the request returns, or has run its `done`
// if that is earlier.
struct GetRequest {
  std::string_view group;
  std::string_view key;
  Hop hop = Hop::kCaller;
  TimePoint deadline = kNever;
  std::string_view origin = {};        // the node that forwards, empty from a caller
  std::uint64_t ring_fingerprint = 0;  // the ring that the forwarder routed by, 0 = unknown
};

struct GetReply {
  Value value;
  Level level = Level::kCache;
};

using GetCallback = Function<void(Result<GetReply>)>;

}  // namespace ringlab
