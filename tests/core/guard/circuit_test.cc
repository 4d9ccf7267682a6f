#include "core/guard/circuit.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Outcome = Circuit::Outcome;
using State = Circuit::State;

constexpr TimePoint kCircuitStart{std::chrono::hours(1)};

// Waits without jitter: 1 s, 2 s, 4 s, 8 s, 8 s …
constexpr CircuitOptions kSteady{
    .failures_in_a_row = 3,
    .backoff = {.first = seconds(1), .longest = seconds(8), .jitter = 0},
    .probe_timeout = seconds(5)};

struct CircuitWorld {
  // One call that ends at once; false when it was refused.
  bool Call(Outcome outcome) {
    const auto ticket = circuit.Ask(now);
    if (ticket) circuit.Report(*ticket, outcome, now);
    return ticket.has_value();
  }
  void Fail(int times) {
    for (int i = 0; i < times; ++i) REQUIRE(Call(Outcome::kFailed));
  }
  // Whether the next call is let through in so long, and not a moment earlier.
  bool NextTryIn(Duration wait) {
    REQUIRE(circuit.outage(now).next_try == wait);
    now += wait - Duration(1);
    const bool early = Call(Outcome::kFailed);
    now += Duration(1);
    return !early && Call(Outcome::kFailed);
  }
  // Once every ticket was reported.
  void CheckIdentities() const {
    const CircuitStats stats = circuit.stats();
    REQUIRE(stats.asked == stats.calls + stats.probes + stats.refused);
    REQUIRE(stats.calls + stats.probes + stats.forced ==
            stats.succeeded + stats.failed + stats.unjudged);
    REQUIRE(stats.opened == stats.closed + (circuit.state() == State::kClosed ? 0 : 1));
  }

  explicit CircuitWorld(CircuitOptions options = kSteady) : circuit(options, Rng(1)) {}
  Circuit circuit;
  TimePoint now = kCircuitStart;
};

TEST_CASE("a run of failures opens a circuit and a success in between starts a new run") {
  CircuitWorld world;
  world.Fail(2);
  REQUIRE(world.Call(Outcome::kSucceeded));
  world.Fail(2);
  REQUIRE(world.circuit.state() == State::kClosed);
  world.Fail(1);
  REQUIRE(world.circuit.state() == State::kOpen);
  REQUIRE_FALSE(world.Call(Outcome::kSucceeded));
  REQUIRE(world.circuit.stats().refused == 1);
  world.CheckIdentities();
}

TEST_CASE("a share of failures opens a circuit once the window holds enough outcomes") {
  CircuitWorld world({.failures_in_a_row = 100, .failure_share = 0.5, .window_outcomes_min = 20});
  for (int i = 0; i < 9; ++i) {
    world.Fail(1);
    REQUIRE(world.Call(Outcome::kSucceeded));
  }
  REQUIRE(world.Call(Outcome::kSucceeded));
  REQUIRE(world.circuit.state() == State::kClosed);

  SECTION("half of them failed") {
    world.Fail(1);  // 10 of 20
    REQUIRE(world.circuit.state() == State::kOpen);
  }
  SECTION("less than half of them") {
    REQUIRE(world.Call(Outcome::kSucceeded));
    world.Fail(1);  // 10 of 21
    REQUIRE(world.circuit.state() == State::kClosed);
  }
  SECTION("a new window knows nothing of the old one") {
    world.now += seconds(5);
    world.Fail(1);
    REQUIRE(world.circuit.state() == State::kClosed);
  }
  world.CheckIdentities();
}

TEST_CASE("the back-off doubles with each failed probe up to its bound") {
  CircuitWorld world;
  world.Fail(3);
  for (const int wait : {1, 2, 4, 8, 8, 8}) REQUIRE(world.NextTryIn(seconds(wait)));
  REQUIRE(world.circuit.outage(world.now).lasted == seconds(31));
  REQUIRE(world.circuit.stats().reopened == 6);
  REQUIRE(world.circuit.stats().opened == 1);
  world.CheckIdentities();
}

TEST_CASE("half-open lets one probe through and its success closes") {
  CircuitWorld world;
  world.Fail(3);
  world.now += seconds(1);
  const auto probe = world.circuit.Ask(world.now);
  REQUIRE(probe);
  REQUIRE(probe->probe);
  REQUIRE(world.circuit.state() == State::kHalfOpen);
  for (int i = 0; i < 5; ++i) REQUIRE_FALSE(world.circuit.Ask(world.now));
  REQUIRE(world.circuit.Report(*probe, Outcome::kSucceeded, world.now));
  REQUIRE(world.circuit.state() == State::kClosed);
  REQUIRE(world.Call(Outcome::kSucceeded));
  REQUIRE(world.circuit.outage(world.now).lasted == Duration::zero());
  world.CheckIdentities();
}

TEST_CASE("trouble that comes back soon waits longer and after a healthy time waits anew") {
  CircuitWorld world;
  world.Fail(3);
  REQUIRE(world.NextTryIn(seconds(1)));
  world.now += seconds(2);
  REQUIRE(world.Call(Outcome::kSucceeded));
  const bool soon = GENERATE(true, false);
  world.now += soon ? seconds(8) : seconds(9);  // against the longest back-off
  world.Fail(3);
  REQUIRE(world.NextTryIn(soon ? seconds(4) : seconds(1)));
  world.CheckIdentities();
}

TEST_CASE("a probe that is lost is given up and one that proved nothing is tried again") {
  CircuitWorld world;
  world.Fail(3);
  world.now += seconds(1);
  const auto lost = world.circuit.Ask(world.now);
  REQUIRE(lost);
  world.now += seconds(5) - Duration(1);
  REQUIRE_FALSE(world.circuit.Ask(world.now));
  world.now += Duration(1);
  REQUIRE(world.Call(Outcome::kUnjudged));
  REQUIRE(world.Call(Outcome::kUnjudged));
  REQUIRE(world.circuit.state() == State::kHalfOpen);
  REQUIRE(world.circuit.Report(*lost, Outcome::kSucceeded, world.now));  // home after all
  REQUIRE(world.circuit.state() == State::kClosed);
  world.CheckIdentities();
}

TEST_CASE("outcomes of an earlier state change nothing") {
  CircuitWorld world;
  const auto before = world.circuit.Ask(world.now);
  const auto another = world.circuit.Ask(world.now);
  world.Fail(3);
  REQUIRE_FALSE(world.circuit.Report(*before, Outcome::kSucceeded, world.now));
  REQUIRE(world.circuit.state() == State::kOpen);
  REQUIRE_FALSE(world.circuit.Report(*another, Outcome::kFailed, world.now));
  REQUIRE(world.circuit.outage(world.now).next_try == seconds(1));
  world.CheckIdentities();
}

TEST_CASE("a forced call closes the circuit by its success and says nothing by its failure") {
  CircuitWorld world;
  world.Fail(3);
  const Circuit::Ticket first = world.circuit.Force();
  REQUIRE_FALSE(world.circuit.Report(first, Outcome::kFailed, world.now));
  REQUIRE(world.circuit.outage(world.now).next_try == seconds(1));
  REQUIRE(world.circuit.Report(world.circuit.Force(), Outcome::kSucceeded, world.now));
  REQUIRE(world.circuit.state() == State::kClosed);
  world.CheckIdentities();
}

TEST_CASE("jitter shortens each wait by chance within its part") {
  const BackoffOptions options{.first = seconds(1), .longest = seconds(10), .jitter = 0.5};
  Rng rng(7);
  Duration shortest = Duration::max();
  Duration longest = Duration::zero();
  for (int i = 0; i < 1000; ++i) {
    const Duration wait = BackoffWait(options, 4, rng);  // 16 s without the bound
    shortest = std::min(shortest, wait);
    longest = std::max(longest, wait);
  }
  // Of 1000 uniform draws none is within 1 % of an end with probability 4e-5.
  REQUIRE(shortest >= seconds(5));
  REQUIRE(shortest < milliseconds(5050));
  REQUIRE(longest <= seconds(10));
  REQUIRE(longest > milliseconds(9950));
  REQUIRE(BackoffWait(options, 4'000'000'000, rng) <= seconds(10));  // no overflow
}

TEST_CASE("threads that share a circuit leave counts that add up") {
  CircuitWorld world;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&world, t] {
      Rng rng(t);
      TimePoint now = kCircuitStart;
      for (int i = 0; i < 5'000; ++i) {
        now += milliseconds(rng.Below(20));
        const auto ticket = world.circuit.Ask(now);
        if (!ticket && rng.Below(8) != 0) continue;
        const Circuit::Ticket mine = ticket ? *ticket : world.circuit.Force();
        world.circuit.Report(mine, static_cast<Outcome>(rng.Below(3)), now);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(world.circuit.stats().opened > 1);
  world.CheckIdentities();
}

}  // namespace
}  // namespace ringlab
