// Layers: what a group keeps at one node, in the order in which a Get looks.
//
//   main      keys that this node owns (or was taken for the owner of), loaded or set
//   hot       copies of other nodes' hot keys, for a short time
//   negative  keys that the source has no value for, for a short time
//
// Each has a byte budget of its own, so that neither a flood of missing keys nor one of copies can
// push out what a node is there for. Thread-safe; nothing blocks. The scheduler outlives it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/scheduler.h"
#include "core/cache/cache.h"
#include "core/group/flights.h"
#include "core/types.h"

namespace ringlab {

struct LayersOptions {
  std::size_t bytes = std::size_t{64} << 20;  // all layers together
  Policy policy = Policy::kLru;
  std::size_t entry_bytes_wanted = 0;  // of main's: as large as this where its budget allows

  Duration ttl = {};                           // of main entries; 0: they do not expire
  double ttl_jitter = 0.1;                     // entries live up to so much shorter than their ttl
  Duration stale_for = {};                     // served so long after they expired, while reloading
  double hot_share = 0.125;                    // of the bytes, for copies; 0: none are kept
  Duration hot_ttl = std::chrono::seconds(1);  // no copy is older: the bound on its staleness
  double negative_share = 1.0 / 64;            // likewise for keys without a value
  Duration negative_ttl = std::chrono::seconds(1);  // 0: each Get of such a key asks the source
};

class Layers {
 public:
  Layers(const LayersOptions& options, Scheduler& scheduler);
  ~Layers();

  // What this node has of a key: of its own, fresh or stale; and of another's, as a copy. `hash` =
  // HashKey(key) here and below.
  Found FindMain(std::string_view key, std::uint64_t hash) { return main_->Find(key, hash); }
  Found FindCopy(std::string_view key, std::uint64_t hash) {
    return hot_ ? hot_->Find(key, hash) : Found();
  }

  // Either, as the second look of one Get: not counted, and nothing stale.
  std::optional<GetReply> FindAgain(std::string_view key, std::uint64_t hash);

  // What it has of its own, for another node: not counted either.
  Found PeekMain(std::string_view key, std::uint64_t hash) { return main_->FindAgain(key, hash); }

  // The error that the source answered not long ago, if it had no value for the key.
  std::optional<Error> FindAbsent(std::string_view key, std::uint64_t hash);

  // What a load brought, unless a write has overtaken it: from the source as the key's owner, as a
  // copy that may be kept for so long, or that there is no value.
  // A ttl of 0 is the group's default.
  void Keep(const Flight& flight, std::string_view value, Duration ttl = Duration::zero());
  void KeepCopy(const Flight& flight, std::string_view value, Duration copy_ttl);
  void KeepAbsent(const Flight& flight, const Error& error);

  // A write: the value, with its time to live or the default one; or nothing any more.
  void Set(std::string_view key, std::uint64_t hash, std::string_view value, Duration ttl);
  void Forget(std::string_view key, std::uint64_t hash);

  // Drops the main entries that `leaves(key)` is true for, in one part of the main cache. True when
  // it was not the last one.
  bool ForgetMainIf(std::size_t part, const std::function<bool(std::string_view)>& leaves);

  // When a value that is loaded now will expire: kNever without a ttl.
  TimePoint LoadedExpires(std::uint64_t hash) const { return MainExpiry(hash, {}).expires; }

  // All layers together from now on, each its share; what does not fit leaves at once. False, and
  // nothing changes, for too few. A layer that was too small to be made stays away.
  bool SetBytes(std::size_t bytes);
  bool TakesBytes(std::size_t bytes) const;

  // A largest key and value together that Set is sure to store.
  std::size_t set_bytes_max() const { return set_bytes_max_.load(std::memory_order_relaxed); }

  bool keeps_copies() const { return hot_ != nullptr; }
  Duration hot_ttl() const { return options_.hot_ttl; }

  // Counts of the layers; `all` sums them up.
  struct Stats {
    CacheStats main, hot, negative, all;
  };
  Stats stats() const;
  std::uint64_t Recount() const;

 private:
  class Reaper;

  Expiry MainExpiry(std::uint64_t hash, Duration ttl) const;

  struct Split {
    std::size_t main, hot, negative;
  };
  Split SplitOf(std::size_t bytes) const;
  Split PresentSplitOf(std::size_t bytes) const;

  const LayersOptions options_;
  Scheduler& scheduler_;
  std::shared_ptr<Cache> main_;
  std::atomic<std::size_t> set_bytes_max_;
  std::shared_ptr<Cache> hot_;       // null when none are kept
  std::shared_ptr<Cache> negative_;  // likewise
  std::shared_ptr<Reaper> reaper_;
};

}  // namespace ringlab
