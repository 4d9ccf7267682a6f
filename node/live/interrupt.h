// Interrupt: Ctrl-C and SIGTERM. The first asks for an early end, so that what was measured is
// still reported; the second ends the process at once, whatever it is computing.
//
// Make it before any other thread: all inherit its signal mask, and a thread of its own waits for
// the signals, so that no system call is cut short. Requested() from any thread.
#pragma once

#include <atomic>
#include <csignal>
#include <thread>

namespace ringlab {

class Interrupt {
 public:
  Interrupt() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
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

 private:
  void Watch() {
    int signal = 0;
    while (sigwait(&signals_, &signal) == 0 && !over_.load()) {
      if (!requested_.exchange(true)) continue;
      std::signal(signal, SIG_DFL);
      pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
      std::raise(signal);
    }
  }

  sigset_t signals_{};
  std::atomic<bool> requested_{false};
  std::atomic<bool> over_{false};
  std::thread watcher_;
};

}  // namespace ringlab
