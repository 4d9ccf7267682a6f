// Mutex and MutexLock: a small lock with the annotations that clang's -Wthread-safety reads.
//
// House rule: a lock is held for a few lines, and nothing is called out under it.
#pragma once

#include <atomic>

#if defined(__clang__)
#define RL_ANNOTATE(x) __attribute__((x))
#else
#define RL_ANNOTATE(x)
#endif

#define RL_CAPABILITY(name) RL_ANNOTATE(capability(name))
#define RL_SCOPED_CAPABILITY RL_ANNOTATE(scoped_lockable)
#define RL_GUARDED_BY(mutex) RL_ANNOTATE(guarded_by(mutex))
#define RL_REQUIRES(...) RL_ANNOTATE(requires_capability(__VA_ARGS__))
#define RL_EXCLUDES(...) RL_ANNOTATE(locks_excluded(__VA_ARGS__))
#define RL_ACQUIRE(...) RL_ANNOTATE(acquire_capability(__VA_ARGS__))
#define RL_RELEASE(...) RL_ANNOTATE(release_capability(__VA_ARGS__))
#define RL_NO_THREAD_SAFETY_ANALYSIS RL_ANNOTATE(no_thread_safety_analysis)

namespace ringlab {

// Four bytes and no call when it is free, so that a lock shares a cache line with what it guards:
// free, taken, or taken with sleepers (U. Drepper, "Futexes are tricky", 2011, section 6). It spins
// a moment before it sleeps: locks here are held for tens of nanoseconds, and a sleep and wake-up
// cost microseconds.
class RL_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() RL_ACQUIRE() {
    if (!Take()) Wait();
  }
  void unlock() RL_RELEASE() {
    if (state_.exchange(kFree, std::memory_order_release) == kTakenWithSleepers) {
      state_.notify_one();
    }
  }

 private:
  enum State : int { kFree, kTaken, kTakenWithSleepers };
  static constexpr int kSpinsMax = 128;

  bool Take() {
    int expected = kFree;
    return state_.compare_exchange_strong(expected, kTaken, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  // Reads until the lock looks free, so that the holder keeps its cache line in peace.
  void Wait() {
    for (int spin = 0; spin < kSpinsMax; ++spin) {
      Pause();
      if (state_.load(std::memory_order_relaxed) == kFree && Take()) return;
    }
    while (state_.exchange(kTakenWithSleepers, std::memory_order_acquire) != kFree) {
      state_.wait(kTakenWithSleepers, std::memory_order_relaxed);
    }
  }

  static void Pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }

  std::atomic<int> state_{kFree};
};

class RL_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) RL_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() RL_RELEASE() { mutex_.unlock(); }

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace ringlab
