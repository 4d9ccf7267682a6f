// LoopPool: the event loops of a process, shared by all of its nodes, servers and links, so that
// 1,000 nodes take no more threads than one.
//
// Thread-safe. Ends after all that is on its loops.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "node/h2/frames/limits.h"
#include "node/h2/frames/memory.h"
#include "node/h2/loop/event_loop.h"

namespace ringlab {

class LoopPool {
 public:
  // At least one loop is started. kResourceExhausted when the system does not give that many.
  static Result<std::unique_ptr<LoopPool>> Start(
      int loops, const EventLoopOptions& options = {},
      std::size_t memory_kept_max = H2Limits{}.memory_kept_max);

  // One a core that this process may use, up to kLoopsMax.
  static constexpr int kLoopsMax = 8;
  static int LoopsOfThisMachine();

  std::size_t size() const { return loops_.size(); }
  EventLoop& loop(std::size_t at) { return *loops_[at].loop; }
  // For the HTTP/2 sessions of that loop.
  H2Memory& memory(std::size_t at) { return *loops_[at].memory; }

  // A connection's place on a loop: the one with the fewest of them when it was taken.
  class Seat {
   public:
    Seat(Seat&& other) noexcept
        : loop_(other.loop_), at_(other.at_), taken_(std::exchange(other.taken_, nullptr)) {}
    Seat& operator=(Seat&& other) noexcept {
      std::swap(loop_, other.loop_);
      std::swap(at_, other.at_);
      std::swap(taken_, other.taken_);
      return *this;
    }
    ~Seat() {
      if (taken_ != nullptr) taken_->fetch_sub(1, std::memory_order_relaxed);
    }

    EventLoop& loop() const { return *loop_; }
    std::size_t at() const { return at_; }  // of the loop, in the pool

   private:
    friend class LoopPool;
    Seat(EventLoop& loop, std::size_t at, std::atomic<int>& taken)
        : loop_(&loop), at_(at), taken_(&taken) {
      taken.fetch_add(1, std::memory_order_relaxed);
    }

    EventLoop* loop_;
    std::size_t at_;
    std::atomic<int>* taken_;
  };
  Seat Take();

  // Ends the threads; what was to run is dropped. Idempotent; not from one of the loops.
  void Stop();

 private:
  struct Place {
    std::unique_ptr<EventLoop> loop;
    std::unique_ptr<H2Memory> memory;
    std::unique_ptr<std::atomic<int>> seats;
  };

  LoopPool() = default;

  std::vector<Place> loops_;
};

}  // namespace ringlab
