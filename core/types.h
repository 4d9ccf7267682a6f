// The words of the cache: what is asked of a node, what comes back.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/call_times.h"
#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/trace.h"
#include "core/item/value.h"

namespace ringlab {

// How far a request has come. A request from a caller may take one hop, to the owner; a request
// that took its hop is answered where it lands. So no request travels twice.
enum class Hop : std::uint8_t { kCaller = 0, kPeer = 1 };

// Where an answer came from, as the node that answers sees it. On the wire: never renumber.
enum class Level : std::uint8_t {
  kCache = 0,     // its cache
  kPeer = 1,      // another node, the owner
  kSource = 2,    // its source
  kHot = 3,       // its copy of a hot key that another node owns
  kStale = 4,     // its cache, beyond the entry's time and within its stale window
  kNegative = 5,  // its cache of keys without a value
};
inline constexpr std::size_t kLevels = 6;

// "cache", "peer" …
constexpr std::string_view LevelName(Level level) {
  constexpr std::string_view kNames[kLevels] = {"cache", "peer",  "source",
                                                "hot",   "stale", "negative"};
  return kNames[static_cast<std::size_t>(level)];
}

// The views need to live only until the call that takes the request returns, or has run its `done`
// if that is earlier.
struct GetRequest {
  std::string_view group;
  std::string_view key;
  Hop hop = Hop::kCaller;
  bool timed = false;  // the reply says how its time was spent
  TimePoint deadline = kNever;
  std::string_view origin = {};        // the node that forwards, empty from a caller
  std::uint64_t ring_fingerprint = 0;  // the ring that the forwarder routed by, 0 = unknown
  Trace trace = {};                    // what it is part of; shared, not a view
  CallTimes* times = nullptr;  // filled in before `done`, by a transport that knows; lives as long
  // Not on the wire. Who is asked and says nothing is given up in time for another way to have the
  // answer by then; kNever: it is waited for until the deadline.
  TimePoint wanted_by = kNever;
};

// How the time of an answer was spent, as the node that gives it knows; ns. What is not one of the
// parts was work. A float is exact to 1 us up to 16 s, and half as large.
struct AnswerTimes {
  float took = 0;    // from the arrival of the request's bytes to the answer; 0: it does not say
  float queue = 0;   // of that, until a thread took it up
  float hop = 0;     // until another node had it, and until the answer came back from there
  float source = 0;  // until a source had the value

  friend bool operator==(const AnswerTimes&, const AnswerTimes&) = default;
};

struct GetReply {
  Value value;
  Level level = Level::kCache;
  float minute_qps = 0;  // from the owner: requests a minute for this key; 0 unknown
  Duration copy_ttl = Duration::zero();  // from the owner: a copy may be kept so long; 0: none
  // To who asked for it. Of a reply of this node's own group: what its load waited for, and no
  // `took`; who joined the load later waited for a part of that.
  AnswerTimes times = {};
};

using GetCallback = Function<void(Result<GetReply>)>;

// What a key's former owner still has in memory, for the one that the ring gave the key to. It
// waits on nothing: kNotFound when it has none. Asked for by a GetRequest.
struct PeekReply {
  Value value;
  Duration ttl = Duration::zero();  // how long it still lives; 0: it does not expire
};

using PeekCallback = Function<void(Result<PeekReply>)>;

// Many Gets in one: a result for each key, in their order, however they fail. Views as above, the
// span's elements included.
struct GetManyRequest {
  std::string_view group;
  std::span<const std::string_view> keys;
  Hop hop = Hop::kCaller;
  TimePoint deadline = kNever;
  std::string_view origin = {};
  std::uint64_t ring_fingerprint = 0;
  Trace trace = {};
  CallTimes* times = nullptr;
  TimePoint wanted_by = kNever;  // as above
};

using GetManyCallback = Function<void(std::vector<Result<GetReply>>)>;

// A write is applied where it lands: by the key's owner, or by whoever a node that sees another
// ring took for the owner. It lasts until it expires, is evicted or is written again.
struct SetRequest {
  std::string_view group;
  std::string_view key;
  std::string_view value = {};
  Duration ttl = {};  // from now; 0 is the group's default
  bool hot = false;   // other nodes may keep copies from the first Get on
  Hop hop = Hop::kCaller;
  TimePoint deadline = kNever;
  std::string_view origin = {};
  std::uint64_t ring_fingerprint = 0;
  Trace trace = {};
  CallTimes* times = nullptr;
};

struct RemoveRequest {
  std::string_view group;
  std::string_view key;
  bool copies_only = false;  // from the owner: the receiver's copy of a hot key is no longer right
  Hop hop = Hop::kCaller;
  TimePoint deadline = kNever;
  std::string_view origin = {};
  std::uint64_t ring_fingerprint = 0;
  Trace trace = {};
  CallTimes* times = nullptr;
};

using WriteCallback = Function<void(Result<void>)>;

}  // namespace ringlab
