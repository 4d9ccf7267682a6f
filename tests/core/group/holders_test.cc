#include "core/group/holders.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "core/base/random.h"

namespace ringlab {
namespace {

using std::chrono::seconds;
using Names = std::vector<std::string>;

constexpr TimePoint kStart{std::chrono::hours(1)};

void CheckIdentity(const Holders& holders) {
  const HoldersStats stats = holders.stats();
  REQUIRE(stats.keys_added == stats.keys_held + stats.keys_taken + stats.keys_forgotten);
}

TEST_CASE("a write takes the holders of its key once and only those whose copy may still be kept") {
  Holders holders({});
  holders.Add(1, "n2", kStart + seconds(5));
  holders.Add(1, "n1", kStart + seconds(10));
  holders.Add(1, "n1", kStart + seconds(3));  // an older promise takes nothing back
  holders.Add(1, "n3", kStart + seconds(4));
  holders.Add(2, "n4", kStart + seconds(9));
  const Holders::Taken taken = holders.Take(1, kStart + seconds(4));
  REQUIRE(taken.names == Names{"n1", "n2"});
  REQUIRE_FALSE(taken.everyone);
  REQUIRE(holders.Take(1, kStart).names.empty());
  REQUIRE(holders.Take(2, kStart).names == Names{"n4"});
  REQUIRE(holders.stats().takes == 3);
  REQUIRE(holders.stats().named == 3);
  REQUIRE(holders.stats().everyone == 0);
  CheckIdentity(holders);
}

TEST_CASE("a key with too many holders asks for everyone until the last of them ran out") {
  const auto after = GENERATE(Duration(seconds(9)) - Duration(1), Duration(seconds(9)));
  Holders holders({.holders_max = 2});
  for (const char* node : {"n1", "n2", "n3", "n4"}) holders.Add(1, node, kStart + seconds(9));
  holders.Add(1, "n1", kStart + seconds(20));
  const Holders::Taken taken = holders.Take(1, kStart + after);
  REQUIRE(taken.everyone == (after < seconds(9)));
  REQUIRE(taken.names == (taken.everyone ? Names{"n1", "n2"} : Names{"n1"}));
}

TEST_CASE("the key that was added to longest ago makes room and then asks for everyone") {
  Holders holders({.keys_max = 2});
  holders.Add(1, "n1", kStart + seconds(5));
  holders.Add(2, "n1", kStart + seconds(5));
  holders.Add(1, "n2", kStart + seconds(7));
  holders.Add(3, "n1", kStart + seconds(5));  // forgets 2
  REQUIRE_FALSE(holders.Take(1, kStart).everyone);
  REQUIRE_FALSE(holders.Take(3, kStart).everyone);
  const Holders::Taken forgotten = holders.Take(2, kStart);
  REQUIRE(forgotten.everyone);
  REQUIRE(forgotten.names.empty());
  REQUIRE_FALSE(holders.Take(2, kStart + seconds(5)).everyone);
  REQUIRE(holders.stats().keys_forgotten == 1);
  CheckIdentity(holders);
}

// Tiny bounds, so that everything is forgotten all the time.
TEST_CASE("whatever is forgotten a take never misses a copy that may still be kept") {
  Holders holders({.keys_max = 8, .holders_max = 2, .slots = 16});
  std::map<std::uint64_t, std::map<std::string, TimePoint>> truth;
  Rng rng(1);
  TimePoint now = kStart;
  int everyone = 0;
  int exact = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += std::chrono::milliseconds(rng.Below(200));
    const std::uint64_t key = rng.Below(40);
    if (rng.Below(3) != 0) {
      const std::string node = "n" + std::to_string(rng.Below(4));
      const TimePoint until = now + std::chrono::milliseconds(rng.Below(3000));
      holders.Add(key, node, until);
      truth[key][node] = std::max(truth[key][node], until);
      continue;
    }
    const Holders::Taken taken = holders.Take(key, now);
    Names expected;
    for (const auto& [node, until] : truth[key]) {
      if (until > now) expected.push_back(node);
    }
    ++(taken.everyone ? everyone : exact);
    if (taken.everyone) {
      REQUIRE(
          std::includes(expected.begin(), expected.end(), taken.names.begin(), taken.names.end()));
    } else {
      REQUIRE(taken.names == expected);
    }
    truth.erase(key);
  }
  REQUIRE(everyone > 100);
  REQUIRE(exact > 100);
  CheckIdentity(holders);
}

TEST_CASE("threads that add and take leave counts that add up") {
  Holders holders({.keys_max = 16, .holders_max = 2});
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&holders, t] {
      Rng rng(t);
      for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t key = rng.Below(40);
        if (rng.Below(3) == 0) {
          holders.Take(key, kStart);
        } else {
          holders.Add(key, "node-" + std::to_string(t), kStart + seconds(1));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(holders.stats().adds + holders.stats().takes == 40'000);
  CheckIdentity(holders);
}

}  // namespace
}  // namespace ringlab
