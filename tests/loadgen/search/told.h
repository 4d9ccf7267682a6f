// What a search is told, made up: bounds, figures, outcomes.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/search/search.h"

namespace ringlab {

inline Threshold BoundOf(const std::string& text) {
  const auto bound = ParseThreshold(text);
  INFO(text);
  REQUIRE(bound.has_value());
  return *bound;
}

// Of a VALID run whose figures, one a bound, are these.
inline ProbeOutcome Told(const std::vector<Threshold>& bounds, const std::vector<double>& figures,
                         double lost_share = 0) {
  ProbeOutcome outcome{.standing = Standing::kHolds,
                       .verdict = Verdict::kValid,
                       .bounds = {},
                       .lost_share = lost_share,
                       .why = "",
                       .limit = {}};
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const bool passed = bounds[i].Holds(figures[i]);
    outcome.bounds.push_back(
        {.threshold = bounds[i], .measured = figures[i], .at_least = false, .passed = passed});
    if (!passed) outcome.standing = Standing::kBroken;
  }
  if (lost_share > 0.01) outcome.standing = Standing::kBroken;
  if (outcome.standing == Standing::kBroken) outcome.verdict = Verdict::kFailed;
  return outcome;
}

inline ProbeOutcome Invalid(Standing standing, const std::string& why) {
  return {.standing = standing,
          .verdict = Verdict::kInvalid,
          .bounds = {},
          .why = why,
          .limit = {.what = "loadgen", .why = why}};
}

using World = std::function<ProbeOutcome(const ProbeOrder&)>;

// To its end, which has to come.
inline RateSearch Searched(SearchSpec spec, const World& world) {
  RateSearch search(std::move(spec));
  for (int i = 0; search.next(); ++i) {
    REQUIRE(i < 200);
    search.Tell(world(*search.next()));
  }
  return search;
}

}  // namespace ringlab
