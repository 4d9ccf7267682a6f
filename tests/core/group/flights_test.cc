#include "core/group/flights.h"

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
#include "tests/support/answers.h"
#include "tests/support/flights_world.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("one leads and however many ask meanwhile are answered by its landing") {
  FlightsWorld world;
  Answers answers;
  Flight lead = world.Join("k", answers.Callback());
  REQUIRE(lead);
  REQUIRE(lead.key() == "k");
  REQUIRE(lead.key_hash() == HashKey("k"));
  for (int i = 0; i < 99; ++i) REQUIRE_FALSE(world.Join("k", answers.Callback()));
  REQUIRE(answers.size() == 0);
  lead.Land(Reply("v"));
  REQUIRE_FALSE(lead);
  REQUIRE(answers.size() == 100);
  for (std::size_t i = 0; i < 100; ++i) REQUIRE(answers.text(i) == "OK: v");
  lead.Land(Reply("again"));  // a no-op
  REQUIRE(answers.size() == 100);
  REQUIRE(world.stats().led == 1);
  REQUIRE(world.stats().joined == 99);
  REQUIRE(world.stats().answered_ok == 100);
  world.CheckIdentities();
}

TEST_CASE("a key is free again once its flight has landed") {
  FlightsWorld world;
  Answers answers;
  world.Join("k", answers.Callback()).Land(Fail(Code::kNotFound, "no k"));
  Flight second = world.Join("k", answers.Callback());
  REQUIRE(second);
  second.Land(Fail(Code::kUnavailable, "down"));
  REQUIRE(answers.text(0) == "NOT_FOUND");
  REQUIRE(answers.text(1) == "UNAVAILABLE");
  REQUIRE(world.stats().answered_not_found == 1);
  REQUIRE(world.stats().answered_error == 1);
  world.CheckIdentities();
}

TEST_CASE("flights of different keys and of different hops are apart") {
  FlightsWorld world;
  Answers caller;
  Answers peer;
  Answers other;
  Flight a = world.Join("k", caller.Callback(), kNever, Hop::kCaller);
  Flight b = world.Join("k", peer.Callback(), kNever, Hop::kPeer);
  Flight c = world.Join("j", other.Callback());
  REQUIRE(a);
  REQUIRE(b);
  REQUIRE(c);
  b.Land(Reply("peer"));
  REQUIRE(caller.size() == 0);
  a.Land(Reply("caller"));
  c.Land(Reply("other"));
  REQUIRE(caller.text(0) == "OK: caller");
  REQUIRE(peer.text(0) == "OK: peer");
  REQUIRE(other.text(0) == "OK: other");
  world.CheckIdentities();
}

TEST_CASE("a dropped flight lands INTERNAL and names the key") {
  FlightsWorld world;
  Answers answers;
  {
    Flight lead = world.Join("k", answers.Callback());
    world.Join("k", answers.Callback());
    Flight moved = std::move(lead);
    REQUIRE_FALSE(lead);  // NOLINT(bugprone-use-after-move): empty by contract
    REQUIRE(answers.size() == 0);
  }
  REQUIRE(answers.size() == 2);
  REQUIRE(answers.text(0) == "INTERNAL");
  REQUIRE(answers.at(1).error().message.find("\"k\"") != std::string::npos);
  world.CheckIdentities();
}

TEST_CASE("the end of the Flights answers whoever waits, and late landings are harmless") {
  FlightsWorld world;
  Answers answers;
  Flight a = world.Join("a", answers.Callback());
  Flight b = world.Join("b", answers.Callback(), world.After(milliseconds(5)));
  world.Join("a", answers.Callback());
  world.End();
  REQUIRE(answers.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(answers.text(i) == "UNAVAILABLE");
  world.AdvanceBy(seconds(10));  // armed tasks find nothing
  a.Land(Reply("late"));
  REQUIRE(b.key() == "b");
  REQUIRE(answers.size() == 3);  // and b lands INTERNAL into nothing when it goes
}

TEST_CASE("limits refuse with RESOURCE_EXHAUSTED and hurt nobody else") {
  FlightsWorld world({.flights_max = 2, .waiters_max = 3});
  Answers waiting;
  Answers refused;
  Flight a = world.Join("a", waiting.Callback());
  Flight b = world.Join("b", waiting.Callback());
  REQUIRE_FALSE(world.Join("c", refused.Callback()));  // a third flight
  world.Join("a", waiting.Callback());
  world.Join("a", waiting.Callback());
  REQUIRE_FALSE(world.Join("a", refused.Callback()));  // a fourth waiter
  REQUIRE(refused.size() == 2);
  REQUIRE(refused.text(0) == "RESOURCE_EXHAUSTED");
  REQUIRE(refused.text(1) == "RESOURCE_EXHAUSTED");
  REQUIRE(refused.at(0).error().message.find("\"c\"") != std::string::npos);
  a.Land(Reply("v"));
  Flight c = world.Join("c", waiting.Callback());  // room again
  REQUIRE(c);
  b.Land(Reply("v"));
  c.Land(Reply("v"));
  REQUIRE(waiting.size() == 5);
  REQUIRE(world.stats().refused == 2);
  world.CheckIdentities();
}

TEST_CASE("a callback may ask for the key that was just landed") {
  FlightsWorld world;
  Answers answers;
  {
    Flight lead = world.Join("k", [&](const Result<GetReply>&) {
      const Flight second = world.Join("k", answers.Callback());
      REQUIRE(second);  // drops at once: INTERNAL
    });
    lead.Land(Reply("v"));
  }
  REQUIRE(answers.text(0) == "INTERNAL");
  world.CheckIdentities();
}

TEST_CASE("flights of other keys are in other tables, and the sum of all is told") {
  FlightsWorld world({.shards = 4, .flights_max = 400});
  Answers answers;
  std::vector<Flight> led;
  for (int i = 0; i < 64; ++i) {
    const std::string key = "key-" + std::to_string(i);
    led.push_back(world.Join(key, answers.Callback()));
    REQUIRE(led.back());
    REQUIRE_FALSE(world.Join(key, answers.Callback()));  // joins it, whatever its table
  }
  REQUIRE(world.stats().led == 64);
  REQUIRE(world.stats().joined == 64);
  for (Flight& flight : led) flight.Land(Reply("v"));
  REQUIRE(answers.size() == 128);
  REQUIRE(world.stats().answered_ok == 128);
  for (int i = 0; i < 8; ++i) world.Join("again-" + std::to_string(i), answers.Callback());
  world.End();  // each of the tables answers whoever waits
  REQUIRE(answers.size() == 136);
}

TEST_CASE("threads that join, land, drop and time out are all answered once") {
  const std::size_t shards = GENERATE(1, 4);
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kJoins = 1'500;
  ManualScheduler scheduler;
  std::vector<std::atomic<int>> answered(kThreads * kJoins);
  FlightsStats stats;
  std::vector<std::vector<Flight>> late(kThreads);  // outlive the Flights
  {
    Flights flights(scheduler, {.load_timeout = milliseconds(5), .shards = shards});
    std::atomic<bool> joining{true};
    std::thread time([&] {
      while (joining) scheduler.AdvanceBy(milliseconds(1));
    });
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        Rng rng(t);
        for (std::size_t i = 0; i < kJoins; ++i) {
          const std::string key = "k" + std::to_string(rng.Below(8));
          const TimePoint deadline =
              rng.Below(2) == 0 ? kNever : scheduler.Now() + milliseconds(rng.Below(8));
          Flight lead = flights.Join(
              {.group = "g", .key = key, .hop = Hop::kCaller, .deadline = deadline}, HashKey(key),
              [&, id = t * kJoins + i](const Result<GetReply>&) { answered[id].fetch_add(1); });
          const std::uint64_t end = rng.Below(3);
          if (end == 0) lead.Land(Reply("v"));
          if (end == 1 && lead) late[t].push_back(std::move(lead));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    joining = false;
    time.join();
    scheduler.AdvanceBy(seconds(1));
    stats = flights.stats();
  }
  for (std::vector<Flight>& some : late) some.clear();
  REQUIRE(stats.led == stats.landed + stats.timed_out);
  REQUIRE(stats.led + stats.joined == kThreads * kJoins);
  REQUIRE(stats.answered_ok + stats.answered_timeout + stats.answered_error == kThreads * kJoins);
  for (const std::atomic<int>& times : answered) REQUIRE(times == 1);
}

}  // namespace
}  // namespace ringlab
