// Holders: which nodes hold a copy of a key that is ours, so that a Set or Remove can reach them.
//
// The owner adds a node whenever it hands out a copy that may be kept, with the time until which it
// may; a write takes them and tells each. Bounded, and safe at the bounds: Take never misses a copy
// that may still be kept. Where something had to be forgotten, it answers `everyone` instead, until
// the last of the forgotten copies has run out: a key with more than holders_max of them, or a key
// that fell out because keys_max others were added after it. The latter is remembered by a slot of
// its hash only, so now and then a write of some other key asks for everyone in vain.
//
// Against the race of a write with a read: the reader adds itself before it takes the value that it
// hands out, the writer stores the new value before it takes the holders. Then either the writer
// meets the holder or the reader meets the new value.
//
// Keys are known by their 64-bit hash: two that share it share their holders, so a write of one
// costs the other an `everyone` that it does not get; its copies then live out their time.
// Thread-safe: one small lock, held while a few strings move. Memory: about 200 bytes a key and 40
// a holder: 0.5 MB for 2048 keys with few holders, 3 MB at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/sync.h"
#include "core/base/time.h"

namespace ringlab {

struct HoldersOptions {
  std::size_t keys_max = 2048;
  std::size_t holders_max = 32;  // of one key
  std::size_t slots = 4096;      // for what was forgotten; a power of two
};

// keys_added = keys_held + keys_taken + keys_forgotten.
struct HoldersStats {
  std::uint64_t adds = 0;
  std::uint64_t keys_added = 0;
  std::uint64_t keys_held = 0;  // now
  std::uint64_t keys_taken = 0;
  std::uint64_t keys_forgotten = 0;  // for want of room
  std::uint64_t takes = 0;           // calls of Take
  std::uint64_t named = 0;           // holders that they named
  std::uint64_t everyone = 0;        // takes that had to say so
};

class Holders {
 public:
  // Whom to tell. When `everyone` is set, `names` is not all of them.
  struct Taken {
    std::vector<std::string> names;  // in order of name
    bool everyone = false;
  };

  explicit Holders(HoldersOptions options);

  // `node` may keep a copy of the key until then. `hash` = HashKey(key).
  void Add(std::uint64_t hash, std::string_view node, TimePoint until) RL_EXCLUDES(mutex_);

  // Who may still keep a copy of the key at `now`. Forgets them: each is told once.
  Taken Take(std::uint64_t hash, TimePoint now) RL_EXCLUDES(mutex_);

  HoldersStats stats() const RL_EXCLUDES(mutex_);

 private:
  struct Holder {
    std::string node;
    TimePoint until;
  };
  struct Key {
    std::uint64_t hash;
    std::vector<Holder> holders;
    TimePoint others_until;  // of holders beyond holders_max
  };
  using Keys = std::list<Key>;

  Key& KeyOf(std::uint64_t hash) RL_REQUIRES(mutex_);
  void ForgetOldest() RL_REQUIRES(mutex_);
  TimePoint& SlotOf(std::uint64_t hash) RL_REQUIRES(mutex_);

  const HoldersOptions options_;
  mutable Mutex mutex_;
  Keys keys_ RL_GUARDED_BY(mutex_);  // the last added to in front
  std::unordered_map<std::uint64_t, Keys::iterator> by_hash_ RL_GUARDED_BY(mutex_);
  std::vector<TimePoint> forgotten_until_ RL_GUARDED_BY(mutex_);  // a slot each
  HoldersStats counts_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
