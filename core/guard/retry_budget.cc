#include "core/guard/retry_budget.h"

#include <algorithm>

#include "core/base/check.h"

namespace ringlab {

RetryBudget::RetryBudget(RetryBudgetOptions options, TimePoint now)
    : options_(options), filled_at_(now), balance_(options.balance_max) {
  RL_CHECK(options.fraction >= 0 && options.floor_per_s >= 0 && options.balance_max >= 1);
}

bool RetryBudget::Withdraw(TimePoint now) {
  MutexLock lock(mutex_);
  // Counts only grow and are read under the lock, so the later reading is never the smaller one.
  const std::uint64_t deposits = deposits_.value();
  const std::uint64_t fresh = deposits - deposits_seen_;
  deposits_seen_ = deposits;
  balance_ += options_.fraction * static_cast<double>(fresh);
  if (now > filled_at_) {
    balance_ += options_.floor_per_s * Seconds(now - filled_at_);
    filled_at_ = now;
  }
  balance_ = std::min(balance_, options_.balance_max);
  if (balance_ < 1) {
    ++refused_;
    return false;
  }
  balance_ -= 1;
  ++granted_;
  return true;
}

double RetryBudget::balance() const {
  MutexLock lock(mutex_);
  return balance_;
}

RetryBudgetStats RetryBudget::stats() const {
  MutexLock lock(mutex_);
  return {.deposits = deposits_.value(),
          .asked = granted_ + refused_,
          .granted = granted_,
          .refused = refused_};
}

}  // namespace ringlab
