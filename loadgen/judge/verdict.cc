#include "loadgen/judge/verdict.h"

#include <algorithm>
#include <string>

#include "results/text/text_format.h"

namespace ringlab {

namespace {

std::optional<double> FractionOf(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

// Against the rate of the plan where that is the lower one: of 1,000 Poisson arrivals asked for,
// 930 or 1,070 are planned, and a run is not judged by the luck of its seed.
void CheckRate(const RunResult& run, std::vector<std::string>& reasons) {
  if (run.interrupted) return;
  const Totals& totals = run.measured.totals;
  double expected = run.config.workload.qps;
  if (run.config.duration > Duration::zero()) {
    expected =
        std::min(expected, static_cast<double>(totals.scheduled) / Seconds(run.config.duration));
  }
  if (run.achieved_qps >= kAchievedMin * expected) return;
  reasons.push_back(Format(
      "achieved %.*f of %.*f requests/s (%.1f %%): %s", expected < 100 ? 2 : 0, run.achieved_qps,
      expected < 100 ? 2 : 0, expected, 100 * run.achieved_qps / expected,
      totals.skipped > 0 ? "too many were unanswered to send more; lower --qps, add nodes or "
                           "raise --max-in-flight"
                         : "the senders fell behind; lower --qps or raise --workers"));
}

void CheckFailures(const RunResult& run, std::vector<std::string>& reasons) {
  const Totals& totals = run.measured.totals;
  const std::uint64_t failed = totals.errors + totals.timeouts + totals.skipped;
  const double fraction = FractionOf(failed, totals.scheduled).value_or(0);
  if (fraction <= run.config.failures_accepted) return;
  std::string reason = Format(
      "%.1f %% of the requests failed (%llu errors, %llu timeouts, %llu "
      "skipped), too many to trust the rest",
      100 * fraction, static_cast<unsigned long long>(totals.errors),
      static_cast<unsigned long long>(totals.timeouts),
      static_cast<unsigned long long>(totals.skipped));
  if (totals.errors + totals.timeouts > 0) {
    const Error& first = run.measured.first_error;
    reason += "; the first: " + std::string(CodeName(first.code)) + " " + first.message;
  }
  reasons.push_back(std::move(reason));
}

// A batch is as good as its best key; many failures may hide behind that.
void CheckFailedKeys(const RunResult& run, std::vector<std::string>& reasons) {
  const KeyTotals& keys = run.measured.keys;
  const double fraction = FractionOf(keys.failed, keys.asked).value_or(0);
  if (run.config.workload.batch == 1 || fraction <= run.config.failures_accepted) return;
  const Error& first = run.measured.first_error;
  reasons.push_back(
      Format("%.1f %% of the keys in batches failed, too many to trust the rest", 100 * fraction) +
      "; the first: " + std::string(CodeName(first.code)) + " " + first.message);
}

// Others on the same cores make latencies longer, and nothing else in the result would say so.
// Where strangers do a part of the work, nobody can tell them from the others.
void CheckOthers(const RunResult& run, std::vector<std::string>& reasons,
                 std::vector<std::string>& warnings) {
  if (!run.machine_load || run.machine_load->others_share <= kOthersCpuTold) return;
  const MachineLoad& load = *run.machine_load;
  const std::string told =
      Format("other processes took %.0f %% of the CPUs", 100 * load.others_share);
  if (run.config.has_strangers) {
    warnings.push_back(told + "; targets, or a database, on this machine are among them");
  } else if (load.others_share > kOthersCpuMax && load.idle_share < kIdleEnough) {
    reasons.push_back(told + Format(", and %.0f %% were idle: latencies are theirs as well; end "
                                    "them, or use a machine of its own",
                                    100 * load.idle_share));
  } else {
    warnings.push_back(told + ": latencies may be longer for it");
  }
}

// Why the figures would mislead; empty when they can be trusted.
void FindInvalidities(const RunResult& run, std::vector<std::string>& reasons,
                      std::vector<std::string>& warnings) {
  const Totals& totals = run.measured.totals;
  for (const std::string& problem : run.problems) reasons.push_back(problem);
  if (const std::string broken = CheckIdentities(run.measured); !broken.empty()) {
    reasons.push_back("the accounting does not add up: " + broken);
  }
  if (totals.sent == 0) {
    reasons.emplace_back(run.interrupted
                             ? "nothing was sent: the run was interrupted before its measurement"
                             : "nothing was sent: the run was too short for its rate");
    return;
  }
  CheckRate(run, reasons);
  CheckFailures(run, reasons);
  CheckFailedKeys(run, reasons);

  const std::int64_t lag = run.measured.latencies.send_lag.ValueAtPercentile(99);
  const std::int64_t service = run.measured.latencies.service.ValueAtPercentile(99);
  const double lag_max = std::max(static_cast<double>(kSendLagFloor.count()),
                                  kSendLagOfService * static_cast<double>(service));
  if (static_cast<double>(lag) > lag_max) {
    reasons.push_back("send lag p99 is " + Time(static_cast<double>(lag)) + ", more than " +
                      Time(lag_max) +
                      ": loadgen itself was late; lower --qps, or give it cores of its own");
  }
  if (run.sender_cpu_share > kSenderCpuMax) {
    reasons.push_back(
        Format("a sending thread used %.0f %% of a core: loadgen was the limit; raise "
               "--workers",
               100 * run.sender_cpu_share));
  }
  if (run.longest_turn && *run.longest_turn > kTurnTold) {
    warnings.push_back("a worker was busy for " +
                       Time(static_cast<double>(run.longest_turn->count())) +
                       " without a look at its sockets: answers may have waited in loadgen");
  }
  CheckOthers(run, reasons, warnings);
  const auto cores = static_cast<double>(run.machine_cores);
  if (run.client_cpu_cores > kClientCpuMax * cores) {
    reasons.push_back(
        Format("loadgen used %.2f of %.0f cores: it was the limit; lower --qps, or give "
               "it cores of its own",
               run.client_cpu_cores, cores));
  }
}

const Histogram& SeriesOf(const Threshold& threshold, const Measurements& measured) {
  switch (threshold.series) {
    case Series::kService: return measured.latencies.service;
    case Series::kSendLag: return measured.latencies.send_lag;
    case Series::kStaleness: return measured.staleness.age;
    case Series::kResponse:
    case Series::kRun: break;
  }
  return measured.latencies.response;
}

std::optional<double> MeasuredTime(const Threshold& threshold, const RunResult& run) {
  const Histogram& histogram = SeriesOf(threshold, run.measured);
  if (threshold.series == Series::kStaleness) {
    if (!run.config.checks_staleness() || run.measured.staleness.reads == 0) return std::nullopt;
    if (histogram.count() == 0) return 0;  // nothing was stale
  }
  if (histogram.count() == 0) return std::nullopt;
  if (threshold.figure == "mean") return histogram.mean();
  if (threshold.figure == "max") return static_cast<double>(histogram.max());
  if (!SupportsPercentile(histogram.count(), threshold.percentile())) return std::nullopt;
  return static_cast<double>(histogram.ValueAtPercentile(threshold.percentile()));
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

std::optional<double> MeasuredFigure(const std::string& figure, const RunResult& run) {
  const Totals& totals = run.measured.totals;
  if (figure == "errors") return FractionOf(totals.errors + totals.timeouts, totals.scheduled);
  if (figure == "timeouts") return FractionOf(totals.timeouts, totals.scheduled);
  if (figure == "skipped") return FractionOf(totals.skipped, totals.scheduled);
  if (figure == "achieved_qps") return run.achieved_qps;
  if (figure == "stale_reads" || figure == "reverted") {
    const Staleness& s = run.measured.staleness;
    if (!run.config.checks_staleness()) return std::nullopt;
    return FractionOf(figure == "reverted" ? s.reverted : s.stale, s.reads);
  }
  if (figure == "goodput") return FractionOf(totals.ok, totals.scheduled);
  if (figure == "goodput_qps") return RateOf(totals.ok, run.elapsed);
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

ThresholdResult Check(const Threshold& threshold, const RunResult& run) {
  ThresholdResult result{.threshold = threshold};
  result.measured = threshold.series == Series::kRun ? MeasuredFigure(threshold.figure, run)
                                                     : MeasuredTime(threshold, run);
  result.passed = result.measured && threshold.Holds(*result.measured);
  return result;
}

std::string Explain(const ThresholdResult& result) {
  const std::string& text = result.threshold.text;
  const bool is_time = result.threshold.series != Series::kRun;
  if (!result.measured) {
    const bool of_requests = is_time && result.threshold.series != Series::kStaleness;
    return text + " cannot be told: " + (of_requests ? "too few requests" : "it was not measured");
  }
  return text + " does not hold: measured " +
         (is_time ? Time(*result.measured) : Format("%.6g", *result.measured));
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid: return "VALID";
    case Verdict::kFailed: return "FAILED";
    case Verdict::kInvalid: return "INVALID";
  }
  return "INVALID";
}

void Judge(const std::vector<Threshold>& thresholds, RunResult& run) {
  run.reasons.clear();
  run.warnings.clear();
  run.thresholds.clear();
  FindInvalidities(run, run.reasons, run.warnings);
  const bool invalid = !run.reasons.empty();

  const Totals& totals = run.measured.totals;
  if (totals.wrong_values > 0) {
    run.reasons.push_back(Format("%llu values were not the ones that their keys produce",
                                 static_cast<unsigned long long>(totals.wrong_values)));
  }
  for (const Threshold& threshold : thresholds) {
    run.thresholds.push_back(Check(threshold, run));
    if (!run.thresholds.back().passed) run.reasons.push_back(Explain(run.thresholds.back()));
  }
  run.verdict = invalid               ? Verdict::kInvalid
                : run.reasons.empty() ? Verdict::kValid
                                      : Verdict::kFailed;
}

}  // namespace ringlab
