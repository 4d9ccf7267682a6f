// Flights in virtual time, for their tests.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/hash.h"
#include "core/group/flights.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {

inline GetReply Reply(std::string_view bytes) { return {Value::Copy(bytes), Level::kSource}; }

// Flights in virtual time, with a load_timeout of two seconds. At its end it lets all the time
// pass, and asserts that every request was accounted for.
class FlightsWorld {
 public:
  explicit FlightsWorld(FlightsOptions options = {})
      : flights_(std::in_place, scheduler_, options) {}
  FlightsWorld(const FlightsWorld&) = delete;
  FlightsWorld& operator=(const FlightsWorld&) = delete;

  Flight Join(std::string_view key, GetCallback done, TimePoint deadline = kNever,
              Hop hop = Hop::kCaller) {
    return flights_->Join({.group = "g", .key = key, .hop = hop, .deadline = deadline},
                          HashKey(key), std::move(done));
  }

  void CheckIdentities() {
    scheduler_.AdvanceBy(std::chrono::hours(24));
    const FlightsStats s = flights_->stats();
    REQUIRE(s.led == s.landed + s.timed_out);
    REQUIRE(s.led + s.joined ==
            s.answered_ok + s.answered_not_found + s.answered_timeout + s.answered_error);
  }

  TimePoint After(Duration wait) const { return scheduler_.Now() + wait; }
  void AdvanceBy(Duration wait) { scheduler_.AdvanceBy(wait); }
  FlightsStats stats() const { return flights_->stats(); }
  ManualScheduler& scheduler() { return scheduler_; }
  void End() { flights_.reset(); }

 private:
  ManualScheduler scheduler_;
  std::optional<Flights> flights_;
};

}  // namespace ringlab
