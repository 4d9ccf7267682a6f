// Counter: a count that many threads raise without passing one cache line around.
//
// Striped: each thread adds to the stripe of its own, and reading sums them. A sum taken while
// others add is between the true values before and after; at quiescence it is exact. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ringlab {

class Counter {
 public:
  void Add(std::uint64_t n = 1) {
    stripes_[StripeOfThisThread()].count.fetch_add(n, std::memory_order_relaxed);
  }

  std::uint64_t value() const {
    std::uint64_t sum = 0;
    for (const Stripe& stripe : stripes_) sum += stripe.count.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr std::size_t kStripes = 16;

  struct alignas(64) Stripe {
    std::atomic<std::uint64_t> count{0};
  };

  static std::size_t StripeOfThisThread() {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t stripe = threads.fetch_add(1) % kStripes;
    return stripe;
  }

  std::array<Stripe, kStripes> stripes_;
};

}  // namespace ringlab
