#include "core/group/stats.h"

#include <catch2/catch.hpp>
#include <string>

namespace ringlab {
namespace {

// Figures in which every identity holds and no two parts are equal by chance.
GroupStats Sound() {
  GroupStats s;
  s.invalid = 1;
  s.hits = 20;
  s.joined = 300;
  s.refused = 7;
  s.late_hits = 11;
  s.fallbacks = 13;
  s.fallbacks_refused = 17;
  s.peer_errors = 30;
  s.peer_ok = 40;
  s.peer_final = 5;
  s.peer_loads = 75;
  s.source_loads_own = 50;
  s.led = 136;
  s.gets = 464;
  s.source_loads = 63;
  s.source_ok = 43;
  s.source_not_found = 12;
  s.source_errors = 8;
  s.answered_ok = 400;
  s.answered_not_found = 30;
  s.answered_timeout = 14;
  s.answered_error = 20;
  return s;
}

TEST_CASE("figures that hold together pass") {
  REQUIRE(CheckIdentities(GroupStats()).empty());
  REQUIRE(CheckIdentities(Sound()).empty());
}

TEST_CASE("every count that is one too many is noticed") {
  using Field = std::uint64_t GroupStats::*;
  for (const Field field : {&GroupStats::gets,
                            &GroupStats::invalid,
                            &GroupStats::hits,
                            &GroupStats::joined,
                            &GroupStats::led,
                            &GroupStats::refused,
                            &GroupStats::late_hits,
                            &GroupStats::peer_loads,
                            &GroupStats::peer_ok,
                            &GroupStats::peer_final,
                            &GroupStats::peer_errors,
                            &GroupStats::fallbacks,
                            &GroupStats::fallbacks_refused,
                            &GroupStats::source_loads_own,
                            &GroupStats::source_loads,
                            &GroupStats::source_ok,
                            &GroupStats::source_not_found,
                            &GroupStats::source_errors,
                            &GroupStats::answered_ok,
                            &GroupStats::answered_not_found,
                            &GroupStats::answered_timeout,
                            &GroupStats::answered_error}) {
    GroupStats s = Sound();
    ++(s.*field);
    REQUIRE_FALSE(CheckIdentities(s).empty());
  }
}

TEST_CASE("the message gives the figures of the identity that fails") {
  GroupStats s = Sound();
  s.source_errors = 9;
  REQUIRE(CheckIdentities(s) ==
          "source_loads 63 is not source_ok 43 + source_not_found 12 + source_errors 9");
}

TEST_CASE("sums are of every count, and keep the identities") {
  GroupStats more = Sound();
  more.hits_from_peers = 3;
  more.cache.evicted = 4;
  more.flights.landed = 5;
  GroupStats sum = more;
  Add(more, sum);
  REQUIRE(CheckIdentities(sum).empty());
  REQUIRE(sum.gets == 928);
  REQUIRE(sum.answered_error == 40);
  REQUIRE(sum.hits_from_peers == 6);
  REQUIRE(sum.cache.evicted == 8);
  REQUIRE(sum.flights.landed == 10);
}

}  // namespace
}  // namespace ringlab
