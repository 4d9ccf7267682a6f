#include "results/gate/verdict.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "results/text/text_format.h"

namespace ringlab {

namespace {

// Limits of an exact measure. Both parts must be exceeded: a share alone would fail an operation of
// ten instructions for one more, a count alone would never fail it.
struct Limits {
  double fail_share;
  double fail_count;
  double warn_share;
  const char* text;
};

Limits LimitsOf(const std::string& measure, Against against) {
  if (measure == "instructions") {
    return against == Against::kBase ? Limits{0.01, 10, 0.003, "+1 % and +10"}
                                     : Limits{0.05, 2, 0.003, "+5 % and +2"};
  }
  if (measure == "allocations" || measure == "allocated_bytes") {
    return {0.005, 0.01 - 1e-9, 0, "+0.5 % and +0.01"};
  }
  return {0.01, 0, 0.0005, "+1 %"};  // bytes
}

GateVerdict Judge(double base, double head, const Limits& limits) {
  const double more = head - base;
  const double share = limits.fail_share * base;
  if (more > share && more > limits.fail_count) return GateVerdict::kFail;
  if (more < 0 && -more > share && -more > limits.fail_count) return GateVerdict::kImproved;
  return more > limits.warn_share * base ? GateVerdict::kWarn : GateVerdict::kOk;
}

}  // namespace

std::string_view GateVerdictName(GateVerdict verdict) {
  constexpr std::array<std::string_view, 7> kNames{"FAIL",     "INVALID", "INCONCLUSIVE", "WARN",
                                                   "IMPROVED", "OK",      "info"};
  return kNames[static_cast<std::size_t>(verdict)];
}

double Row::worse_by() const {
  if (interval) return interval->ratio - 1;
  if (base > 0) return head / base - 1;
  return head > 0 ? 1 : 0;
}

Row JudgeExact(const MetricName& name, const ExactMetric& base, const ExactMetric& head,
               Against against) {
  Row row{.name = name.name,
          .measure = name.measure,
          .against = against == Against::kBase ? "base" : "anchor",
          .base = base.per_op(),
          .head = head.per_op()};
  if (name.measure == "figure") {
    row.limit = "equal";
    row.verdict = base == head ? GateVerdict::kOk : GateVerdict::kFail;
    return row;
  }
  if (name.measure == "instructions" && base.total == 0) {
    row.verdict = GateVerdict::kInvalid;
    row.note = "a baseline of 0 instructions: nothing was measured";
    return row;
  }
  const Limits limits = LimitsOf(name.measure, against);
  row.limit = limits.text;
  row.verdict = Judge(row.base, row.head, limits);
  return row;
}

GateVerdict JudgeInterval(const RatioInterval& interval, double tolerance) {
  if (interval.low > 1 + tolerance) return GateVerdict::kFail;
  if (interval.high < 1 / (1 + tolerance)) return GateVerdict::kImproved;
  // Wide, and a loss beyond the tolerance is not ruled out.
  if (interval.half_width() > tolerance && interval.high > 1 + tolerance) {
    return GateVerdict::kInconclusive;
  }
  return interval.low > 1 ? GateVerdict::kWarn : GateVerdict::kOk;
}

namespace {

bool IsPositive(const std::vector<double>& samples) {
  return !samples.empty() &&
         std::ranges::all_of(samples, [](double s) { return std::isfinite(s) && s > 0; });
}

std::vector<double> Logs(const std::vector<double>& samples) {
  std::vector<double> logs;
  for (const double sample : samples) logs.push_back(std::log(sample));
  return logs;
}

Row Frame(const std::string& name, const TimedMetric& base, const TimedMetric& head) {
  Row row{.name = name,
          .measure = base.unit,
          .against = "base",
          .base = TrimmedMean(base.samples),
          .head = TrimmedMean(head.samples),
          .base_samples = base.samples,
          .head_samples = head.samples};
  if (base.unit != head.unit || base.higher_is_better != head.higher_is_better) {
    row.verdict = GateVerdict::kInvalid;
    row.note = "measured in other units: \"" + base.unit + "\" and \"" + head.unit + "\"";
  } else if (!IsPositive(base.samples) || !IsPositive(head.samples)) {
    row.verdict = GateVerdict::kInvalid;
    row.note = "a time of 0, or none: there is no ratio to it";
  }
  return row;
}

std::string LimitText(const TimedMetric& metric, double tolerance) {
  return Format("%s%.0f %%", metric.higher_is_better ? "-" : "+", 100 * tolerance);
}

}  // namespace

Row JudgePairs(const std::string& name, const TimedMetric& base, const TimedMetric& head,
               double tolerance, std::uint64_t seed) {
  Row row = Frame(name, base, head);
  if (row.verdict == GateVerdict::kInvalid) return row;
  if (base.samples.size() != head.samples.size()) {
    row.verdict = GateVerdict::kInvalid;
    row.note = "there is not one sample of each in every pair";
    return row;
  }
  std::vector<double> ratios;
  for (std::size_t i = 0; i < base.samples.size(); ++i) {
    const double ratio = std::log(head.samples[i] / base.samples[i]);
    ratios.push_back(base.higher_is_better ? -ratio : ratio);
  }
  row.interval = PairedRatio(ratios, seed);
  row.limit = LimitText(base, tolerance);
  row.verdict = JudgeInterval(*row.interval, tolerance);
  return row;
}

Row JudgeApart(const std::string& name, const TimedMetric& base, const TimedMetric& head,
               std::uint64_t seed) {
  Row row = Frame(name, base, head);
  if (!base.judged || !head.judged) {
    row.verdict = GateVerdict::kInfo;
    row.note = "a single run";
    return row;
  }
  if (row.verdict == GateVerdict::kInvalid) return row;
  const std::size_t of_base = base.samples.size();
  const std::size_t of_head = head.samples.size();
  const bool few = std::min(of_base, of_head) < kApartSamplesMin;
  const bool tells = base.of_runs && head.of_runs && std::min(of_base, of_head) > 1;
  if (few && !tells) {
    row.verdict = GateVerdict::kInconclusive;
    row.note = "too few repetitions for a verdict: " + std::to_string(of_base) +
               (of_base == of_head ? "" : " and " + std::to_string(of_head)) +
               " a side, and it takes " + std::to_string(kApartSamplesMin);
    return row;
  }
  const std::vector<double> from = Logs(base.higher_is_better ? head.samples : base.samples);
  const std::vector<double> to = Logs(base.higher_is_better ? base.samples : head.samples);
  row.interval = few ? RatioOfFew(from, to) : UnpairedRatio(from, to, seed);
  row.limit = LimitText(base, kApartTolerance);
  row.verdict = JudgeInterval(*row.interval, kApartTolerance);
  return row;
}

void SortRows(std::vector<Row>& rows) {
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
    return std::tuple(a.verdict, -a.worse_by(), a.name, a.measure, a.against) <
           std::tuple(b.verdict, -b.worse_by(), b.name, b.measure, b.against);
  });
}

GateVerdict WorstOf(const std::vector<Row>& rows) {
  GateVerdict worst = GateVerdict::kInfo;
  for (const Row& row : rows) worst = std::min(worst, row.verdict);
  return worst == GateVerdict::kImproved ? GateVerdict::kOk : worst;
}

}  // namespace ringlab
