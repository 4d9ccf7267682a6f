#include <nlohmann/json.hpp>

#include "loadgen/report/measured_json.h"
#include "results/text/json_fit.h"
#include "sim/loopback/report.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

Json AllTotalsJson(const LoopbackResult& r) {
  const ClientTotals& t = r.client.totals;
  Json json = TotalsJson(t);
  json["failed_over"] = t.failed_over;
  json["failovers"] = t.failovers;
  json["level_cache"] = t.level_cache;
  json["level_peer"] = t.level_peer;
  json["level_source"] = t.level_source;
  if (t.writes > 0) {
    json["writes"] = t.writes;
    json["written"] = t.written;
  }
  json["elapsed_s"] = Seconds(r.client.elapsed);
  json["achieved_qps"] = r.achieved_qps;
  return json;
}

Json WindowJson(const ChurnWindow& w) {
  return {{"length_s", Seconds(w.length)},
          {"requests", w.requests},
          {"errors", w.errors},
          {"failovers", w.failovers},
          {"source_loads", w.source_loads},
          {"fallbacks", w.fallbacks}};
}

Json EventJson(const ChurnEvent& e) {
  Json json{{"step", ToText(e.step)},         {"began_s", Seconds(e.began)},
            {"told_s", Seconds(e.told)},      {"nodes_before", e.nodes_before},
            {"nodes_after", e.nodes_after},   {"moved", e.moved},
            {"moved_ideal", e.moved_ideal},   {"spurious", e.spurious},
            {"before", WindowJson(e.before)}, {"during", WindowJson(e.during)},
            {"leftovers", e.leftovers},       {"nodes", Json::array()}};
  if (e.fits_after) json["fits_after_s"] = Seconds(*e.fits_after);
  for (const ChurnShare& s : e.shares) {
    Json row{{"name", s.node}};
    if (s.old_expected) row["old_expected_share"] = *s.old_expected;
    if (s.old_measured) row["old_measured_share"] = *s.old_measured;
    if (s.new_expected) row["new_expected_share"] = *s.new_expected;
    if (s.new_measured) row["new_measured_share"] = *s.new_measured;
    json["nodes"].push_back(std::move(row));
  }
  return json;
}

}  // namespace

Json ToJson(const std::string& ring, const LoopbackResult& r) {
  Json json{{"ring", ring},
            {"nodes_at_start", r.nodes_at_start},
            {"interrupted", r.interrupted},
            {"plan_hash", r.client.plan_hash},
            {"totals", AllTotalsJson(r)},
            {"latency_ns", {{"service", LatencyJson(r.client.service)}}},
            {"latency_failed_ns", LatencyJson(r.client.failed)}};
  if (r.client.response.count() > 0) {
    json["latency_ns"]["response"] = LatencyJson(r.client.response);
  }
  for (const LoopbackNode& n : r.nodes) {
    json["nodes"].push_back({{"name", n.name},
                             {"expected_share", n.expected_share},
                             {"measured_share", n.measured_share},
                             {"requests", n.requests}});
  }
  if (r.chi_square && r.chi_square_p) {
    json["chi_square"] = {
        {"statistic", *r.chi_square}, {"cells", r.chi_square_cells}, {"p", *r.chi_square_p}};
  }
  if (r.as_trace) json["as_trace"] = *r.as_trace;
  json["gets"] = r.gets;
  json["hits"] = r.hits;
  if (r.hit_ratio) json["hit_ratio"] = *r.hit_ratio;
  if (r.forwarded_fraction) json["forwarded_fraction"] = *r.forwarded_fraction;
  json["source_loads"] = r.source_loads;
  json["joined"] = r.joined;
  json["churn"] = Json::array();
  for (const ChurnEvent& event : r.churn.events) json["churn"].push_back(EventJson(event));
  json["churn_not_played"] = r.churn.not_played;
  json["start_s"] = Seconds(r.start_took);
  if (r.stop_took) json["stop_s"] = Seconds(*r.stop_took);
  if (!r.in_virtual_time) json["cpu_cores"] = r.cpu_cores;
  json["resident_bytes"] = r.resident_bytes;
  json["files_open"] = r.files_open;
  json["problems"] = r.problems;
  MakeFitToPrint(json);
  return json;
}

}  // namespace ringlab
