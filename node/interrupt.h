// Interrupt: Ctrl-C and SIGTERM, seen when asked. The first asks for an early end, so that what was
// measured is still reported; the second ends the process.
//
// Make it before any thread: all inherit its signal mask. Used by the main thread alone.
#pragma once

#include <csignal>
#include <ctime>

namespace ringlab {

class Interrupt {
 public:
  Interrupt() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool Requested() {
    const timespec now{};
    if (requested_ || sigtimedwait(&signals_, nullptr, &now) <= 0) return requested_;
    requested_ = true;
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
    return true;
  }

 private:
  sigset_t signals_{};
  bool requested_ = false;
};

}  // namespace ringlab
