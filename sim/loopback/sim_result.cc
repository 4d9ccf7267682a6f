#include "sim/loopback/sim_result.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "loadgen/judge/verdict.h"
#include "results/text/json_fit.h"
#include "results/text/text_format.h"
#include "sim/loopback/report.h"
#include "sim/report/curves.h"
#include "sim/report/report.h"

namespace ringlab {

namespace {

// Under chance alone one run in a million looks this odd.
constexpr double kChiSquareTooFar = 1e-6;

struct Figure {
  std::string_view name;
  std::optional<double> (*of)(const RingReport&);
};

constexpr Figure kFigures[] = {
    {"peak",
     [](const RingReport& r) -> std::optional<double> { return r.skew.balance.peak_to_mean; }},
    {"min",
     [](const RingReport& r) -> std::optional<double> { return r.skew.balance.min_to_mean; }},
    {"cv", [](const RingReport& r) -> std::optional<double> { return r.skew.balance.cv; }},
    {"gini", [](const RingReport& r) -> std::optional<double> { return r.skew.balance.gini; }},
    {"jain", [](const RingReport& r) -> std::optional<double> { return r.skew.balance.jain; }},
    {"cv_percentile",
     [](const RingReport& r) -> std::optional<double> {
       if (!r.standings.cv) return std::nullopt;
       return r.standings.cv->percentile;
     }},
    {"load_peak",
     [](const RingReport& r) -> std::optional<double> { return r.traffic.balance.peak_to_mean; }},
    {"load_cv", [](const RingReport& r) -> std::optional<double> { return r.traffic.balance.cv; }},
    {"spurious",
     [](const RingReport& r) -> std::optional<double> {
       if (!r.add.movement) return std::nullopt;
       return r.add.movement->spurious + (r.remove.movement ? r.remove.movement->spurious : 0);
     }},
};

struct TrafficFigure {
  std::string_view name;
  std::optional<double> (*of)(const LoopbackResult&);
};

std::optional<double> OfScheduled(std::uint64_t part, const LoopbackResult& run) {
  const std::uint64_t scheduled = run.client.totals.scheduled;
  if (scheduled == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(scheduled);
}

constexpr TrafficFigure kTrafficFigures[] = {
    {"failed",
     [](const LoopbackResult& run) {
       return OfScheduled(run.client.totals.errors + run.client.totals.timeouts, run);
     }},
    {"skipped",
     [](const LoopbackResult& run) { return OfScheduled(run.client.totals.skipped, run); }},
    {"wrong_values",
     [](const LoopbackResult& run) -> std::optional<double> {
       return static_cast<double>(run.client.totals.wrong_values);
     }},
    {"hit_ratio", [](const LoopbackResult& run) { return run.hit_ratio; }},
    {"source_loads",
     [](const LoopbackResult& run) -> std::optional<double> {
       return static_cast<double>(run.source_loads);
     }},
};

const TrafficFigure* FindTrafficFigure(const Threshold& threshold) {
  for (const TrafficFigure& figure : kTrafficFigures) {
    if (figure.name == threshold.figure) return &figure;
  }
  return nullptr;
}

void JudgeOne(const std::string& of, const Threshold& threshold, std::optional<double> measured,
              SimResult& result) {
  RingThresholdResult row{.ring = of, .threshold = threshold, .measured = measured};
  row.passed = row.measured && threshold.Holds(*row.measured);
  if (!row.passed) {
    result.verdict = Verdict::kFailed;
    result.reasons.push_back(
        of + ": " + threshold.text + " does not hold: " +
        (measured ? "measured " + Format("%.6g", *measured) : "it was not measured"));
  }
  result.thresholds.push_back(std::move(row));
}

void JudgeThresholds(const std::vector<Threshold>& thresholds, SimResult& result) {
  for (const RingReport& report : result.rings) {
    for (const Threshold& threshold : thresholds) {
      for (const Figure& figure : kFigures) {
        if (figure.name == threshold.figure) {
          JudgeOne(report.ring.dialect, threshold, figure.of(report), result);
        }
      }
    }
  }
  for (const Threshold& threshold : thresholds) {
    const TrafficFigure* const figure = FindTrafficFigure(threshold);
    if (figure == nullptr) continue;
    JudgeOne("traffic", threshold, result.loopback ? figure->of(*result.loopback) : std::nullopt,
             result);
  }
}

void JudgeLoopback(const LoopbackResult& loopback, SimResult& result) {
  const auto fail = [&](Verdict verdict, std::string reason) {
    // INVALID wins: what cannot be trusted cannot be said to fail.
    if (result.verdict != Verdict::kInvalid) result.verdict = verdict;
    result.reasons.push_back(std::move(reason));
  };
  const ClientTotals& totals = loopback.client.totals;
  for (const std::string& problem : loopback.problems) fail(Verdict::kFailed, problem);
  if (totals.wrong_values > 0) {
    fail(Verdict::kFailed, Plural(totals.wrong_values, "value") + " not of the key asked for");
  }
  const bool disturbed = !loopback.churn.events.empty();
  if (!disturbed && TooManyFailed(loopback)) {
    fail(Verdict::kInvalid,
         Count(totals.errors + totals.timeouts + totals.skipped) + " of " +
             Plural(totals.scheduled, "request") +
             " failed or were skipped; the first: " + loopback.client.first_error.message);
  }
  if (loopback.chi_square_p && *loopback.chi_square_p < kChiSquareTooFar) {
    fail(Verdict::kFailed, Format("the nodes did not serve what the ring says: chi-square p %.2g",
                                  *loopback.chi_square_p));
  }
}

void JudgeSwarm(const SwarmReport& swarm, SimResult& result) {
  if (swarm.failing > 0) {
    result.verdict = Verdict::kFailed;
    result.reasons.push_back(Plural(swarm.failing, "seed") + " of " + Count(swarm.seeds) +
                             " broke an invariant");
  }
  // What was not looked at cannot be said to hold.
  const std::uint64_t blind = swarm.empty + swarm.broken;
  if (blind == 0 && swarm.seeds > 0) return;
  result.verdict = Verdict::kInvalid;
  result.reasons.push_back(swarm.seeds == 0 ? "no seed was run"
                                            : Plural(blind, "seed") + " of " + Count(swarm.seeds) +
                                                  " compared nothing, or had no cluster");
}

nlohmann::ordered_json VirtualJson(const LoopbackResult& run) {
  return {{"requests", run.client.totals.sent},
          {"virtual_s", Seconds(run.client.elapsed)},
          {"requests_per_core_s", RequestsPerCore(run)},
          {"events", run.in_virtual_time->events},
          {"hash", Format("%016llx", static_cast<unsigned long long>(run.in_virtual_time->hash))}};
}

}  // namespace

std::vector<std::string_view> ThresholdFigures() {
  std::vector<std::string_view> names;
  for (const Figure& figure : kFigures) names.push_back(figure.name);
  for (const TrafficFigure& figure : kTrafficFigures) names.push_back(figure.name);
  return names;
}

void JudgeRun(const std::vector<Threshold>& thresholds, SimResult& result) {
  for (const RingReport& report : result.rings) {
    if (report.order_independent) continue;
    result.verdict = Verdict::kFailed;
    result.reasons.push_back(report.ring.dialect +
                             ": another order of the same nodes gives another ring");
  }
  JudgeThresholds(thresholds, result);
  for (const std::string& problem : result.problems) {
    result.verdict = Verdict::kInvalid;
    result.reasons.insert(result.reasons.begin(), problem);
  }
  if (result.loopback) JudgeLoopback(*result.loopback, result);
  if (result.swarm) JudgeSwarm(*result.swarm, result);
}

std::string VerdictText(const SimResult& result) {
  if (result.verdict == Verdict::kValid && result.thresholds.empty()) return "";
  std::string text = "\n" + std::string(VerdictName(result.verdict)) +
                     (result.verdict == Verdict::kValid ? ": every threshold holds\n" : "\n");
  for (const std::string& reason : result.reasons) text += "  - " + reason + "\n";
  return text;
}

nlohmann::ordered_json ToJson(nlohmann::ordered_json config, const SimResult& result) {
  using Json = nlohmann::ordered_json;
  Json json{{"schema_version", 1},
            {"tool", "sim"},
            {"verdict", VerdictName(result.verdict)},
            {"reasons", result.reasons},
            {"started_at", result.started_at},
            {"interrupted", result.interrupted},
            {"config", std::move(config)},
            {"thresholds", Json::array()}};
  for (const RingThresholdResult& t : result.thresholds) {
    Json row{{"ring", t.ring}, {"threshold", t.threshold.text}, {"passed", t.passed}};
    if (t.measured) row["measured"] = *t.measured;
    json["thresholds"].push_back(std::move(row));
  }
  if (result.sweep.empty() && !result.swarm && !result.curves && !result.map)
    json["rings"] = Json::array();
  if (result.swarm) json["swarm"] = ToJson(*result.swarm);
  if (result.map) json["map"] = ToJson(*result.map);
  for (const RingReport& report : result.rings) json["rings"].push_back(ToJson(report));
  for (const LeftOutRing& ring : result.left_out) {
    json["left_out"].push_back({{"ring", ring.ring}, {"reason", ring.why}});
  }
  for (const SweepRow& row : result.sweep) json["sweep"].push_back(ToJson(row));
  if (result.curves) json.update(ToJson(*result.curves));
  if (result.loopback) {
    json["loopback"] = ToJson(result.rings.front().ring.dialect, *result.loopback);
  }
  if (result.loopback && result.loopback->in_virtual_time) {
    json["virtual"] = VirtualJson(*result.loopback);
  }
  json["environment"] = result.environment;
  json["environment"]["cores"] = result.machine_cores;
  MakeFitToPrint(json);
  return json;
}

}  // namespace ringlab
