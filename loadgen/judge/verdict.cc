#include "loadgen/judge/verdict.h"

#include <algorithm>
#include <string>

#include "loadgen/judge/causes.h"
#include "loadgen/judge/figures.h"
#include "loadgen/judge/slow_stages.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

// A reason why the figures would mislead, and whether it may come of what slowed the run down.
struct Symptom {
  std::string text;
  std::string advice;  // what to do, unless something else is to blame
  bool of_slowness = false;
  bool of_send_lag = false;
};
using Symptoms = std::vector<Symptom>;

// What the queue did, or "". Who accepts many failures measures an overload, and is only told.
std::string QueueText(const RunResult& run) {
  if (!run.moved.growth) return "";
  const QueueGrowth& g = *run.moved.growth;
  return Format(
             "the queue grew: more than it can take (%.0f in flight after %llu s, %.0f after "
             "%llu s; mean response ",
             g.in_flight_from, static_cast<unsigned long long>(g.from), g.in_flight_to,
             static_cast<unsigned long long>(g.to)) +
         Time(g.response_from_ns) + " and " + Time(g.response_to_ns) +
         Format("; %.1f %% of what was asked was left over)", 100 * g.left_over);
}

// Or one whose rate changes, which may be too high for a while.
bool MeansOverload(const RunResult& run) {
  return run.config.failures_accepted > kOverloadMeant || run.config.workload.profile != nullptr;
}

void CheckQueue(const RunResult& run, Symptoms& symptoms) {
  if (!run.moved.growth || MeansOverload(run)) return;
  symptoms.push_back({.text = QueueText(run),
                      .advice = "no latency is the run's own; lower --qps or add nodes",
                      .of_slowness = true});
}

// Against the rate of the plan where that is the lower one: of 1,000 Poisson arrivals asked for,
// 930 or 1,070 are planned, and a run is not judged by the luck of its seed.
void CheckRate(const RunResult& run, Symptoms& symptoms) {
  if (run.interrupted) return;
  const Totals& totals = run.measured.totals;
  double expected = run.config.workload.qps;
  if (run.config.duration > Duration::zero()) {
    expected =
        std::min(expected, static_cast<double>(totals.scheduled) / Seconds(run.config.duration));
  }
  if (run.achieved_qps >= kAchievedMin * expected) return;
  const int digits = expected < 100 ? 2 : 0;
  symptoms.push_back(
      {.text = Format("achieved %.*f of %.*f requests/s (%.1f %%)", digits, run.achieved_qps,
                      digits, expected, 100 * run.achieved_qps / expected),
       .advice = totals.skipped > 0
                     ? "too many were unanswered to send more; lower --qps, add nodes "
                       "or raise --max-in-flight"
                     : "the senders fell behind; lower --qps or raise --workers",
       .of_slowness = true});
}

std::string FirstError(const RunResult& run) {
  const Error& first = run.measured.first_error;
  return "; the first: " + std::string(CodeName(first.code)) + " " + first.message;
}

void CheckFailures(const RunResult& run, Symptoms& symptoms) {
  const Totals& totals = run.measured.totals;
  const std::uint64_t failed = totals.errors + totals.timeouts + totals.skipped;
  const double fraction = FractionOf(failed, totals.scheduled).value_or(0);
  if (fraction <= run.config.failures_accepted) return;
  symptoms.push_back(
      {.text = Format("%.1f %% of the requests failed (%llu errors, %llu timeouts, %llu skipped), "
                      "too many to trust the rest",
                      100 * fraction, static_cast<unsigned long long>(totals.errors),
                      static_cast<unsigned long long>(totals.timeouts),
                      static_cast<unsigned long long>(totals.skipped)) +
               (totals.errors + totals.timeouts > 0 ? FirstError(run) : ""),
       .advice = "",
       .of_slowness = totals.timeouts + totals.skipped > totals.errors});
}

// A batch is as good as its best key; many failures may hide behind that.
void CheckFailedKeys(const RunResult& run, Symptoms& symptoms) {
  const KeyTotals& keys = run.measured.keys;
  const double fraction = FractionOf(keys.failed, keys.asked).value_or(0);
  if (run.config.workload.batch == 1 || fraction <= run.config.failures_accepted) return;
  symptoms.push_back({.text = Format("%.1f %% of the keys in batches failed, too many to trust the "
                                     "rest",
                                     100 * fraction) +
                              FirstError(run),
                      .advice = ""});
}

// By percentiles that there are samples for, or not at all. A service time that few answers do not
// tell is no longer than the longest of them.
void CheckSendLag(const RunResult& run, Symptoms& symptoms) {
  const Latencies& latencies = run.measured.latencies;
  if (!SupportsPercentile(latencies.send_lag.count(), 99)) return;
  const std::int64_t lag = latencies.send_lag.ValueAtPercentile(99);
  const bool tells = SupportsPercentile(latencies.service.count(), 99);
  const std::int64_t service =
      tells ? latencies.service.ValueAtPercentile(99) : latencies.service.max();
  const double lag_max = std::max(static_cast<double>(kSendLagFloor.count()),
                                  kSendLagOfService * static_cast<double>(service));
  if (static_cast<double>(lag) <= lag_max) return;
  symptoms.push_back({.text = "send lag p99 is " + TimeOrBeyond(static_cast<double>(lag)) +
                              ", more than " + Time(lag_max),
                      .advice = "loadgen itself was late; lower --qps, or give it cores of its own",
                      .of_slowness = true,
                      .of_send_lag = true});
}

// Something is wrong, not only slow.
std::vector<std::string> FindFaults(const RunResult& run) {
  std::vector<std::string> faults = run.problems;
  if (const std::string broken = CheckIdentities(run.measured); !broken.empty()) {
    faults.push_back("the accounting does not add up: " + broken);
  }
  if (run.measured.totals.sent == 0) {
    faults.emplace_back(run.interrupted
                            ? "nothing was sent: the run was interrupted before its measurement"
                            : "nothing was sent: the run was too short for its rate");
  }
  return faults;
}

// Whether a symptom is no more than what the first cause made of the run. A slow source does not
// make loadgen late.
bool Follows(const Symptom& symptom, const Cause& first) {
  return symptom.of_slowness && !(symptom.of_send_lag && first.kind == Cause::Kind::kSource);
}

std::string TextOf(const Symptom& symptom, const std::vector<Cause>& causes, bool has_faults) {
  if (!causes.empty() && Follows(symptom, causes.front())) {
    return symptom.text + ": it follows from " +
           (has_faults ? "what held the run up" : "the first");
  }
  return symptom.text + (symptom.advice.empty() ? "" : ": " + symptom.advice);
}

std::string Explain(const ThresholdResult& result, const Totals& totals) {
  const std::string& text = result.threshold.text;
  const bool is_time = result.threshold.series != Series::kRun;
  if (!result.measured) {
    if (!is_time || result.threshold.series == Series::kStaleness) {
      return text + " cannot be told: it was not measured";
    }
    if (result.threshold.phase > 0) {
      return text + " cannot be told: too few requests of its phase were answered";
    }
    return text + " cannot be told: too few requests" +
           (result.threshold.series == Series::kSendLag
                ? ""
                : " were answered (" + Count(totals.ok + totals.not_found) + " of " +
                      Count(totals.sent) + ")");
  }
  return text + " does not hold: measured " +
         (is_time ? MeasuredTime(*result.measured, result.at_least)
                  : Format("%.6g", *result.measured));
}

// A queue that grows never settles, and it is told already.
void WarnOfWarmUp(RunResult& run) {
  const WorkloadOptions& workload = run.config.workload;
  if (workload.profile || !workload.drift.empty()) return;  // it is meant to move
  run.moved.steadiness = MeasureSteadiness(run.measured.series, run.readings);
  if (!run.moved.steadiness || run.moved.growth) return;
  for (std::string& text : WarningsOf(*run.moved.steadiness, run.config.warmup)) {
    run.warnings.push_back(std::move(text));
  }
}

std::string UntilText(const RunResult& run) {
  const auto& until = run.config.until;
  if (!until || run.config.duration < until->at_most || run.interrupted) return "";
  const TimeSeries& series = run.measured.series;
  const auto half = HalfWidthOf(*until, series, series.size());
  if (half && *half <= until->share) return "";
  return "--until " + until->text + " was not reached within " + FormatDuration(until->at_most) +
         (half ? Format(": %s is known to +-%.1f %%", until->percentile.title.c_str(), 100 * *half)
               : ": so few answers do not bound " + until->percentile.title);
}

std::string ProfileText(const RunResult& run) {
  return run.flame_graph && !*run.flame_graph ? run.flame_graph->error().message : "";
}

std::string BusyTurn(const RunResult& run) {
  if (!run.longest_turn || *run.longest_turn <= kTurnTold) return "";
  return "a worker was busy for " + Time(static_cast<double>(run.longest_turn->count())) +
         " without a look at its sockets: answers may have waited in loadgen";
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
  run.thresholds.clear();
  run.warnings.clear();
  std::vector<std::string> results;  // of the thresholds and the values
  const Totals& totals = run.measured.totals;
  if (totals.wrong_values > 0) {
    results.push_back(Format("%llu values were not the ones that their keys produce",
                             static_cast<unsigned long long>(totals.wrong_values)));
  }
  if (!run.aborted.empty()) results.push_back("ended by --abort-on " + run.aborted);
  for (const Threshold& threshold : thresholds) {
    run.thresholds.push_back(Check(threshold, run));
    if (!run.thresholds.back().passed) results.push_back(Explain(run.thresholds.back(), totals));
  }

  run.reasons = FindFaults(run);
  std::vector<Cause> causes;
  Symptoms symptoms;
  if (totals.sent > 0) {
    causes = FindCauses(run);
    CheckQueue(run, symptoms);
    CheckRate(run, symptoms);
    CheckFailures(run, symptoms);
    CheckFailedKeys(run, symptoms);
    CheckSendLag(run, symptoms);
    const std::string queue = MeansOverload(run) ? QueueText(run) : "";
    for (std::string text :
         {queue, UntilText(run), BusyTurn(run), OthersToBewareOf(run), ProfileText(run)}) {
      if (!text.empty()) run.warnings.push_back(std::move(text));
    }
    WarnOfWarmUp(run);
  }
  run.limit = LimitOf(causes);
  const bool misleads = std::ranges::any_of(causes, &Cause::misleads);
  const bool invalid = !run.reasons.empty() || !symptoms.empty() || misleads;
  run.verdict = invalid ? Verdict::kInvalid : results.empty() ? Verdict::kValid : Verdict::kFailed;
  if (run.verdict == Verdict::kValid) return;
  const bool has_faults = !run.reasons.empty();
  if (run.limit.what == "none" && !has_faults) run.limit = LimitByStages(run);
  const bool was_slow =
      !symptoms.empty() || std::ranges::any_of(run.thresholds, [](const ThresholdResult& t) {
        return !t.passed && t.threshold.series != Series::kRun;
      });
  for (const Cause& cause : causes) {
    if (cause.misleads || was_slow) run.reasons.push_back(cause.text);
  }
  for (const Symptom& symptom : symptoms) {
    run.reasons.push_back(TextOf(symptom, causes, has_faults));
  }
  for (std::string& result : results) run.reasons.push_back(std::move(result));
}

}  // namespace ringlab
