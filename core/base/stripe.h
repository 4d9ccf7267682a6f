// ThreadStripe: which of some stripes this thread uses, so that threads seldom share a cache line.
//
// Threads are numbered as they first ask, so as many threads as stripes share none. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>

namespace ringlab {

// Below `stripes`, and the same for a thread however often it asks.
inline std::size_t ThreadStripe(std::size_t stripes) {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return number % stripes;
}

}  // namespace ringlab
