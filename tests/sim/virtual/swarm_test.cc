// Seeds of trouble: what they draw, that they repeat, and that nothing is found on this code.
#include "sim/virtual/swarm.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "node/live/parallel.h"
#include "sim/virtual/swarm_bytes.h"

namespace ringlab {
namespace {

// Sanitizers take some ten times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 20;
#else
constexpr std::uint64_t kSeeds = 200;
#endif

TEST_CASE("two hundred seeds of trouble break no invariant, and each has looked", "[long]") {
  std::vector<Result<SwarmOutcome>> outcomes(kSeeds, SwarmOutcome());
  RunInParallel(
      kSeeds, [&](std::uint64_t job) { outcomes[job] = RunSwarm(DrawSwarm(1 + job)); },
      [](std::uint64_t) { return true; });
  SwarmTally tally(1, kSeeds);
  for (const auto& outcome : outcomes) tally.Take(outcome);
  const SwarmReport report = tally.report();
  INFO(ToText(report));
  REQUIRE(report.seeds == kSeeds);
  REQUIRE(report.failing == 0);
  REQUIRE(report.empty == 0);
  REQUIRE(report.broken == 0);
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

TEST_CASE("a seed that evicts is the same run again, however the heap is cut up") {
  std::uint64_t seed = 1;
  while (DrawSwarm(seed).node.groups.front().bytes > (std::size_t{1} << 20)) ++seed;
  const std::uint64_t hash = RunSwarm(DrawSwarm(seed)).value().hash;
  std::vector<std::unique_ptr<char[]>> blocks;
  for (std::size_t i = 0; i < 20'000; ++i) {
    blocks.push_back(std::make_unique<char[]>(16 + i * 37 % 500));
    if (i % 3 == 0) blocks[i / 2].reset();
  }
  REQUIRE(RunSwarm(DrawSwarm(seed)).value().hash == hash);
}

TEST_CASE("an outcome crosses between processes as it is, and nothing else is taken for one") {
  SwarmOutcome sent = RunSwarm(DrawSwarm(3)).value();
  sent.findings = {{"history", "it answered", std::chrono::seconds(3)}, {"soon", "", Duration(1)}};
  const std::string bytes = ToBytes(sent);
  Result<SwarmOutcome> got = SwarmOutcome();
  REQUIRE(ReadSwarmOutcome(bytes, got));
  REQUIRE(ToBytes(got) == bytes);
  REQUIRE(got->hash == sent.hash);
  REQUIRE(got->faults == sent.faults);
  REQUIRE(got->findings.at(0).what == "it answered");
  REQUIRE(got->traffic.size() == sent.traffic.size());
  for (const std::string& wrong : {bytes + "x", bytes.substr(0, bytes.size() - 1), std::string()}) {
    REQUIRE_FALSE(ReadSwarmOutcome(wrong, got));
  }
  REQUIRE(ReadSwarmOutcome(ToBytes(Result<SwarmOutcome>(Fail(Code::kInvalidArgument, "no ring"))),
                           got));
  REQUIRE_FALSE(got);
  REQUIRE(got.error().message == "no ring");
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
