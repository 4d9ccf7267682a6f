#include "loadgen/plan/drift.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "loadgen/plan/workload.h"

namespace ringlab {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kDriftKeys = 10'000;

Drift DriftOf(const std::string& text, std::uint64_t keys = kDriftKeys) {
  auto drift = Drift::Parse(text, keys, 1);
  INFO(text);
  if (!drift) FAIL(drift.error().message);
  return *std::move(drift);
}

// Of the keys that were the `count` hottest at the beginning, the fraction that is not at `at`.
double GoneOfHottest(Drift& drift, std::uint64_t count, Duration at) {
  std::vector<std::uint64_t> before;
  std::vector<std::uint64_t> after;
  for (std::uint64_t i = 0; i < count; ++i) {
    before.push_back(drift(i, {}));
    after.push_back(drift(i, at));
  }
  std::ranges::sort(before);
  std::ranges::sort(after);
  std::vector<std::uint64_t> gone;
  std::ranges::set_difference(before, after, std::back_inserter(gone));
  return static_cast<double>(gone.size()) / static_cast<double>(count);
}

TEST_CASE("at every time a drift gives each rank a key of its own") {
  for (const std::string text : {"walk:100@10s", "walk:7@1ms", "period:4@60s", "shuffle:1000@30s",
                                 "shuffle:3@1s", "turnover:50%@10m", "turnover:cachelib"}) {
    for (const std::uint64_t keys : {std::uint64_t{2'503}, kDriftKeys}) {
      Drift drift = DriftOf(text, keys);
      for (const Duration at : {Duration(0), Duration(seconds(11)), Duration(minutes(7)),
                                Duration(minutes(61)), Duration(seconds(12))}) {
        INFO(text << " at " << at.count());
        std::vector<bool> taken(keys);
        for (std::uint64_t i = 0; i < keys; ++i) {
          const std::uint64_t key = drift(i, at);
          REQUIRE(key < keys);
          REQUIRE(!taken[key]);
          taken[key] = true;
        }
      }
    }
  }
}

TEST_CASE("nothing has moved at the beginning") {
  for (const std::string text : {"walk:100@10s", "period:4@60s", "shuffle:1000@30s",
                                 "turnover:50%@10m", "turnover:cachelib"}) {
    Drift drift = DriftOf(text);
    for (std::uint64_t i = 0; i < kDriftKeys; ++i) REQUIRE(drift(i, {}) == i);
  }
}

TEST_CASE("a walk moves on by so many keys, and a period comes back") {
  Drift walk = DriftOf("walk:100@10s");
  CHECK(walk(0, seconds(9)) == 0);
  CHECK(walk(0, seconds(10)) == 100);
  CHECK(walk(0, seconds(995)) == 9'900);
  CHECK(walk(0, seconds(1000)) == 0);
  Drift period = DriftOf("period:4@60s");
  CHECK(period(0, seconds(14)) == 0);
  CHECK(period(0, seconds(16)) == 2'500);
  CHECK(period(0, seconds(46)) == 7'500);
  CHECK(period(0, seconds(61)) == 0);
}

TEST_CASE("the hottest tenth turns over as in Meta's caches") {
  Drift drift = DriftOf("turnover:cachelib", 1'000'000);
  CHECK(GoneOfHottest(drift, 100'000, minutes(10)) == Approx(0.5).margin(0.02));
  CHECK(GoneOfHottest(drift, 100'000, minutes(60)) == Approx(2.0 / 3).margin(0.02));
}

TEST_CASE("a turnover takes its time") {
  Drift drift = DriftOf("turnover:50%@10m", 1'000'000);
  // A hundredth of the keys is among the hottest again by chance.
  CHECK(GoneOfHottest(drift, 10'000, minutes(5)) == Approx(0.25).margin(0.04));
  CHECK(GoneOfHottest(drift, 10'000, minutes(10)) == Approx(0.5).margin(0.03));
  CHECK(GoneOfHottest(drift, 10'000, minutes(20)) == Approx(0.99).margin(0.02));
}

TEST_CASE("a plan that drifts asks for the same ranks of other keys") {
  WorkloadOptions options{.seed = 3, .qps = 1000, .duration = seconds(20), .keys = kDriftKeys};
  Workload still = Workload::Create(options).value();
  options.drift = "walk:1@5s";
  Workload drifting = Workload::Create(options).value();
  PlannedRequest a;
  PlannedRequest b;
  while (still.Next(a)) {
    REQUIRE(drifting.Next(b));
    REQUIRE(a.rank == b.rank);
    REQUIRE(a.intended == b.intended);
    const std::uint64_t steps = static_cast<std::uint64_t>(a.intended / seconds(5));
    REQUIRE(b.key_index == still.scatter()((a.rank - 1 + steps) % kDriftKeys));
  }
  REQUIRE(!drifting.Next(b));
}

TEST_CASE("what is no drift is refused with what would be one") {
  for (const std::string text :
       {"", "walk", "walk:1", "walk:0@1s", "walk:1@0s", "walk:1.5@1s", "period:1@10s",
        "period:99999@10s", "shuffle:9999@1s", "turnover:0%@1m", "turnover:110%@1m",
        "turnover:meta", "jump:1@1s"}) {
    const auto drift = Drift::Parse(text, kDriftKeys, 1);
    INFO(text);
    REQUIRE(!drift);
    CHECK(drift.error().message.find('"' + text + "\": expected") != std::string::npos);
  }
}

}  // namespace
}  // namespace ringlab
