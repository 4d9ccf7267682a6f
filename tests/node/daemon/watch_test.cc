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

TEST_CASE("a peer that keeps routing by another ring is told of once") {
  std::uint64_t requests = 0;
  const auto sight = [&](std::uint64_t more, std::uint64_t fingerprint = 1) {
    requests += more;
    return Sight{.ring = {"n0", "n1"},
                 .other_rings = requests,
                 .other_ring = {.node = "n1", .fingerprint = 0xabc},
                 .fingerprint = fingerprint};
  };
  Watch watch(sight(0));
  REQUIRE(watch.Look(sight(5)).empty());  // it may be late, or early
  REQUIRE(watch.Look(sight(0)).empty());
  REQUIRE(watch.Look(sight(5, 2)).empty());  // this node has changed meanwhile
  REQUIRE(watch.Look(sight(5, 2)).empty());
  const auto texts = Texts(watch.Look(sight(5, 2)));
  REQUIRE(texts.size() == 1);
  REQUIRE(texts[0].starts_with("! n1 routes by another ring, 0000000000000abc, than this node"));
  REQUIRE(watch.Look(sight(5, 2)).empty());
}

TEST_CASE("loads that fail are told with why the last one did") {
  Watch watch({});
  REQUIRE(Texts(watch.Look({.source_errors = 2, .source_why = "load \"Tom\": no"})) ==
          std::vector<std::string>{"! 2 loads failed at the source; the last: load \"Tom\": no"});
}

TEST_CASE("a certificate's end is told two weeks before, once a day, and often when it has come") {
  constexpr std::int64_t kDay = 24 * 3600;
  constexpr std::int64_t kEnds = 1'000 * kDay;
  Watch watch({});
  std::vector<std::string> told;
  for (std::int64_t now = kEnds - 20 * kDay; now < kEnds + kDay / 2; now += 60) {
    for (const Said& said : watch.Look({.unix_now = now, .certificate_ends = kEnds})) {
      told.push_back(said.text);
    }
  }
  REQUIRE(told.size() == 14 + 12);
  REQUIRE(told.front().starts_with("--tls-cert: the certificate ends in 14 days"));
  REQUIRE(told[13].starts_with("--tls-cert: the certificate ends in 1 day;"));
  REQUIRE(told.back().starts_with("--tls-cert: the certificate has ended"));
  REQUIRE(watch.Look({.unix_now = kEnds, .certificate_ends = kEnds + 100 * kDay}).empty());
}

}  // namespace
}  // namespace ringlab
