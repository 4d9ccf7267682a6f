// Peeks: whether asking a key's former owner is right, and still worth it.
//
// After a change of the ring the new owner of a key asks the former one, which may have the value
// in memory. Where it never has, as when a whole cluster starts cold, that is a call in vain for
// each load: so many in a row, and it ends until the ring changes again. And once a key has been
// written here, what the former owner has of it is older. Thread-safe; a race may cost a few calls
// more.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include "core/base/sync.h"

namespace ringlab {

class Peeks {
 public:
  explicit Peeks(std::uint32_t in_vain_max) : in_vain_max_(in_vain_max) {}

  // Once more, on the ring of this epoch?
  bool Worth(std::uint64_t epoch) {
    if (epoch_.exchange(epoch, std::memory_order_relaxed) != epoch) in_vain_.store(0);
    return in_vain_.load(std::memory_order_relaxed) < in_vain_max_;
  }

  void Report(bool found) {
    if (found) return in_vain_.store(0, std::memory_order_relaxed);
    in_vain_.fetch_add(1, std::memory_order_relaxed);
  }

  // The key has been written here: nobody is asked for it until the ring changes again. Beyond a
  // bound of keys nobody is asked for any. `hash` = HashKey(key).
  void Bar(std::uint64_t hash, std::uint64_t epoch) RL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (std::exchange(barred_epoch_, epoch) != epoch) barred_.clear();
    if (barred_.size() <= kBarredMax) barred_.insert(hash);
    some_barred_.store(true, std::memory_order_relaxed);
  }

  bool Barred(std::uint64_t hash, std::uint64_t epoch) const RL_EXCLUDES(mutex_) {
    if (!some_barred_.load(std::memory_order_relaxed)) return false;
    const MutexLock lock(mutex_);
    return epoch == barred_epoch_ && (barred_.size() > kBarredMax || barred_.contains(hash));
  }

 private:
  static constexpr std::size_t kBarredMax = std::size_t{1} << 16;

  const std::uint32_t in_vain_max_;
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::uint32_t> in_vain_{0};
  std::atomic<bool> some_barred_{false};  // ever: so that groups without writes take no lock
  mutable Mutex mutex_;
  std::unordered_set<std::uint64_t> barred_ RL_GUARDED_BY(mutex_);
  std::uint64_t barred_epoch_ RL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ringlab
