// Hit ratios under Zipf requests against theory: LRU against Che's approximation (H. Che, Y. Tung,
// Z. Wang, 2002), the others between it and the best that any fixed choice of entries could do.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/cache/cache.h"
#include "tests/support/che.h"

namespace ringlab {
namespace {

constexpr std::size_t kKeys = 10'000;

// A budget that holds so many of the entries of this test exactly: key of five digits, no value.
std::size_t BudgetFor(Policy policy, std::size_t capacity) {
  Item* const item = Item::New("00000", 0, 0);
  const std::size_t charge = item->charged_bytes();
  item->DropReference();
  std::size_t slots = 8;
  while (capacity * 4 > slots * 3) slots *= 2;
  const std::size_t items_and_index = capacity * charge + slots * sizeof(std::uint64_t);
  // What the others keep besides is at most a part in 16, or a few KiB of counts.
  return policy == Policy::kLru ? items_and_index : items_and_index + items_and_index / 16;
}

struct Measured {
  double hit_ratio = 0;
  std::size_t items = 0;
};

// After the warm-up. How many items a budget holds depends a little on the heap: malloc gives a
// block a few bytes more now and then, and more often where what ran before has cut the heap up.
Measured MeasuredAt(Policy policy, double s, std::size_t capacity, int requests) {
  const std::vector<double> p = ZipfChances(kKeys, s);
  std::vector<double> cumulative(kKeys);
  std::partial_sum(p.begin(), p.end(), cumulative.begin());
  Cache cache({.budget_bytes = BudgetFor(policy, capacity), .policy = policy});
  Rng rng(1);
  const auto request = [&] {
    const auto at = std::upper_bound(cumulative.begin(), cumulative.end() - 1, rng.Uniform());
    std::string key = std::to_string(100'000 + (at - cumulative.begin()));
    key.erase(0, 1);
    if (!cache.Find(key, HashKey(key))) cache.Insert(key, HashKey(key), "");
  };
  const auto warm_up = static_cast<int>(12 * CheTime(p, static_cast<double>(capacity)));
  for (int i = 0; i < std::max(warm_up, 30'000); ++i) request();
  const CacheStats before = cache.stats();
  if (policy == Policy::kLru) {
    REQUIRE(before.items <= capacity);
    REQUIRE(before.items >= capacity * 3 / 4);
  }
  for (int i = 0; i < requests; ++i) request();
  return {static_cast<double>(cache.stats().hits - before.hits) / requests, before.items};
}

struct Row {
  double s;
  std::size_t capacity;
  double time, lru, ideal;  // T, Che's hit ratio, and that of the most popular keys alone
};

const std::vector<Row> kRows = {{0.8, 100, 110.8, 0.1566, 0.3000},
                                {0.99, 100, 138.8, 0.3769, 0.5178},
                                {0.99, 1000, 2281.9, 0.6641, 0.7559}};

TEST_CASE("the hit ratio of lru is what Che's approximation says") {
  for (const Row& row : kRows) {
    CAPTURE(row.s, row.capacity);
    const std::vector<double> p = ZipfChances(kKeys, row.s);
    const double t = CheTime(p, static_cast<double>(row.capacity));
    REQUIRE(std::abs(t - row.time) < 0.1);
    const double che = CheHitRatio(p, t);
    REQUIRE(std::abs(che - row.lru) < 0.0001);
    const Measured measured = MeasuredAt(Policy::kLru, row.s, row.capacity, 1'000'000);
    CAPTURE(measured.hit_ratio, measured.items);
    const double expected = CheHitRatio(p, CheTime(p, static_cast<double>(measured.items)));
    REQUIRE(std::abs(measured.hit_ratio - expected) <= 0.002);
  }
}

TEST_CASE("every other policy is better than lru under zipf and none better than the best",
          "[long]") {
  for (const Row& row : kRows) {
    for (const Policy policy : Policies()) {
      if (policy == Policy::kLru) continue;
      const Measured measured = MeasuredAt(policy, row.s, row.capacity, 250'000);
      CAPTURE(PolicyName(policy), row.s, row.capacity, measured.hit_ratio, measured.items);
      const double held = static_cast<double>(measured.items) / static_cast<double>(row.capacity);
      CHECK(measured.hit_ratio > row.lru * std::min(held, 1.0) + 0.02);
      CHECK(measured.hit_ratio < row.ideal + 0.002 + 0.02);  // their budget is a little larger
    }
  }
}

}  // namespace
}  // namespace ringlab
