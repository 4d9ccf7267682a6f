#include "loadgen/judge/figures.h"

#include <algorithm>
#include <string>

namespace ringlab {

namespace {

// What a threshold is about: the whole run, or a phase of it; nullptr for one that was not begun.
const PhaseResult* PhaseOf(const Threshold& threshold, const RunResult& run) {
  return threshold.phase <= run.phases.size() ? &run.phases[threshold.phase - 1] : nullptr;
}

const Histogram& SeriesOf(const Threshold& threshold, const RunResult& run) {
  const Latencies& latencies =
      threshold.phase == 0 ? run.measured.latencies : PhaseOf(threshold, run)->measured.latencies;
  switch (threshold.series) {
    case Series::kService: return latencies.service;
    case Series::kSendLag: return latencies.send_lag;
    case Series::kStaleness: return run.measured.staleness.age;
    case Series::kResponse:
    case Series::kRun: break;
  }
  return latencies.response;
}

// Of a percentile, a mean or a maximum that lies beyond the histogram only the least is known.
struct TimeFigure {
  std::optional<double> ns = {};
  bool at_least = false;
};

TimeFigure TimeOf(const Threshold& threshold, const RunResult& run) {
  const Histogram& histogram = SeriesOf(threshold, run);
  if (threshold.series == Series::kStaleness) {
    if (!run.config.checks_staleness() || run.measured.staleness.reads == 0) return {};
    if (histogram.count() == 0) return {.ns = 0};  // nothing was stale
  }
  if (histogram.count() == 0) return {};
  const bool beyond = histogram.beyond() > 0;
  if (threshold.figure == "mean") return {.ns = histogram.mean(), .at_least = beyond};
  const auto at = [&](std::int64_t ns) {
    return TimeFigure{.ns = static_cast<double>(ns),
                      .at_least = beyond && ns == Histogram::kHighestTrackable};
  };
  if (threshold.figure == "max") return at(histogram.max());
  if (!SupportsPercentile(histogram.count(), threshold.percentile())) return {};
  return at(histogram.ValueAtPercentile(threshold.percentile()));
}

std::optional<double> RateOf(std::uint64_t count, Duration elapsed) {
  if (elapsed <= Duration::zero()) return std::nullopt;
  return static_cast<double>(count) / Seconds(elapsed);
}

// Gets that reached the busiest node, over the mean. A hot key's owner is asked by the others too.
std::optional<double> PeakOfGets(const RunResult& run) {
  double peak = 0;
  double sum = 0;
  for (const NodeResult& node : run.nodes) {
    if (!node.gets) return std::nullopt;
    peak = std::max(peak, static_cast<double>(*node.gets));
    sum += static_cast<double>(*node.gets);
  }
  if (sum == 0) return std::nullopt;
  return peak * static_cast<double>(run.nodes.size()) / sum;
}

// What requests alone tell, of a run or of a phase.
std::optional<double> FigureOfRequests(const std::string& figure, const Totals& totals,
                                       Duration elapsed) {
  if (figure == "errors") return FractionOf(totals.errors, totals.scheduled);
  if (figure == "failed") return FractionOf(totals.errors + totals.timeouts, totals.scheduled);
  if (figure == "timeouts") return FractionOf(totals.timeouts, totals.scheduled);
  if (figure == "skipped") return FractionOf(totals.skipped, totals.scheduled);
  if (figure == "goodput") return FractionOf(totals.ok, totals.scheduled);
  if (figure == "goodput_qps") return RateOf(totals.ok, elapsed);
  if (figure == "achieved_qps") return RateOf(totals.sent, elapsed);
  return std::nullopt;
}

std::optional<double> MeasuredFigure(const std::string& figure, const RunResult& run) {
  if (figure == "achieved_qps") return run.achieved_qps;
  if (const auto measured = FigureOfRequests(figure, run.measured.totals, run.elapsed)) {
    return measured;
  }
  if (figure == "stale_reads" || figure == "reverted") {
    const Staleness& s = run.measured.staleness;
    if (!run.config.checks_staleness()) return std::nullopt;
    return FractionOf(figure == "reverted" ? s.reverted : s.stale, s.reads);
  }
  if (figure == "source_qps_peak") return PeakSourceRate(run.readings);
  if (figure == "source_peak_to_mean") return PeakToMeanOfLoads(run.readings);
  if (figure == "source_share" && run.cache) {
    return FractionOf(run.cache->source_loads, run.cache->gets);
  }
  if (figure == "source_loads" && run.cache) return static_cast<double>(run.cache->source_loads);
  if (figure == "source_qps" && run.cache) return RateOf(run.cache->source_loads, run.elapsed);
  if (figure == "budget_used" && run.cache) {
    return FractionOf(run.cache->used_bytes, run.cache->budget_bytes);
  }
  if (figure == "gets_peak_to_mean") return PeakOfGets(run);
  if (figure == "hit_ratio" && run.cache) return run.cache->hit_ratio;
  if (figure == "peak_to_mean" && run.balance) return run.balance->peak_to_mean;
  return std::nullopt;
}

}  // namespace

std::optional<double> FractionOf(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

ThresholdResult Check(const Threshold& threshold, const RunResult& run) {
  ThresholdResult result{.threshold = threshold};
  const PhaseResult* const phase = threshold.phase > 0 ? PhaseOf(threshold, run) : nullptr;
  if (threshold.phase > 0 && phase == nullptr) return result;
  if (threshold.series == Series::kRun && phase != nullptr) {
    result.measured = FigureOfRequests(threshold.figure, phase->measured.totals, phase->length());
  } else if (threshold.series == Series::kRun) {
    result.measured = MeasuredFigure(threshold.figure, run);
  } else {
    const TimeFigure time = TimeOf(threshold, run);
    result.measured = time.ns;
    result.at_least = time.at_least;
  }
  result.passed = result.measured && threshold.Holds(*result.measured, result.at_least);
  return result;
}

}  // namespace ringlab
