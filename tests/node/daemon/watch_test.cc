// What two looks at a node tell.
#include "node/daemon/watch.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

using State = Circuit::State;

std::vector<std::string> Texts(const std::vector<Said>& said) {
  std::vector<std::string> texts;
  for (const Said& one : said) texts.push_back((one.warning ? "! " : "") + one.text);
  return texts;
}

TEST_CASE("a ring that changed is told once, with who came and who went") {
  Watch watch({.ring = {"n0", "n1"}});
  REQUIRE(watch.Look({.ring = {"n0", "n1"}}).empty());
  REQUIRE(Texts(watch.Look({.ring = {"n0", "n2"}})) ==
          std::vector<std::string>{"ring: 2 nodes, n2 joined, n1 left"});
  REQUIRE(watch.Look({.ring = {"n0", "n2"}}).empty());
}

TEST_CASE("a peer that fails is told when it begins and when it ends") {
  Watch watch({.ring = {"n0", "n1"}});
  const auto with = [](State state) {
    return Sight{.ring = {"n0", "n1"},
                 .peers = {{.name = "n1", .state = state, .last_failure = "UNAVAILABLE gone"}}};
  };
  REQUIRE(watch.Look(with(State::kClosed)).empty());
  REQUIRE(
      Texts(watch.Look(with(State::kOpen))) ==
      std::vector<std::string>{"! n1 fails, and is asked no more but by probes: UNAVAILABLE gone"});
  REQUIRE(watch.Look(with(State::kHalfOpen)).empty());
  REQUIRE(Texts(watch.Look(with(State::kClosed))) == std::vector<std::string>{"n1 answers again"});
}

TEST_CASE("of a peer that has left nothing is told but that it left") {
  Watch watch({.ring = {"n0", "n1"}});
  const std::vector<PeerStats> failing = {{.name = "n1", .state = State::kOpen}};
  REQUIRE(watch.Look({.ring = {"n0"}, .peers = failing}).size() == 1);
  REQUIRE(watch.Look({.ring = {"n0"}, .peers = failing}).empty());
  REQUIRE(watch.Look({.ring = {"n0"}}).empty());
}

TEST_CASE("calls that are turned away are summed up and told now and then") {
  Watch watch({});
  REQUIRE(watch.Look({}).empty());
  REQUIRE(Texts(watch.Look({.callers_refused = 3})) ==
          std::vector<std::string>{"! 3 calls of callers were turned away, at --max-in-flight"});
  for (int look = 1; look <= Watch::kLooksBetween; ++look) {
    REQUIRE(watch.Look({.callers_refused = 3 + static_cast<std::uint64_t>(look)}).empty());
  }
  REQUIRE(Texts(watch.Look({.callers_refused = 20, .fallbacks_refused = 1})) ==
          std::vector<std::string>{
              "! 17 calls of callers were turned away, at --max-in-flight",
              "! 1 loads in the place of peers that fail were not made, at --fallback-fraction"});
}

}  // namespace
}  // namespace ringlab
