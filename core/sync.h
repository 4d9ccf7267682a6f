// Mutex and MutexLock: std::mutex with the annotations that clang's -Wthread-safety reads.
//
// House rule: a lock is held for a few lines, and nothing is called out under it.
#pragma once

#include <mutex>

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

class RL_CAPABILITY("mutex") Mutex {
 public:
  // Spins a moment before it sleeps: locks here are held for tens of nanoseconds, and a sleep and
  // wake-up cost microseconds.
  void lock() RL_ACQUIRE() {
    for (int spin = 0; spin < kSpinsMax; ++spin) {
      if (mutex_.try_lock()) return;
      Pause();
    }
    mutex_.lock();
  }
  void unlock() RL_RELEASE() { mutex_.unlock(); }

 private:
  static constexpr int kSpinsMax = 64;

  static void Pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }

  std::mutex mutex_;
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
