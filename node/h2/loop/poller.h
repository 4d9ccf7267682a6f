// Poller: which of many descriptors can be read or written, by Linux's epoll, level-triggered.
//
// For one thread. Whoever is told of a descriptor may forget any other: events that were fetched
// together with its own, and are stale by then, reach nobody.
#pragma once

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "node/h2/loop/descriptor.h"

namespace ringlab {

// What a descriptor can do, or is waited for to do.
struct Ready {
  bool read = false;
  bool write = false;

  friend bool operator==(const Ready&, const Ready&) = default;
};

// Who waits for a descriptor. Errors and ends make it both readable and writable: the next read or
// write tells which.
class Watcher {
 public:
  virtual void OnReady(Ready ready) = 0;

 protected:
  ~Watcher() = default;
};

class Poller {
 public:
  // kResourceExhausted when the system gives no descriptor, or no memory.
  static Result<Poller> Open();

  // The watcher is told until Forget, which must come before the descriptor is closed.
  Result<void> Watch(int descriptor, Ready interest, Watcher& watcher);
  Result<void> Change(int descriptor, Ready interest);
  void Forget(int descriptor);

  // Waits until something is ready, at most so long; kNever's distance is for ever.
  void Wait(Duration longest);

  // How many the last Wait found.
  std::size_t ready() const { return ready_; }

  // Tells the watchers what the last Wait found.
  void Tell();

 private:
  static constexpr std::size_t kEventsMax = 256;  // of one Wait; the rest comes with the next

  struct Entry {
    Watcher* watcher = nullptr;
    std::uint32_t generation = 0;  // of the descriptor's number, which the kernel uses again
  };

  explicit Poller(Descriptor epoll) : epoll_(std::move(epoll)), events_(kEventsMax) {}

  Result<void> Control(int operation, int descriptor, Ready interest);

  Descriptor epoll_;
  std::vector<Entry> entries_;  // by descriptor
  std::vector<epoll_event> events_;
  std::size_t ready_ = 0;
};

}  // namespace ringlab
