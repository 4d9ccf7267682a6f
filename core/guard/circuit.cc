#include "core/guard/circuit.h"

#include <algorithm>

#include "core/base/check.h"

namespace ringlab {

CircuitStats& CircuitStats::operator+=(const CircuitStats& other) {
  asked += other.asked;
  calls += other.calls;
  probes += other.probes;
  refused += other.refused;
  forced += other.forced;
  succeeded += other.succeeded;
  failed += other.failed;
  unjudged += other.unjudged;
  opened += other.opened;
  closed += other.closed;
  reopened += other.reopened;
  return *this;
}

Circuit::Circuit(CircuitOptions options, Rng rng) : options_(options), rng_(rng) {
  RL_CHECK(options_.failures_in_a_row >= 1);
  RL_CHECK(options_.window_outcomes_min >= 1);
}

std::optional<Circuit::Ticket> Circuit::Ask(TimePoint now) {
  MutexLock lock(mutex_);
  ++counts_.asked;
  if (state() == State::kClosed) {
    ++counts_.calls;
    return Ticket{.era = era_, .probe = false};
  }
  if (now < next_probe_) {
    ++counts_.refused;
    return std::nullopt;
  }
  // The back-off is over, or the last probe was lost: this call is the next one. A lost one that
  // comes home after all still counts, so the era stays.
  if (state() == State::kOpen) Enter(State::kHalfOpen);
  next_probe_ = SaturatingAdd(now, options_.probe_timeout);
  ++counts_.probes;
  return Ticket{.era = era_, .probe = true};
}

Circuit::Ticket Circuit::Force() {
  MutexLock lock(mutex_);
  ++counts_.forced;
  return Ticket{.era = era_, .probe = false};
}

bool Circuit::Report(Ticket ticket, Outcome outcome, TimePoint now) {
  MutexLock lock(mutex_);
  if (outcome == Outcome::kUnjudged) {
    ++counts_.unjudged;
    // A probe that proved nothing: the next call may try.
    if (ticket.probe && ticket.era == era_) next_probe_ = std::min(next_probe_, now);
    return false;
  }
  const bool failed = outcome == Outcome::kFailed;
  ++(failed ? counts_.failed : counts_.succeeded);
  if (ticket.era != era_) return false;
  if (state() == State::kClosed) return Judge(failed, now);
  if (!failed) {
    Enter(State::kClosed);
    ++counts_.closed;
    closed_at_ = now;
    return true;
  }
  if (ticket.probe) {
    ++counts_.reopened;
    Open(now);
  }
  return false;
}

// An outcome of a closed circuit; true when it was one failure too many.
bool Circuit::Judge(bool failed, TimePoint now) {
  if (now >= window_end_) {
    window_end_ = SaturatingAdd(now, options_.window);
    window_outcomes_ = 0;
    window_failures_ = 0;
  }
  ++window_outcomes_;
  window_failures_ += failed ? 1 : 0;
  failures_in_a_row_ = failed ? failures_in_a_row_ + 1 : 0;
  if (!failed) return false;
  const bool too_large_a_share =
      window_outcomes_ >= options_.window_outcomes_min &&
      window_failures_ >= options_.failure_share * static_cast<double>(window_outcomes_);
  if (failures_in_a_row_ < options_.failures_in_a_row && !too_large_a_share) return false;

  // Trouble that comes back soon is the old trouble: its back-off goes on growing.
  if (now - closed_at_ > options_.backoff.longest) openings_ = 0;
  opened_at_ = now;
  ++counts_.opened;
  Open(now);
  return true;
}

void Circuit::Open(TimePoint now) {
  Enter(State::kOpen);
  next_probe_ = SaturatingAdd(now, BackoffWait(options_.backoff, openings_++, rng_));
}

void Circuit::Enter(State state) {
  ++era_;
  state_.store(state, std::memory_order_relaxed);
  failures_in_a_row_ = 0;
  window_outcomes_ = 0;
  window_failures_ = 0;
}

Circuit::Outage Circuit::outage(TimePoint now) const {
  MutexLock lock(mutex_);
  if (state() == State::kClosed) return {Duration::zero(), Duration::zero()};
  return {std::max(now - opened_at_, Duration::zero()),
          std::max(next_probe_ - now, Duration::zero())};
}

CircuitStats Circuit::stats() const {
  MutexLock lock(mutex_);
  return counts_;
}

}  // namespace ringlab
