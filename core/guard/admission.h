// Admission: how much work a node takes on at once, callers and peers apart.
//
// A request gets a permit or is refused at once: queueing what cannot be served makes everybody
// late (Little's law). Peers and callers have a lane each, because a peer's request is the second
// half of work that some node has taken on already, and callers must not crowd it out.
//
// A lane's limit is fixed, or adapts below that by additive increase and multiplicative decrease of
// observed service time (AIMD as in Netflix's concurrency-limits: while the mean service time is
// above a target the limit shrinks by a tenth an interval, below it and in use it grows).
//
// The refused are told when to come back: each gets a place in a virtual queue that moves at the
// rate at which the lane finishes work, so their retries arrive spread out, not all at once.
//
// Thread-safe, without locks; a lane's counters share a cache line. The limit is never exceeded;
// right at it, two who ask at the same moment may both be refused. Time is an argument.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "core/base/time.h"
#include "core/types.h"

namespace ringlab {

struct LaneOptions {
  std::uint32_t limit = 4096;                          // in flight, at least 1
  Duration service_time_target = Duration::zero();     // 0 = the limit is fixed
  std::uint32_t limit_min = 16;                        // an adaptive limit never falls below
  Duration interval = std::chrono::milliseconds(100);  // between two changes of the limit
};

struct AdmissionOptions {
  LaneOptions callers = {};
  LaneOptions peers = {.limit = 8192};
  Duration pushback_min = std::chrono::milliseconds(1);
  Duration pushback_max = std::chrono::seconds(1);
};

// asked = admitted + refused. admitted = finished + in_flight. While others are at work, each
// figure may be a moment older than the next.
struct LaneStats {
  std::uint64_t admitted = 0;
  std::uint64_t finished = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t refused = 0;
  std::uint32_t limit = 0;
  Duration service_time = Duration::zero();  // a moving mean; 0 until something finished
};

class Admission {
 private:
  struct Lane;

 public:
  // One request in flight, for as long as it lives. Move-only; ends before the Admission does.
  class Permit {
   public:
    Permit() = default;
    Permit(Permit&& other) noexcept : lane_(other.lane_), since_(other.since_) {
      other.lane_ = nullptr;
    }
    Permit& operator=(Permit&&) = delete;
    ~Permit() { Release(); }

    // False for a request that was refused.
    explicit operator bool() const { return lane_ != nullptr; }

    TimePoint since() const { return since_; }  // it was asked for, refused or not

    // Gives the permit back and says how long the work took. One that is just dropped teaches
    // nothing about service times.
    void Finish(TimePoint now);

   private:
    friend class Admission;
    Permit(Lane* lane, TimePoint since) : lane_(lane), since_(since) {}
    void Release();

    Lane* lane_ = nullptr;
    TimePoint since_{};
  };

  explicit Admission(AdmissionOptions options);
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // From callers Hop::kCaller, from peers Hop::kPeer.
  Permit Admit(Hop hop, TimePoint now);

  // For one that was refused: how long it had better wait, in [pushback_min, pushback_max].
  Duration Pushback(Hop hop, TimePoint now);

  LaneStats stats(Hop hop) const;

 private:
  struct alignas(64) Lane {
    void Learn(Duration took, TimePoint now);
    void Adapt(Duration service_time);

    std::atomic<std::uint64_t> admitted{0};
    std::atomic<std::uint64_t> finished{0};
    std::atomic<std::uint32_t> limit{0};
    std::atomic<std::int64_t> service_time_ns{0};
    std::atomic<std::int64_t> next_change_ns{0};  // of the limit
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::int64_t> queue_end_ns{0};  // when the last of the refused may come back
    LaneOptions options;
  };

  Lane& LaneOf(Hop hop) { return lanes_[hop == Hop::kPeer ? 1 : 0]; }

  const Duration pushback_min_;
  const Duration pushback_max_;
  std::array<Lane, 2> lanes_;  // callers, peers
};

inline void Admission::Permit::Release() {
  if (lane_ == nullptr) return;
  lane_->finished.fetch_add(1, std::memory_order_relaxed);
  lane_ = nullptr;
}

inline Admission::Permit Admission::Admit(Hop hop, TimePoint now) {
  Lane& lane = LaneOf(hop);
  const std::uint64_t before = lane.admitted.fetch_add(1, std::memory_order_relaxed);
  // Below zero when others came and went since the add; they have counted us in, so the limit
  // holds.
  const auto in_flight =
      static_cast<std::int64_t>(before - lane.finished.load(std::memory_order_relaxed));
  if (in_flight < lane.limit.load(std::memory_order_relaxed)) return Permit(&lane, now);
  lane.admitted.fetch_sub(1, std::memory_order_relaxed);
  lane.refused.fetch_add(1, std::memory_order_relaxed);
  return Permit(nullptr, now);
}

}  // namespace ringlab
