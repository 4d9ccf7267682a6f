// A sound run, spoilt by a test, and the verdict on it.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/judge/verdict.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {

inline std::vector<Threshold> Thresholds(const std::vector<std::string>& texts) {
  std::vector<Threshold> thresholds;
  for (const std::string& text : texts) {
    const auto threshold = ParseThreshold(text);
    INFO(text);
    REQUIRE(threshold.has_value());
    thresholds.push_back(*threshold);
  }
  return thresholds;
}

inline RunResult Judged(const std::function<void(RunResult&)>& spoil,
                        const std::vector<std::string>& thresholds = {}) {
  RunResult run = SampleRun();
  spoil(run);
  run.measured.of(Operation::kGet).requests = run.measured.totals.sent;
  run.measured.failures = FailuresOf(run.measured.totals);
  run.measured.ranks = {};
  run.measured.ranks.Count(1, run.measured.totals.sent);
  run.measured.series = {};
  Judge(Thresholds(thresholds), run);
  return run;
}

}  // namespace ringlab
