#include "sim/plan/churn_plan.h"

#include <catch2/catch.hpp>

#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using std::chrono::milliseconds;
using What = ChurnAction::What;

Result<std::vector<ChurnAction>> PlanOf(const std::string& script, const std::string& dialect,
                                        std::vector<RingNode> nodes) {
  return PlanChurn(*ParseScript(script), milliseconds(500), RingOf({dialect, 40}, nodes));
}

TEST_CASE("a kill is known later but no later than the node comes back") {
  const auto plan = PlanOf("kill node-1 @1s; kill node-2 @2s; join node-2 @2100ms", "xx64",
                           EqualNodes(Numbered("node-", 0, 4)));
  REQUIRE(plan);
  std::vector<What> what;
  for (const ChurnAction& action : *plan) what.push_back(action.what);
  REQUIRE(what == std::vector{What::kKill, What::kForget, What::kKill, What::kForget, What::kJoin});
  REQUIRE((*plan)[1].at == milliseconds(1500));
  REQUIRE((*plan)[3].at == milliseconds(2100));
  REQUIRE((*plan)[0].ring == nullptr);
  REQUIRE((*plan)[3].ring->nodes().size() == 2);
  REQUIRE((*plan)[4].ring->nodes().size() == 3);
}

TEST_CASE("a node that comes back has its weight and a new one weighs 1") {
  const auto plan =
      PlanOf("leave big @1s; join big @2s; join new @3s", "xx64", {{"big", 4}, {"small", 1}});
  REQUIRE(plan);
  const Ring& last = *plan->back().ring;
  REQUIRE(last.weights()[last.IndexOf("big")] == 4);
  REQUIRE(last.weights()[last.IndexOf("new")] == 1);
  REQUIRE((*plan)[1].weight == 4);
}

TEST_CASE("what the kind of ring cannot do is an error of its step") {
  const auto nodes = EqualNodes(Numbered("node-", 0, 4));
  const auto plan = PlanOf("leave node-1 @1s", "jump", nodes);
  REQUIRE_THAT(plan.error().message, Contains("leave node-1 @1.00s") && Contains("jump"));
  REQUIRE(PlanOf("leave node-3 @1s", "jump", nodes));
  REQUIRE_THAT(PlanOf("kill nobody @1s", "xx64", nodes).error().message, Contains("nobody"));
}

}  // namespace
}  // namespace ringlab
