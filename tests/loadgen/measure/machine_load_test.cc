#include "loadgen/measure/machine_load.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

namespace ringlab {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t kHz = 100;

TEST_CASE("proc stat is read as programs and idling and the rest") {
  const MachineTicks ticks =
      ParseMachineTicks("cpu  100 2 30 400 5 6 7 50 99 98\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
  REQUIRE(ticks.all == 600);
  REQUIRE(ticks.idle == 405);
  REQUIRE(ticks.programs == 132);
  for (const char* text : {"", "cpu", "cpu 1 2 3\n", "cpu0 1 2 3 4 5 6 7 8\n", "intr 1 2 3"}) {
    INFO(text);
    REQUIRE(ParseMachineTicks(text).all == 0);
  }
}

// Two cores for ten seconds: 2,000 ticks.
TEST_CASE("what others took is what programs took but for our own") {
  const MachineTicks before{.all = 5000, .idle = 3000, .programs = 1000};
  const MachineTicks after{.all = 7000, .idle = 3400, .programs = 2500};
  const auto load = LoadBetween(before, after, seconds(9), kHz);
  REQUIRE(load.has_value());
  REQUIRE(load->others_share == Approx(0.3));  // 1500 - 900 of 2000
  REQUIRE(load->idle_share == Approx(0.2));
  // The kernel counts in ticks, processes in nanoseconds: a little less than nothing is nothing.
  REQUIRE(LoadBetween(before, after, seconds(16), kHz)->others_share == 0);
}

TEST_CASE("a machine that does not tell has no load") {
  const MachineTicks some{.all = 5000, .idle = 3000, .programs = 1000};
  REQUIRE_FALSE(LoadBetween({}, some, seconds(1), kHz).has_value());
  REQUIRE_FALSE(LoadBetween(some, some, seconds(1), kHz).has_value());
  REQUIRE_FALSE(LoadBetween(some, {.all = 5039, .idle = 3000, .programs = 1039}, seconds(0), kHz));
  REQUIRE(LoadBetween(some, {.all = 5040, .idle = 3000, .programs = 1040}, seconds(0), kHz));
  REQUIRE_FALSE(LoadBetween(some, {.all = 6000, .programs = 999}, seconds(1), kHz).has_value());
  // Waiting for a disk may fall: that is no reason to say nothing.
  const auto load =
      LoadBetween(some, {.all = 6000, .idle = 2990, .programs = 1500}, seconds(1), kHz);
  REQUIRE(load.has_value());
  REQUIRE(load->idle_share == 0);
}

}  // namespace
}  // namespace ringlab
