// Interrupt: Ctrl-C, SIGTERM and SIGHUP. The first asks for an early end, so that what was measured
// is still reported; after a second one there is a second left for that, and a third ends the
// process.
//
// While there is nothing to report yet, or a computation goes on that cannot be asked to stop,
// EndsWith() says what a signal does instead, there and then.
//
// Make it before any other thread: all inherit its signal mask, and a thread of its own waits for
// the signals, so that no system call is cut short. A signal that was ignored when the process
// began (nohup) stays so. Requested() and EndsWith() from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <thread>

#include "core/base/sync.h"

namespace ringlab {

class Interrupt {
 public:
  Interrupt() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    watcher_ = std::thread([this] { Watch(); });
  }
  ~Interrupt() {
    over_.store(true);
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread): all block it; it ends a sigwait
    pthread_kill(watcher_.native_handle(), SIGTERM);
    watcher_.join();
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool Requested() const { return requested_.load(); }

  // From now on the first signal ends the process with the exit code that `end` returns, which runs
  // on a thread of its own; nullptr makes signals requests again. Once it has returned, `end` of
  // before does not begin any more. The signal is a request too: who hears it within `grace`, and
  // says so by nullptr, ends by itself.
  void EndsWith(std::function<int()> end, std::chrono::milliseconds grace = {}) {
    MutexLock lock(mutex_);
    end_ = std::move(end);
    grace_ = grace;
  }

 private:
  void Watch() {
    int signal = 0;
    int signals = 0;
    while (!over_.load() && sigwait(&signals_, &signal) == 0 && !over_.load()) {
      requested_.store(true);
      EndNow();
      if (++signals == 2) WaitForMore();
      if (signals >= 2 && !over_.load()) End(signal);
    }
  }

  void EndNow() {
    std::chrono::milliseconds grace{};
    {
      MutexLock lock(mutex_);
      if (!end_) return;
      grace = grace_;
    }
    std::this_thread::sleep_for(grace);
    MutexLock lock(mutex_);
    if (end_) std::_Exit(end_());
  }

  // A second, unless the end comes before, or one more signal.
  void WaitForMore() {
    const timespec patience{.tv_sec = 1, .tv_nsec = 0};
    sigtimedwait(&signals_, nullptr, &patience);
  }

  void End(int signal) {
    std::signal(signal, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
    std::raise(signal);
  }

  sigset_t signals_{};
  std::atomic<bool> requested_{false};
  std::atomic<bool> over_{false};
  Mutex mutex_;
  std::function<int()> end_ RL_GUARDED_BY(mutex_);
  std::chrono::milliseconds grace_ RL_GUARDED_BY(mutex_){};
  std::thread watcher_;
};

}  // namespace ringlab
