#include "core/guard/circuits.h"

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

namespace ringlab {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Outcome = Circuit::Outcome;

constexpr TimePoint kCircuitsStart{std::chrono::hours(1)};

struct CircuitsWorld {
  // "ok", or the message of the refusal.
  std::string Call(std::string_view peer, Outcome outcome = Outcome::kSucceeded) {
    const auto permit = circuits.Ask(peer, now);
    if (!permit) {
      REQUIRE(permit.error().code == Code::kUnavailable);
      return permit.error().message;
    }
    circuits.Report(*permit, outcome, now);
    return "ok";
  }
  void Break(std::string_view peer) {
    for (int i = 0; i < 5; ++i) Call(peer, Outcome::kFailed);
  }

  explicit CircuitsWorld(CircuitsOptions options = {.circuit = {.backoff = {.jitter = 0}}})
      : circuits(options) {}
  Circuits circuits;
  TimePoint now = kCircuitsStart;
};

TEST_CASE("each peer has a circuit of its own and a refusal says when it is tried next") {
  CircuitsWorld world;
  for (const char* peer : {"n1", "n2", "n3"}) REQUIRE(world.Call(peer) == "ok");
  world.Break("n2");
  world.now += std::chrono::milliseconds(300);
  REQUIRE(world.Call("n2") == "peer \"n2\" is down since 0.3 s; next try in 0.7 s");
  REQUIRE(world.Call("n1") == "ok");
  REQUIRE(world.circuits.stats().open == 1);
  world.now += seconds(1);
  REQUIRE(world.Call("n2") == "ok");  // the probe
  REQUIRE(world.circuits.stats().open == 0);
}

TEST_CASE("calls pass when more than half of the circuits are open") {
  CircuitsWorld world;
  for (const char* peer : {"n1", "n2", "n3", "n4"}) REQUIRE(world.Call(peer) == "ok");
  world.Break("n1");
  world.Break("n2");
  REQUIRE(world.Call("n1", Outcome::kFailed) != "ok");  // 2 of 4 are not more than half
  world.Break("n3");
  REQUIRE(world.circuits.stats().open == 3);
  REQUIRE(world.Call("n1", Outcome::kFailed) == "ok");  // forced, and in vain
  REQUIRE(world.circuits.stats().open == 3);
  REQUIRE(world.circuits.stats().sum.forced == 1);
  REQUIRE(world.Call("n2") == "ok");  // forced, and it answered: so it is not us
  REQUIRE(world.circuits.stats().open == 2);
  REQUIRE(world.Call("n1") != "ok");
  REQUIRE(world.Call("n2") == "ok");
}

TEST_CASE("a single open circuit never fails open for its peer may well be dead") {
  CircuitsWorld world;
  world.Break("n1");
  REQUIRE(world.Call("n1") != "ok");  // 1 of 1
}

TEST_CASE("peers that are gone are forgotten and no longer count as open") {
  CircuitsWorld world;
  for (const char* peer : {"n1", "n2", "n3"}) REQUIRE(world.Call(peer) == "ok");
  world.Break("n1");
  world.Break("n2");

  SECTION("by a change of the membership") {
    const auto late = world.circuits.Ask("n3", world.now);
    world.circuits.KeepOnly({"n2"});
    REQUIRE(world.circuits.stats().peers == 1);
    REQUIRE(world.circuits.stats().open == 1);
    REQUIRE(world.circuits.stats().forgotten == 2);
    for (int i = 0; i < 9; ++i) world.circuits.Report(*late, Outcome::kFailed, world.now);
    REQUIRE(world.circuits.stats().open == 1);  // the reports opened a circuit that is gone
    REQUIRE(world.Call("n1") == "ok");          // known anew
  }
  SECTION("when nobody asked for long and another comes") {
    world.now += minutes(10);
    REQUIRE(world.Call("n2") == "ok");
    world.now += Duration(1);
    REQUIRE(world.Call("n4") == "ok");
    REQUIRE(world.circuits.stats().peers == 2);
    REQUIRE(world.circuits.stats().open == 0);
  }
  const CircuitStats sum = world.circuits.stats().sum;
  REQUIRE(sum.asked == sum.calls + sum.probes + sum.refused);
}

TEST_CASE("at its bound the peer that was asked for longest ago is forgotten") {
  CircuitsWorld world({.peers_max = 3});
  for (const char* peer : {"n1", "n2", "n3", "n1", "n4", "n5"}) {
    world.now += seconds(1);
    REQUIRE(world.Call(peer) == "ok");
    REQUIRE(world.circuits.stats().peers <= 3);
  }
  world.Break("n1");  // still the first n1's circuit, or its 5 failures would be the first
  REQUIRE(world.circuits.stats().forgotten == 2);
  REQUIRE(world.circuits.stats().sum.asked == 11);
}

TEST_CASE("nodes with different seeds do not probe in step") {
  const auto options = [](std::uint64_t seed) {
    constexpr BackoffOptions kLong{.first = seconds(1000), .longest = seconds(1000)};
    return CircuitsOptions{.circuit = {.backoff = kLong}, .seed = seed};
  };
  CircuitsWorld one(options(1));
  CircuitsWorld two(options(2));
  CircuitsWorld again(options(1));
  for (CircuitsWorld* world : {&one, &two, &again}) {
    for (const char* peer : {"n3", "n4"}) REQUIRE(world->Call(peer) == "ok");
    for (const char* peer : {"n1", "n2"}) world->Break(peer);
  }
  REQUIRE(one.Call("n1") == again.Call("n1"));
  REQUIRE(one.Call("n1") != two.Call("n1"));
  REQUIRE(one.Call("n1").substr(10) != one.Call("n2").substr(10));
}

TEST_CASE(
    "threads that ask and report while peers are forgotten leave a right count of open ones") {
  CircuitsWorld world({.peers_max = 6});
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&world, t] {
      Rng rng(t);
      for (int i = 0; i < 3'000; ++i) {
        const TimePoint now = kCircuitsStart + std::chrono::milliseconds(i * 5);
        const std::string peer = "n" + std::to_string(rng.Below(8));
        const auto permit = world.circuits.Ask(peer, now);
        if (permit) world.circuits.Report(*permit, static_cast<Outcome>(rng.Below(2)), now);
        if (i % 500 == 0) world.circuits.KeepOnly({"n0", "n1", "n2"});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const CircuitStats sum = world.circuits.stats().sum;
  REQUIRE(sum.opened > 0);
  REQUIRE(sum.asked == sum.calls + sum.probes + sum.refused);
  REQUIRE(world.circuits.stats().open <= world.circuits.stats().peers);
  world.circuits.KeepOnly({});
  REQUIRE(world.circuits.stats().open == 0);
}

}  // namespace
}  // namespace ringlab
