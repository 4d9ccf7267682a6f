// Circuit: whether to call one peer, judged by how its last calls ended.
//
//   closed     calls go through. A run of failures, or a share of them in a window, opens it.
//   open       calls are refused until a back-off ends. It grows with each opening, with jitter.
//   half-open  the back-off is over: one call at a time goes through as a probe. Its success closes
//              the circuit, its failure opens it again for longer.
//
// So a dead peer costs its callers a few deadlines, then one a back-off. Numbers and ideas: Envoy's
// outlier detection (5 in a row, ejection time that grows to a bound, with jitter) and mcrouter's
// TKO (a few soft failures mark a destination, a growing delay between probes revives it).
//
// An outcome counts only if its call began in the present state: the answers that trickle in after
// an opening say nothing new. A probe that is never reported is given up after probe_timeout.
// Thread-safe: one small lock. Time is an argument; one that is behind is taken for the present.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "core/base/backoff.h"
#include "core/base/random.h"
#include "core/base/sync.h"
#include "core/base/time.h"

namespace ringlab {

struct CircuitOptions {
  std::uint32_t failures_in_a_row = 5;  // as Envoy's consecutive_5xx; at least 1
  // Or this share of the outcomes of a window, as soon as it holds enough of them: for a peer that
  // fails often, but never five times in a row.
  double failure_share = 0.5;
  std::uint32_t window_outcomes_min = 20;
  Duration window = std::chrono::seconds(5);

  BackoffOptions backoff = {};
  Duration probe_timeout = std::chrono::seconds(5);
};

// asked = calls + probes + refused. At quiescence calls + probes + forced = succeeded + failed +
// unjudged, as far as every ticket was reported. opened = closed + (1 if it is not closed now).
struct CircuitStats {
  std::uint64_t asked = 0;
  std::uint64_t calls = 0;   // let through by a closed circuit
  std::uint64_t probes = 0;  // let through to see whether the peer is back
  std::uint64_t refused = 0;
  std::uint64_t forced = 0;  // of the refused, sent all the same

  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t unjudged = 0;

  std::uint64_t opened = 0;
  std::uint64_t closed = 0;
  std::uint64_t reopened = 0;  // by failed probes

  CircuitStats& operator+=(const CircuitStats& other);
};

class Circuit {
 public:
  enum class State : std::uint8_t { kClosed, kOpen, kHalfOpen };
  enum class Outcome : std::uint8_t { kSucceeded, kFailed, kUnjudged };

  // The right to one call; its outcome is owed to Report.
  struct Ticket {
    std::uint64_t era = 0;  // the circuit's state when it was given
    bool probe = false;
  };

  struct Outage {
    Duration lasted;    // since the circuit opened, failed probes included
    Duration next_try;  // until the next probe may go
  };

  Circuit(CircuitOptions options, Rng rng);

  // A ticket, or nothing while the circuit refuses.
  std::optional<Ticket> Ask(TimePoint now) RL_EXCLUDES(mutex_);

  // A ticket after a refusal, for a call that goes out all the same; its success closes the
  // circuit, its failure says nothing new.
  Ticket Force() RL_EXCLUDES(mutex_);

  // Once a ticket. True when the circuit opened or closed by it.
  bool Report(Ticket ticket, Outcome outcome, TimePoint now) RL_EXCLUDES(mutex_);

  // Both nought while it is closed.
  Outage outage(TimePoint now) const RL_EXCLUDES(mutex_);

  // Without the lock: may be a moment old.
  State state() const { return state_.load(std::memory_order_relaxed); }

  CircuitStats stats() const RL_EXCLUDES(mutex_);

 private:
  bool Judge(bool failed, TimePoint now) RL_REQUIRES(mutex_);
  void Open(TimePoint now) RL_REQUIRES(mutex_);
  void Enter(State state) RL_REQUIRES(mutex_);

  const CircuitOptions options_;
  mutable Mutex mutex_;
  std::atomic<State> state_{State::kClosed};
  std::uint64_t era_ RL_GUARDED_BY(mutex_) = 0;
  Rng rng_ RL_GUARDED_BY(mutex_);

  // Closed.
  std::uint32_t failures_in_a_row_ RL_GUARDED_BY(mutex_) = 0;
  TimePoint window_end_ RL_GUARDED_BY(mutex_);
  std::uint32_t window_outcomes_ RL_GUARDED_BY(mutex_) = 0;
  std::uint32_t window_failures_ RL_GUARDED_BY(mutex_) = 0;
  TimePoint closed_at_ RL_GUARDED_BY(mutex_);

  // Open, and half-open.
  std::uint32_t openings_ RL_GUARDED_BY(mutex_) = 0;  // in one story of trouble
  TimePoint opened_at_ RL_GUARDED_BY(mutex_);
  TimePoint next_probe_ RL_GUARDED_BY(mutex_);

  CircuitStats counts_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
