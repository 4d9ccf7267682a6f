// RetryBudget: second tries are a bounded part of the traffic, whatever fails.
//
// A token bucket that requests fill: each deposits a fraction of a token, a floor trickles in by
// time so that a quiet node may retry too, and each second try takes a whole one or is refused. So
// when peers die, sources see at most `fraction` more than the misses they were built for
// (Finagle's RetryBudget: 20 % of requests and 10 a second; mcrouter's failover rate limit; Google
// SRE book, chapter 21).
//
// Thread-safe. A deposit is one add to the counter of its thread, a few nanoseconds; the rare
// withdrawal adds them up under a small lock. Capping then instead of at each deposit comes to the
// same, as nothing reads the balance in between. Time is an argument, needed by withdrawals alone.
#pragma once

#include <cstdint>

#include "core/base/counter.h"
#include "core/base/sync.h"
#include "core/base/time.h"

namespace ringlab {

struct RetryBudgetOptions {
  double fraction = 0.2;     // of a token, a deposit
  double floor_per_s = 10;   // tokens by time alone
  double balance_max = 100;  // a burst after quiet times; also what it starts with
};

// asked = granted + refused.
struct RetryBudgetStats {
  std::uint64_t deposits = 0;
  std::uint64_t asked = 0;
  std::uint64_t granted = 0;
  std::uint64_t refused = 0;
};

class RetryBudget {
 public:
  RetryBudget(RetryBudgetOptions options, TimePoint now);

  // A first try: one call a request.
  void Deposit() { deposits_.Add(); }

  // Whether a second try may go.
  bool Withdraw(TimePoint now) RL_EXCLUDES(mutex_);

  // As it stood after the last withdrawal, in tokens.
  double balance() const RL_EXCLUDES(mutex_);
  RetryBudgetStats stats() const RL_EXCLUDES(mutex_);

 private:
  const RetryBudgetOptions options_;
  Counter deposits_;
  mutable Mutex mutex_;
  std::uint64_t deposits_seen_ RL_GUARDED_BY(mutex_) = 0;
  TimePoint filled_at_ RL_GUARDED_BY(mutex_);
  double balance_ RL_GUARDED_BY(mutex_);
  std::uint64_t granted_ RL_GUARDED_BY(mutex_) = 0;
  std::uint64_t refused_ RL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ringlab
