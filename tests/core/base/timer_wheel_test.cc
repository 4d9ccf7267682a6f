#include "core/base/timer_wheel.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <set>
#include <utility>

#include "core/base/random.h"

namespace ringlab {
namespace {

constexpr std::size_t kManySteps = 1 << 30;
constexpr std::int64_t kTick = TimerWheel::kTick.count();

TimePoint At(std::int64_t ns) { return TimePoint{Duration{ns}}; }

// The wheel under test, and a sorted set of what is in it.
class Both {
 public:
  void Add(TimePoint due) {
    Timed& entry = entries_.emplace_back(due);
    wheel_.Add(entry);
    sorted_.emplace(due, &entry);
  }

  void RemoveOne(Rng& rng) {
    if (sorted_.empty()) return;
    const auto at = std::next(sorted_.begin(), static_cast<int>(rng.Below(sorted_.size())));
    wheel_.Remove(*at->second);
    sorted_.erase(at);
  }

  // Takes what is due, `at_once` steps a call: nothing early, and nothing later than a tick.
  void TakeDue(TimePoint now, std::size_t at_once) {
    for (bool done = false; !done;) {
      std::size_t steps = at_once;
      while (Timed* const due = wheel_.TakeDue(now, steps)) {
        REQUIRE(due->due <= now);
        REQUIRE(due->to_me == nullptr);
        REQUIRE(sorted_.erase({due->due, due}) == 1);
      }
      done = steps > 0;
    }
    REQUIRE(wheel_.size() == sorted_.size());
    if (sorted_.empty()) {
      REQUIRE(wheel_.NextDue() == kNever);
      return;
    }
    REQUIRE(SaturatingAdd(sorted_.begin()->first, TimerWheel::kTick) > now);
    REQUIRE(wheel_.NextDue() > now);  // else its owner would be called for nothing, for ever
    REQUIRE(wheel_.NextDue() <= SaturatingAdd(sorted_.begin()->first, TimerWheel::kTick));
  }

  TimePoint NextDue() const { return wheel_.NextDue(); }
  std::size_t size() const { return sorted_.size(); }

 private:
  TimerWheel wheel_;
  std::deque<Timed> entries_;
  std::set<std::pair<TimePoint, Timed*>> sorted_;
};

TEST_CASE("a timer wheel does what a sorted set does") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    CAPTURE(seed);
    Rng rng(seed);
    Both both;
    std::int64_t now = kTick * static_cast<std::int64_t>(rng.Below(std::uint64_t{1} << 30));
    for (int i = 0; i < 20'000; ++i) {
      const auto reach = static_cast<std::int64_t>(rng.Below(std::uint64_t{1} << rng.Below(45)));
      switch (rng.Below(5)) {
        case 0: both.RemoveOne(rng); break;
        case 1:
          now += reach / 16;
          both.TakeDue(At(now), 1 + rng.Below(20));
          break;
        default: both.Add(At(now + reach - 1000));  // some are due already
      }
    }
    both.TakeDue(At(INT64_MAX), kManySteps);
    REQUIRE(both.size() <= 20'000);
  }
}

// Whoever calls it each time that it asks for takes everything in time, with few calls in vain.
TEST_CASE("an owner who follows NextDue misses nothing") {
  Both both;
  Rng rng(7);
  const std::int64_t start = 123'456'789'012'345;
  both.TakeDue(At(start), 1);
  constexpr int kEntries = 1000;
  for (int i = 0; i < kEntries; ++i) {
    both.Add(At(start + static_cast<std::int64_t>(rng.Below(std::uint64_t{1} << 42))));
  }
  int calls = 0;
  while (both.size() > 0) {
    both.TakeDue(both.NextDue(), kManySteps);
    ++calls;
  }
  REQUIRE(calls < 2 * kEntries);
}

TEST_CASE("the ends of time have their place in a wheel") {
  Both both;
  both.Add(At(INT64_MIN));
  both.Add(At(0));
  both.Add(At(INT64_MAX - 1));
  both.TakeDue(At(0), kManySteps);
  REQUIRE(both.size() == 1);
  both.TakeDue(At(INT64_MAX - 2 * kTick), kManySteps);
  REQUIRE(both.size() == 1);
  both.TakeDue(At(INT64_MAX), kManySteps);
  REQUIRE(both.size() == 0);
}

}  // namespace
}  // namespace ringlab
