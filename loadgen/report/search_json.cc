#include "loadgen/report/search_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "loadgen/judge/verdict.h"
#include "loadgen/report/run_json.h"
#include "results/text/json_fit.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

std::string_view PurposeName(Purpose purpose) {
  switch (purpose) {
    case Purpose::kClimb: return "climb";
    case Purpose::kNarrow: return "narrow";
    case Purpose::kConfirm: return "confirm";
    case Purpose::kOverload: return "overload";
    case Purpose::kWayDown: return "way-down";
  }
  return "";
}

std::string_view StandingName(Standing standing) {
  switch (standing) {
    case Standing::kHolds: return "holds";
    case Standing::kBroken: return "broken";
    case Standing::kBeyond: return "beyond";
    case Standing::kUntold: return "untold";
  }
  return "";
}

std::string_view EndName(SearchEnd end) {
  switch (end) {
    case SearchEnd::kGoesOn: return "interrupted";
    case SearchEnd::kFound: return "found";
    case SearchEnd::kHighestHolds: return "highest-holds";
    case SearchEnd::kLowestBreaks: return "lowest-breaks";
    case SearchEnd::kUnconfirmed: return "unconfirmed";
    case SearchEnd::kUntold: return "untold";
  }
  return "";
}

Json LimitJson(const Limit& limit) {
  Json json{{"what", limit.what}};
  if (!limit.why.empty()) json["why"] = limit.why;
  return json;
}

Json ProbeJson(const Probe& probe) {
  const ProbeOutcome& o = probe.outcome;
  Json json{{"qps", probe.order.qps},
            {"purpose", PurposeName(probe.order.purpose)},
            {"duration_s", Seconds(probe.order.duration)},
            {"verdict", VerdictName(o.verdict)},
            {"standing", StandingName(o.standing)}};
  // What cannot be told is neither.
  if (o.standing != Standing::kUntold) json["holds"] = o.standing == Standing::kHolds;
  json["bounds"] = ThresholdsJson(o.bounds);
  json["achieved_qps"] = o.achieved_qps;
  json["lost_share"] = o.lost_share;
  if (o.p50_ns) json["p50_ns"] = *o.p50_ns;
  if (o.p99_ns) json["p99_ns"] = *o.p99_ns;
  if (o.hit_ratio) json["hit_ratio"] = *o.hit_ratio;
  json["limit"] = LimitJson(o.limit);
  if (!o.why.empty()) json["why"] = o.why;
  return json;
}

}  // namespace

Json SearchJson(const RateSearch& search) {
  const SearchSpec& spec = search.spec();
  const SearchResult result = search.result();
  Json json{{"end", EndName(result.end)}, {"bounds", Json::array()}};
  for (const Threshold& bound : spec.bounds) json["bounds"].push_back(bound.text);
  json["range_qps"] = {spec.range.low, spec.range.high};
  json["probe_s"] = Seconds(spec.probe);
  json["confirm_s"] = Seconds(spec.confirm);
  if (result.rate_qps) json["rate_qps"] = *result.rate_qps;
  if (result.edge_qps) json["edge_qps"] = *result.edge_qps;
  if (result.low_qps) json["low_qps"] = *result.low_qps;
  if (result.high_qps) json["high_qps"] = *result.high_qps;
  if (!result.binding.empty()) json["binding"] = result.binding;
  if (result.growth && std::isfinite(*result.growth)) {
    json["growth"] = *result.growth;
    json["boundary"] = *result.growth > kCliffGrowth ? "cliff" : "smooth";
  }
  json["limit"] = LimitJson(result.limit);
  if (result.way_down) {
    json["way_down"] = {{"from_qps", result.way_down->from_qps},
                        {"qps", result.way_down->qps},
                        {"holds", result.way_down->holds}};
    if (result.way_down->recovered) json["way_down"]["recovered"] = *result.way_down->recovered;
  }
  json["probes"] = Json::array();
  for (const Probe& probe : search.probes()) json["probes"].push_back(ProbeJson(probe));
  MakeFitToPrint(json);
  return json;
}

}  // namespace ringlab
