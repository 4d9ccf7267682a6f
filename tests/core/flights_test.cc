#include "core/flights.h"

#include <catch2/catch.hpp>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/hash.h"
#include "core/random.h"
#include "tests/support/answers.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

GetReply Reply(std::string_view bytes) { return {Value::Copy(bytes), Level::kSource}; }

// Flights in virtual time, with a load_timeout of two seconds. At its end it lets all the time
// pass, and asserts that every request was accounted for.
class World {
 public:
  explicit World(FlightsOptions options = {}) : flights_(std::in_place, scheduler_, options) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

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

TEST_CASE("one leads and however many ask meanwhile are answered by its landing") {
  World world;
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
  World world;
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
  World world;
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

TEST_CASE("each waiter leaves at its own deadline and the rest get the value") {
  World world;
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
  World world;
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
  World world;
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

TEST_CASE("a patient leader keeps its load longer, an impatient one does not shorten it") {
  World world;
  Answers answers;
  const TimePoint late = world.After(seconds(5));
  Flight patient = world.Join("a", answers.Callback(), late);
  REQUIRE(patient.deadline() == late);
  Flight impatient = world.Join("b", answers.Callback(), world.After(milliseconds(1)));
  REQUIRE(impatient.deadline() == world.After(seconds(2)));
  patient.Land(Reply("a"));
  impatient.Land(Reply("b"));
  world.CheckIdentities();
}

TEST_CASE("a dropped flight lands INTERNAL and names the key") {
  World world;
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
  World world;
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
  World world({.flights_max = 2, .waiters_max = 3});
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
  World world;
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

TEST_CASE("timers are armed a few times per timeout, not once per request") {
  World world;
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
TEST_CASE("threads that join, land, drop and time out are all answered once") {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kJoins = 1'500;
  ManualScheduler scheduler;
  std::vector<std::atomic<int>> answered(kThreads * kJoins);
  FlightsStats stats;
  std::vector<std::vector<Flight>> late(kThreads);  // outlive the Flights
  {
    Flights flights(scheduler, {.load_timeout = milliseconds(5)});
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
