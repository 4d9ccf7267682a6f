#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/generator_section.h"
#include "results/html/key_sections.h"
#include "results/html/latency_sections.h"
#include "results/html/node_sections.h"
#include "results/html/pages.h"
#include "results/html/phase_section.h"
#include "results/html/search_section.h"
#include "results/html/time_sections.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr double kPlanSame = 0.005;  // of the rate: a difference that nobody asks about

std::string WithChange(const std::string& text, const Json& result, const Json* baseline,
                       const char* path) {
  if (baseline == nullptr) return text;
  const std::string change = Change(NumberAt(*baseline, path), NumberAt(result, path));
  return change.empty() ? text : text + " (baseline: " + change + ")";
}

// What the plan asks for is 9,862 of 10,000 when Poisson's dice fall so: that is no shortfall.
std::string AskedFor(const Json& result) {
  const auto asked = NumberAt(result, "config/requested_qps");
  if (!asked || !(*asked > 0)) return "";
  const auto scheduled = NumberAt(result, "totals/scheduled");
  const auto seconds = NumberAt(result, "config/duration_s");
  const std::string rate = ", of " + Shown(Unit::kRate, *asked) + " asked for";
  const bool whole = !TrueAt(result, "interrupted") && scheduled && seconds && *seconds > 0;
  if (!whole || TextAt(result, "config/arrivals") != "poisson") return rate;
  const double planned = *scheduled / *seconds;
  if (std::abs(planned / *asked - 1) < kPlanSame) return rate;
  return ", of " + Shown(Unit::kRate, planned) + " planned by random arrivals at " +
         Shown(Unit::kRate, *asked);
}

std::string KeyFigures(const Json& result, const Json* baseline) {
  std::vector<Tile> tiles;
  const auto add = [&](Unit unit, const char* path, const std::string& text) {
    if (const auto value = NumberAt(result, path)) {
      tiles.push_back({Shown(unit, *value), WithChange(text, result, baseline, path)});
    }
  };
  for (const auto& [key, text] :
       {std::pair("p50", "response time p50"), std::pair("p99", "response time p99")}) {
    const Json& response = At(result, "latency_ns/response");
    if (!NumberAt(response, key)) continue;
    const std::string path = std::string("latency_ns/response/") + key;
    tiles.push_back({TimeCell(response, key), WithChange(text, result, baseline, path.c_str())});
  }
  add(Unit::kRate, "totals/achieved_qps", "requests sent" + AskedFor(result));
  add(Unit::kShare, "cache/hit_ratio", "hit ratio");
  add(Unit::kRatio, "balance/peak_to_mean", "load of the busiest node, over the mean");
  const auto errors = NumberAt(result, "totals/errors");
  const auto timeouts = NumberAt(result, "totals/timeouts");
  const auto sent = NumberAt(result, "totals/sent");
  if (errors && timeouts && sent && *sent > 0) {
    const double failed = *errors + *timeouts;
    tiles.push_back({Shown(Unit::kCount, failed),
                     "requests failed, of " + Shown(Unit::kCount, *sent) + " sent"});
  }
  return Tiles(tiles);
}

Section PercentilesSection(const Json& result, const Json* baseline) {
  constexpr std::array<std::pair<const char*, const char*>, 4> kSeries{
      {{"latency_ns/response", "response"},
       {"latency_ns/service", "service"},
       {"latency_ns/send_lag", "send lag"},
       {"latency_failed_ns", "failed"}}};
  std::vector<NamedJson> rows;
  std::vector<const Json*> before;
  for (const auto& [path, name] : kSeries) {
    rows.emplace_back(name, &At(result, path));
    if (baseline != nullptr) before.push_back(&At(*baseline, path));
  }
  const Percentiles percentiles = PercentilesOf(result);
  std::string body = LatencyTable(
      "Times of requests; those that failed have a row of their own. A percentile that so few "
      "requests cannot support is a dash.",
      rows, percentiles, before);
  if (body.empty()) return {};
  body = Paragraph(
             "Response counts from the moment a request was planned for, as a caller would "
             "feel it; service from the moment it was sent. Between them lies send lag, "
             "loadgen's own lateness.",
             "soft") +
         body + IntervalTable(result);
  std::vector<NamedJson> operations;
  if (const Json& of = At(result, "operations"); of.is_object() && of.size() > 1) {
    for (const auto& [name, operation] : of.items()) {
      operations.emplace_back(name, &At(operation, "service_ns"));
    }
  }
  const double batch = NumberAt(result, "config/batch").value_or(1);
  if (!operations.empty()) {
    body += Heading("By operation") + LatencyTable("Service times.", operations, percentiles);
  }
  if (batch > 1) {
    body += Paragraph("A get here is a batch of " + Shown(Unit::kCount, batch) +
                          " keys: counted once, and timed until its last key is there.",
                      "soft");
  }
  if (const Json& age = At(result, "staleness/age_ns"); NumberAt(result, "staleness/stale_reads")) {
    body += Heading("Staleness") +
            Paragraph(Cell(Unit::kCount, NumberAt(result, "staleness/stale_reads")) + " of " +
                      Cell(Unit::kCount, NumberAt(result, "staleness/reads")) +
                      " readings were stale: another write had been acknowledged before.") +
            LatencyTable("How old a stale reading was, from the write that it missed.",
                         {{"age", &age}}, percentiles);
  }
  return {"percentiles", "Percentiles", body};
}

}  // namespace

Report LoadgenReport(const Json& result, const Json* baseline) {
  Report report{.title = "ringlab loadgen", .banner = "", .sections = {}};
  const std::string started = TextAt(result, "started_at");
  if (!started.empty()) report.title += " · " + started;
  report.banner = VerdictBanner(result, KeyFigures(result, baseline));
  report.sections = {SearchSection(result),
                     IdentitySection(result, baseline),
                     ThresholdsSection(result),
                     PercentilesSection(result, baseline),
                     StagesSection(result),
                     PhasesSection(result),
                     SpectrumSection(result, baseline),
                     LatencyOverTime(result),
                     RateOverTime(result),
                     HeatSection(result),
                     ErrorsSection(result),
                     BalanceSection(result),
                     GeneratorSection(result),
                     CacheSection(result),
                     PopularitySection(result)};
  return report;
}

}  // namespace ringlab::html
