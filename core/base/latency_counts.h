// LatencyCounts: how many things took how long, in classes that double, as Prometheus' histograms
// want them.
//
// Adding costs two uncontended atomic additions: threads are spread over a few stripes, as in
// core/base/counter.h. What took exactly a bound's time counts below it. Thread-safe; a reading
// that is taken while others add may be a moment apart in its parts, and is exact at rest.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/stripe.h"
#include "core/base/time.h"

namespace ringlab {

// From 2^11 ns (2 us) to 2^33 ns (8.6 s), and one class for what took longer.
inline constexpr int kLatencyFirstPower = 11;
inline constexpr std::size_t kLatencyBounds = 23;

constexpr Duration LatencyBound(std::size_t i) {
  return Duration(std::int64_t{1} << (static_cast<std::size_t>(kLatencyFirstPower) + i));
}

struct LatencyReading {
  std::array<std::uint64_t, kLatencyBounds + 1> counts{};  // the last: beyond all bounds
  Duration sum{};
};

class LatencyCounts {
 public:
  void Add(Duration took) {
    const auto ns = static_cast<std::uint64_t>(took.count() > 0 ? took.count() : 0);
    const int power =
        ns <= 1 ? 0 : static_cast<int>(std::bit_width(ns - 1));  // the least with ns <= 2^power
    const int at = power - kLatencyFirstPower;
    const auto index = at < 0 ? std::size_t{0} : static_cast<std::size_t>(at);
    Stripe& stripe = stripes_[ThreadStripe(kStripes)];
    stripe.counts[index < kLatencyBounds ? index : kLatencyBounds].fetch_add(
        1, std::memory_order_relaxed);
    stripe.sum_ns.fetch_add(ns, std::memory_order_relaxed);
  }

  LatencyReading Read() const {
    LatencyReading reading;
    for (const Stripe& stripe : stripes_) {
      for (std::size_t i = 0; i < reading.counts.size(); ++i) {
        reading.counts[i] += stripe.counts[i].load(std::memory_order_relaxed);
      }
      reading.sum += Duration(stripe.sum_ns.load(std::memory_order_relaxed));
    }
    return reading;
  }

 private:
  static constexpr std::size_t kStripes = 4;  // a node of a thousand in one process has few bytes

  struct alignas(64) Stripe {
    std::array<std::atomic<std::uint64_t>, kLatencyBounds + 1> counts{};
    std::atomic<std::uint64_t> sum_ns{0};
  };

  std::array<Stripe, kStripes> stripes_;
};

}  // namespace ringlab
