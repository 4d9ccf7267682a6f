#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/group/flights.h"
#include "tests/support/answers.h"
#include "tests/support/flights_world.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("each waiter leaves at its own deadline and the rest get the value") {
  FlightsWorld world;
  std::vector<Answers> waiters(4);
  Flight lead = world.Join("k", waiters[0].Callback(), world.After(milliseconds(30)));
  world.Join("k", waiters[1].Callback(), world.After(milliseconds(10)));
  world.Join("k", waiters[2].Callback(), world.After(milliseconds(20)));
  world.Join("k", waiters[3].Callback());
  const std::vector<std::size_t> none{0, 0, 0, 0};
  const auto sizes = [&] {
    std::vector<std::size_t> all;
    for (const Answers& waiter : waiters) all.push_back(waiter.size());
    return all;
  };
  world.AdvanceBy(milliseconds(10) - Duration(1));
  REQUIRE(sizes() == none);
  world.AdvanceBy(Duration(1));
  REQUIRE(sizes() == std::vector<std::size_t>{0, 1, 0, 0});
  world.AdvanceBy(milliseconds(10));
  REQUIRE(sizes() == std::vector<std::size_t>{0, 1, 1, 0});
  world.AdvanceBy(milliseconds(10));  // the leader itself: the flight goes on without it
  REQUIRE(sizes() == std::vector<std::size_t>{1, 1, 1, 0});
  lead.Land(Reply("v"));
  REQUIRE(sizes() == std::vector<std::size_t>{1, 1, 1, 1});
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(waiters[i].text(0) == "DEADLINE_EXCEEDED");
  REQUIRE(waiters[0].at(0).error().message.find("\"k\"") != std::string::npos);
  REQUIRE(waiters[3].text(0) == "OK: v");
  REQUIRE(world.stats().answered_timeout == 3);
  world.CheckIdentities();
}

TEST_CASE("a deadline that has passed is answered by the scheduler, not inside Join") {
  FlightsWorld world;
  Answers answers;
  Flight lead = world.Join("k", answers.Callback(), world.After(-seconds(1)));
  REQUIRE(lead);
  REQUIRE(answers.size() == 0);
  world.scheduler().RunDue();
  REQUIRE(answers.text(0) == "DEADLINE_EXCEEDED");
  Answers joined;
  REQUIRE_FALSE(world.Join("k", joined.Callback()));  // the load itself goes on
  lead.Land(Reply("v"));
  REQUIRE(joined.text(0) == "OK: v");
  world.CheckIdentities();
}

TEST_CASE("a load that takes too long is given up and its key is free") {
  FlightsWorld world;
  Answers answers;
  Flight stuck = world.Join("k", answers.Callback());
  REQUIRE(stuck.deadline() == world.After(seconds(2)));
  world.AdvanceBy(seconds(1));
  REQUIRE_FALSE(world.Join("k", answers.Callback()));
  world.AdvanceBy(seconds(1));
  REQUIRE(answers.size() == 2);
  REQUIRE(answers.text(0) == "DEADLINE_EXCEEDED");
  REQUIRE(answers.text(1) == "DEADLINE_EXCEEDED");

  Answers later;
  Flight second = world.Join("k", later.Callback());
  REQUIRE(second);
  stuck.Land(Reply("too late"));  // into nothing: not into the flight that took its place
  REQUIRE(answers.size() == 2);
  REQUIRE(later.size() == 0);
  second.Land(Reply("v"));
  REQUIRE(later.text(0) == "OK: v");
  REQUIRE(world.stats().timed_out == 1);
  REQUIRE(world.stats().landed == 1);
  world.CheckIdentities();
}

TEST_CASE("a load has its own time, whatever the patience of who leads it") {
  FlightsWorld world;
  Answers answers;
  Flight patient = world.Join("a", answers.Callback(), world.After(seconds(5)));
  REQUIRE(patient.deadline() == world.After(seconds(2)));
  REQUIRE(patient.wanted_by() == world.After(seconds(2)));
  Flight impatient = world.Join("b", answers.Callback(), world.After(milliseconds(1)));
  REQUIRE(impatient.deadline() == world.After(seconds(2)));
  REQUIRE(impatient.wanted_by() == world.After(milliseconds(1)));
  world.AdvanceBy(seconds(2));
  REQUIRE(answers.size() == 2);
  REQUIRE(answers.at(0).error().message == "load \"b\": the deadline passed before it came");
  REQUIRE(answers.at(1).error().code == Code::kDeadlineExceeded);
  REQUIRE(answers.at(1).error().message.starts_with("load \"a\": given up after 2"));
  world.CheckIdentities();
}

TEST_CASE("timers are armed a few times per timeout, not once per request") {
  FlightsWorld world;
  Answers answers;
  for (int i = 0; i < 1000; ++i) {
    world.Join("k" + std::to_string(i), answers.Callback(), world.After(seconds(1)))
        .Land(Reply("v"));
    world.AdvanceBy(milliseconds(1));
    REQUIRE(world.scheduler().pending() <= 2);
  }
  REQUIRE(answers.size() == 1000);
  world.CheckIdentities();
}

// Leaders land, drop or let go too late, from many threads, while time passes: everyone is
// answered exactly once.
}  // namespace
}  // namespace ringlab
