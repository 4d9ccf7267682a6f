#include "sim/plan/churn_plan.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace ringlab {
namespace {

using What = ChurnAction::What;

std::vector<ChurnAction> ActionsOf(const std::vector<ChurnStep>& script, Duration detect) {
  std::vector<ChurnAction> actions;
  for (std::size_t i = 0; i < script.size(); ++i) {
    const ChurnStep& step = script[i];
    switch (step.verb) {
      case ChurnVerb::kJoin: actions.push_back({step.at, What::kJoin, i}); break;
      case ChurnVerb::kLeave: actions.push_back({step.at, What::kLeave, i}); break;
      case ChurnVerb::kKill: {
        actions.push_back({step.at, What::kKill, i});
        const auto back =
            std::find_if(script.begin() + static_cast<std::ptrdiff_t>(i) + 1, script.end(),
                         [&](const ChurnStep& later) { return later.node == step.node; });
        const Duration known = SaturatingAdd(TimePoint(step.at), detect).time_since_epoch();
        actions.push_back(
            {back == script.end() ? known : std::min(known, back->at), What::kForget, i});
      }
    }
  }
  std::stable_sort(actions.begin(), actions.end(),
                   [](const ChurnAction& a, const ChurnAction& b) { return a.at < b.at; });
  return actions;
}

}  // namespace

Result<std::vector<ChurnAction>> PlanChurn(const std::vector<ChurnStep>& script, Duration detect,
                                           std::shared_ptr<const Ring> ring) {
  if (auto playable = CheckScript(script, ring->nodes()); !playable) {
    return tl::unexpected<Error>(playable.error());
  }
  std::map<std::string, double> weights;
  for (std::size_t i = 0; i < ring->nodes().size(); ++i) {
    weights[ring->nodes()[i]] = ring->weights()[i];
  }
  std::vector<ChurnAction> actions = ActionsOf(script, detect);
  for (ChurnAction& action : actions) {
    if (action.what == What::kKill) continue;
    const ChurnStep& step = script[action.step];
    const auto known = weights.find(step.node);
    if (known != weights.end()) action.weight = known->second;
    auto next = action.what == What::kJoin ? ring->With({step.node, action.weight})
                                           : ring->Without(step.node);
    if (!next) return Fail(next.error().code, ToText(step) + ": " + next.error().message);
    action.ring = ring = *std::move(next);
  }
  return actions;
}

}  // namespace ringlab
