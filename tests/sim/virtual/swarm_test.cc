// Seeds of trouble: what they draw, that they repeat, and that nothing is found on this code.
#include "sim/virtual/swarm.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "core/base/sync.h"
#include "node/live/parallel.h"

namespace ringlab {
namespace {

// Sanitizers take some ten times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 20;
#else
constexpr std::uint64_t kSeeds = 200;
#endif

TEST_CASE("two hundred seeds of trouble break no invariant, and each has looked") {
  Swarm swarm(1, kSeeds);
  const std::uint64_t done = RunInParallel(
      swarm.jobs(), [&](std::uint64_t job) { swarm.Run(job); }, [](std::uint64_t) { return true; });
  const SwarmReport report = swarm.Report(done);
  INFO(ToText(report));
  REQUIRE(report.seeds == kSeeds);
  REQUIRE(report.failing == 0);
  REQUIRE(report.empty == 0);
  REQUIRE(report.broken.empty());
  REQUIRE(report.compared > 1000 * kSeeds);
  REQUIRE(report.never_delivered.empty());
  for (std::size_t kind = 0; kind < Fault::kKinds; ++kind) {
    CAPTURE(NameOf(static_cast<Fault::Kind>(kind)));
    REQUIRE(report.faults.at(kind) > 0);
  }
}

TEST_CASE("a seed is the same run again, whoever runs beside it") {
  for (const std::uint64_t seed : {3, 46, 1110}) {
    const SwarmPlan plan = DrawSwarm(seed);
    const SwarmOutcome one = RunSwarm(plan).value();
    (void)RunSwarm(DrawSwarm(seed + 1));
    const SwarmOutcome other = RunSwarm(DrawSwarm(seed)).value();
    REQUIRE(one.hash == other.hash);
    REQUIRE(one.events == other.events);
    REQUIRE(one.requests == other.requests);
    REQUIRE(one.failed == other.failed);
  }
}

TEST_CASE("seeds draw clusters, loads and troubles of many kinds") {
  std::set<std::size_t> nodes;
  std::set<std::string> rings;
  std::set<std::size_t> kinds;
  std::size_t quiet = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const SwarmPlan plan = DrawSwarm(seed);
    nodes.insert(plan.names.size());
    rings.insert(plan.node.ring.dialect);
    quiet += plan.faults.empty() ? 1 : 0;
    for (const Fault& fault : plan.faults) {
      kinds.insert(static_cast<std::size_t>(fault.kind));
      REQUIRE(fault.a < plan.names.size());
      REQUIRE(fault.b < plan.names.size());
      REQUIRE(fault.a != fault.b);
      REQUIRE(fault.at <= plan.trouble);
    }
    REQUIRE(std::is_sorted(plan.faults.begin(), plan.faults.end(),
                           [](const Fault& a, const Fault& b) { return a.at < b.at; }));
  }
  REQUIRE(nodes.size() == 6);
  REQUIRE(rings.size() == 6);
  REQUIRE(kinds.size() == Fault::kKinds);
  REQUIRE(quiet < 50);
}

TEST_CASE("a case is told in a word, and read back") {
  for (const std::string text :
       {"71", "71/faults=0,4", "71/requests=900", "7/faults=/requests=1"}) {
    REQUIRE(ToText(ParseSwarmCase(text).value()) == text);
  }
  for (const std::string text :
       {"", "x", "71/", "71/faults", "71/faults=1;2", "71/requests=", "71/nodes=3", "-1"}) {
    CAPTURE(text);
    const auto of = ParseSwarmCase(text);
    REQUIRE_FALSE(of);
    REQUIRE(of.error().message.find("accepted: SEED") != std::string::npos);
  }
  REQUIRE(PlanOf({.seed = 71, .faults = {{}}}).value().faults.empty());
  const auto none = PlanOf({.seed = 71, .faults = {{99}}});
  REQUIRE_FALSE(none);
  REQUIRE(none.error().message.find("seed 71 has no fault 99") != std::string::npos);
}

TEST_CASE("fewer requests and faults are a run of their own") {
  const SwarmPlan all = DrawSwarm(3);
  REQUIRE(!all.faults.empty());
  const SwarmOutcome few =
      RunSwarm(PlanOf({.seed = 3, .faults = {{}}, .requests = 100}).value()).value();
  REQUIRE(few.requests == 100 + 64 * all.names.size());  // and the last look at each node
  for (const std::uint64_t happened : few.faults) REQUIRE(happened == 0);
}

}  // namespace
}  // namespace ringlab
