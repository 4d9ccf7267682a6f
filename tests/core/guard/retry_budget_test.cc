#include "core/guard/retry_budget.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kRetryBudgetStart{std::chrono::hours(1)};

std::uint64_t Drain(RetryBudget& budget, TimePoint now) {
  std::uint64_t granted = 0;
  while (budget.Withdraw(now)) ++granted;
  return granted;
}

TEST_CASE("requests pay for a fraction of second tries") {
  RetryBudget budget({.fraction = 0.25, .floor_per_s = 0, .balance_max = 100}, kRetryBudgetStart);
  REQUIRE(Drain(budget, kRetryBudgetStart) == 100);  // what it starts with
  std::uint64_t granted = 0;
  for (int i = 0; i < 4000; ++i) {
    budget.Deposit();
    granted += budget.Withdraw(kRetryBudgetStart) ? 1 : 0;
  }
  REQUIRE(granted == 1000);
  REQUIRE(budget.stats().deposits == 4000);
  REQUIRE(budget.stats().asked == 4101);
  REQUIRE(budget.stats().granted == 1100);
  REQUIRE(budget.stats().refused == 3001);
}

TEST_CASE("a floor trickles in by time and never backwards") {
  RetryBudget budget({.fraction = 0, .floor_per_s = 10, .balance_max = 20}, kRetryBudgetStart);
  REQUIRE(Drain(budget, kRetryBudgetStart) == 20);
  REQUIRE(Drain(budget, kRetryBudgetStart + milliseconds(450)) == 4);
  REQUIRE(budget.balance() == Approx(0.5));
  REQUIRE(Drain(budget, kRetryBudgetStart + milliseconds(100)) ==
          0);  // the clock of a slower thread
  REQUIRE(Drain(budget, kRetryBudgetStart + milliseconds(500)) == 1);
}

TEST_CASE("quiet times save up no more than the bound") {
  RetryBudget budget({.fraction = 1, .floor_per_s = 1000, .balance_max = 7}, kRetryBudgetStart);
  for (int i = 0; i < 1000; ++i) budget.Deposit();
  REQUIRE(Drain(budget, kRetryBudgetStart + seconds(1000)) == 7);
}

TEST_CASE("threads that deposit and withdraw never take more than was paid in") {
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kDeposits = 20'000;
  RetryBudget budget({.fraction = 0.25, .floor_per_s = 0, .balance_max = 1e6}, kRetryBudgetStart);
  REQUIRE(Drain(budget, kRetryBudgetStart) == 1'000'000);
  std::atomic<std::uint64_t> granted{0};
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (std::uint64_t i = 0; i < kDeposits; ++i) {
        budget.Deposit();
        if (i % 2 == 0 && budget.Withdraw(kRetryBudgetStart)) ++granted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  granted += Drain(budget, kRetryBudgetStart);
  REQUIRE(granted == kThreads * kDeposits / 4);
  REQUIRE(budget.stats().asked == budget.stats().granted + budget.stats().refused);
  REQUIRE(budget.stats().granted == 1'000'000 + granted);
}

}  // namespace
}  // namespace ringlab
