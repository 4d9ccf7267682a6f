// Cases of a swarm as words, and the plans that they mean.
#include <string>
#include <string_view>
#include <vector>

#include "core/base/parse.h"
#include "sim/virtual/swarm_plan.h"

namespace ringlab {

namespace {

Result<std::vector<std::size_t>> ParseNumbers(std::string_view text) {
  std::vector<std::size_t> numbers;
  if (text.empty()) return numbers;
  for (const std::string_view part : SplitAt(text, ',')) {
    const auto number = ParseCount(part);
    if (!number) return tl::unexpected<Error>(number.error());
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace

Result<SwarmCase> ParseSwarmCase(std::string_view text) {
  const auto refuse = [&](std::string_view part) {
    return Fail(Code::kInvalidArgument, "\"" + std::string(part) +
                                            "\" is not part of a case; accepted: "
                                            "SEED[/version=1][/faults=N,N...][/requests=N]");
  };
  SwarmCase of;
  const std::vector<std::string_view> parts = SplitAt(text, '/');
  if (parts.empty()) return refuse(text);
  const auto seed = ParseCount(parts.front());
  if (!seed) return refuse(parts.front());
  of.seed = *seed;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto [name, value] = SplitOnce(parts[i], '=');
    if (parts[i].find('=') == std::string_view::npos) return refuse(parts[i]);
    if (name == "version" && value == "1") {
      of.as_first = true;
    } else if (name == "faults") {
      auto faults = ParseNumbers(value);
      if (!faults) return refuse(parts[i]);
      of.faults = *std::move(faults);
    } else if (name == "requests") {
      const auto requests = ParseCount(value);
      if (!requests) return refuse(parts[i]);
      of.requests = *requests;
    } else {
      return refuse(parts[i]);
    }
  }
  return of;
}

std::string ToText(const SwarmCase& of) {
  std::string text = std::to_string(of.seed);
  if (of.as_first) text += "/version=1";
  if (of.faults) {
    text += "/faults=";
    for (std::size_t i = 0; i < of.faults->size(); ++i) {
      text += (i == 0 ? "" : ",") + std::to_string((*of.faults)[i]);
    }
  }
  if (of.requests) text += "/requests=" + std::to_string(*of.requests);
  return text;
}

Result<SwarmPlan> PlanOf(const SwarmCase& of) {
  SwarmPlan plan = DrawSwarm(of.seed, of.as_first);
  plan.requests_max = of.requests;
  if (!of.faults) return plan;
  std::vector<Fault> kept;
  for (const std::size_t number : *of.faults) {
    if (number >= plan.faults.size()) {
      return Fail(Code::kInvalidArgument, "seed " + std::to_string(of.seed) + " has no fault " +
                                              std::to_string(number) + "; it has " +
                                              std::to_string(plan.faults.size()));
    }
    kept.push_back(plan.faults[number]);
  }
  plan.faults = std::move(kept);
  return plan;
}

}  // namespace ringlab
