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
    Turn(epoch);
    Insert(barred_, hash);
  }

  // It has been written here by one whose ring is ahead of ours, so that it is another's still: it
  // stays at the change that follows, and nobody is asked for it then.
  void NoteAhead(std::uint64_t hash, std::uint64_t epoch) RL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    Turn(epoch);
    Insert(ahead_, hash);
  }

  bool Barred(std::uint64_t hash, std::uint64_t epoch) RL_EXCLUDES(mutex_) {
    if (!some_.load(std::memory_order_relaxed)) return false;
    const MutexLock lock(mutex_);
    Turn(epoch);
    return barred_.size() > kKeysMax || barred_.contains(hash);
  }

  bool IsAhead(std::uint64_t hash, std::uint64_t epoch) RL_EXCLUDES(mutex_) {
    if (!some_.load(std::memory_order_relaxed)) return false;
    const MutexLock lock(mutex_);
    Turn(epoch);
    return ahead_.contains(hash);
  }

 private:
  using Keys = std::unordered_set<std::uint64_t>;  // their hashes
  static constexpr std::size_t kKeysMax = std::size_t{1} << 16;

  // Who comes with an epoch of before is late: it makes no difference.
  void Turn(std::uint64_t epoch) RL_REQUIRES(mutex_) {
    if (epoch <= keys_epoch_) return;
    barred_ = epoch == keys_epoch_ + 1 ? std::exchange(ahead_, {}) : Keys();
    ahead_.clear();
    keys_epoch_ = epoch;
  }
  void Insert(Keys& keys, std::uint64_t hash) RL_REQUIRES(mutex_) {
    if (keys.size() <= kKeysMax) keys.insert(hash);
    some_.store(true, std::memory_order_relaxed);
  }

  const std::uint32_t in_vain_max_;
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::uint32_t> in_vain_{0};
  std::atomic<bool> some_{false};  // key ever: so that groups without writes take no lock
  Mutex mutex_;
  Keys barred_ RL_GUARDED_BY(mutex_);
  Keys ahead_ RL_GUARDED_BY(mutex_);
  std::uint64_t keys_epoch_ RL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ringlab
