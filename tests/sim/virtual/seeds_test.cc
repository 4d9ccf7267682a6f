// The cases that broke something once (results/seeds/cases.txt), each again.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/virtual/swarm.h"

namespace ringlab {
namespace {

TEST_CASE("the cases that broke something once break nothing") {
  std::ifstream file(RINGLAB_SEEDS);
  std::uint64_t cases = 0;
  std::uint64_t version = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string first;
    words >> first;
    CAPTURE(line);
    if (first == "version") {
      words >> version;
      continue;
    }
    // A seed of another version means another run: the file is to be made anew.
    REQUIRE(version == kSwarmVersion);
    const auto of = ParseSwarmCase(first);
    REQUIRE(of);
    const SwarmPlan plan = PlanOf(*of).value();
    const SwarmOutcome outcome = RunSwarm(plan).value();
    INFO(CaseText(*of, plan, outcome));
    REQUIRE(outcome.findings.empty());
    REQUIRE_FALSE(outcome.empty());
    ++cases;
  }
  REQUIRE(cases > 0);
}

}  // namespace
}  // namespace ringlab
