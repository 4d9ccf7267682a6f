#include "loadgen/search/probe.h"

#include <algorithm>

#include "loadgen/judge/causes.h"
#include "loadgen/judge/figures.h"
#include "loadgen/judge/verdict.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

std::optional<double> PercentileOf(const Histogram& histogram, double percentile) {
  if (!SupportsPercentile(histogram.count(), percentile)) return std::nullopt;
  return static_cast<double>(histogram.ValueAtPercentile(percentile));
}

// Something is wrong that another rate would not mend, or others were to blame.
bool SaysNothing(const RunResult& run) {
  const std::vector<Cause> causes = FindCauses(run);
  const bool others = !causes.empty() && causes.front().kind == Cause::Kind::kOthers;
  return !run.problems.empty() || run.measured.totals.sent == 0 ||
         run.measured.totals.wrong_values > 0 || others || run.was_cut_short() ||
         !CheckIdentities(run.measured).empty();
}

Standing StandingOf(const RunResult& run, double lost_share) {
  if (SaysNothing(run)) return Standing::kUntold;
  if (lost_share > run.config.failures_accepted) return Standing::kBroken;
  if (run.verdict == Verdict::kInvalid) return Standing::kBeyond;
  const auto is_told = [](const ThresholdResult& t) { return t.measured.has_value(); };
  if (!std::ranges::all_of(run.thresholds, is_told)) return Standing::kUntold;
  return std::ranges::all_of(run.thresholds, &ThresholdResult::passed) ? Standing::kHolds
                                                                       : Standing::kBroken;
}

// A bound on the response that the answers from memory keep, and those of the source break, when
// so many come from there that the percentile is theirs.
Limit SlowLoads(const RunResult& run) {
  if (!run.cache || run.cache->gets == 0) return {};
  const double loads = FractionOf(run.cache->source_loads, run.cache->gets).value_or(0);
  const auto level = [&](Level l) -> const Histogram& {
    return run.measured.levels[static_cast<std::size_t>(l)];
  };
  for (const ThresholdResult& t : run.thresholds) {
    const double percentile = t.threshold.percentile();
    const bool of_answers =
        t.threshold.series == Series::kResponse || t.threshold.series == Series::kService;
    if (t.passed || !t.measured || !of_answers || percentile <= 0) continue;
    const auto memory = PercentileOf(level(Level::kCache), percentile);
    const auto source = PercentileOf(level(Level::kSource), 50);
    if (!memory || !source || !t.threshold.Holds(*memory) || t.threshold.Holds(*source)) continue;
    if (loads <= 1 - percentile / 100) continue;
    return {.what = "source",
            .why = Format("the source is slow: %.1f %% of the gets were loads, which took ",
                          100 * loads) +
                   Time(*source) + " (p50), while " + Format("%.4g %% of ", percentile) +
                   "those from memory took " + Time(*memory) + " at most"};
  }
  return {};
}

}  // namespace

ProbeOutcome OutcomeOf(const RunResult& run) {
  const Totals& totals = run.measured.totals;
  ProbeOutcome outcome{
      .verdict = run.verdict,
      .bounds = run.thresholds,
      .lost_share = FractionOf(totals.errors + totals.timeouts + totals.skipped, totals.scheduled)
                        .value_or(0),
      .why = "",
      .limit = run.limit,
      .achieved_qps = run.achieved_qps};
  const Histogram& response = run.measured.latencies.response;
  outcome.p50_ns = PercentileOf(response, 50);
  outcome.p99_ns = PercentileOf(response, 99);
  if (run.cache) outcome.hit_ratio = run.cache->hit_ratio;
  outcome.standing = StandingOf(run, outcome.lost_share);
  if (outcome.standing == Standing::kHolds) return outcome;
  if (!run.reasons.empty()) outcome.why = run.reasons.front();
  if (outcome.limit.why.empty()) outcome.limit = SlowLoads(run);
  return outcome;
}

}  // namespace ringlab
