// Mutex and MutexLock: std::mutex with the annotations that clang's -Wthread-safety reads.
//
// House rule: a lock is held for a few lines, and nothing is called out under it.
#pragma once

#include <condition_variable>
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
  void Lock() RL_ACQUIRE() { mutex_.lock(); }
  void Unlock() RL_RELEASE() { mutex_.unlock(); }

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

class RL_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) RL_ACQUIRE(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() RL_RELEASE() = default;

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  // For std::condition_variable, which wants the standard lock.
  std::unique_lock<std::mutex>& native() { return lock_; }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace ringlab
