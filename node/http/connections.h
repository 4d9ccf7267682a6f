// HttpConnections: what a server's connections are at, so that idle ones make room for others.
//
// A connection waits while nothing of its own is at work here: from its last reply, or its begin,
// until its next request has arrived. So who sends a request slowly waits since it began, and goes
// before who has just been answered. Thread-safe. Outlives its connections: a service of the
// context that they run on.
#pragma once

#include <sys/socket.h>

#include <asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "core/base/time.h"
#include "node/live/complaints.h"
#include "node/live/timer_thread.h"

namespace ringlab {

// The part of one connection.
struct HttpWait {
  int descriptor = -1;
  TimePoint since = kNever;  // kNever: it does not wait
};

class HttpConnections final : public asio::execution_context::service {
 public:
  static inline asio::execution_context::id id;  // Asio's name

  explicit HttpConnections(asio::execution_context& context) : service(context) {}

  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }

  // RESTinio's names: a connection has come, or gone.
  void increment_parallel_connections() noexcept {
    const std::lock_guard lock(mutex_);
    ++count_;
  }
  void decrement_parallel_connections() noexcept {
    const std::lock_guard lock(mutex_);
    --count_;
  }

  void Waits(HttpWait& wait, TimePoint since) {
    const std::lock_guard lock(mutex_);
    wait.since = since;
    waiting_.emplace(since, &wait);
  }

  // Also before its socket is closed.
  void Works(HttpWait& wait) {
    const std::lock_guard lock(mutex_);
    if (wait.since == kNever) return;
    waiting_.erase({wait.since, &wait});
    wait.since = kNever;
  }

  // Ends the connection that has waited for longest; false when none waits. It leaves soon after.
  bool EndOldest() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return false;
    HttpWait& oldest = *waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    oldest.since = kNever;
    ::shutdown(oldest.descriptor, SHUT_RDWR);  // its read finds the end
    return true;
  }

 private:
  void shutdown() noexcept override {}  // its connections end first, and still count themselves out

  mutable std::mutex mutex_;  // standard: asio's threads and it go together
  std::size_t count_ = 0;
  std::set<std::pair<TimePoint, HttpWait*>> waiting_;
};

// What a server's acceptor is told; a service of the context, because RESTinio makes the acceptor.
class HttpAccepting final : public asio::execution_context::service {
 public:
  static inline asio::execution_context::id id;  // Asio's name

  HttpAccepting(asio::execution_context& context, std::size_t connections_most,
                std::function<void(const Said&)> say)
      : service(context), connections_max(connections_most), complaints_(std::move(say)) {}
  explicit HttpAccepting(asio::execution_context& context) : HttpAccepting(context, 1, {}) {}

  const std::size_t connections_max;

  // Why there is no room, and whether some was made.
  void Tell(const std::string& why, bool made) {
    complaints_.Add(
        "connections",
        "HTTP connections: " + why +
            (made ? ": one that was idle makes room" : ", all in use: newcomers have to wait"),
        TimerThread::SteadyNow());
  }

 private:
  void shutdown() noexcept override {}

  Complaints complaints_;
};

}  // namespace ringlab
