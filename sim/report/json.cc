#include <cmath>
#include <nlohmann/json.hpp>

#include "results/text/json_fit.h"
#include "sim/report/report.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

void Put(Json& json, const std::string& name, const std::optional<double>& value) {
  if (value) json[name] = *value;
}

void Put(Json& json, const std::string& name, const std::optional<Band>& band) {
  if (!band) return;
  json[name + "_low"] = band->low;
  json[name + "_high"] = band->high;
}

void Put(Json& json, const std::string& name, const std::optional<Standing>& standing) {
  if (!standing) return;
  json[name + "_percentile"] = standing->percentile;
  json[name + "_p_two_tailed"] = standing->p_two_tailed;
}

// All 2^64 places of one node that is alone are no 64-bit integer; as a double they are exact.
Json UnitsJson(Units units) {
  if (units >> 64 != 0) return static_cast<double>(units);
  return static_cast<std::uint64_t>(units);
}

Json ArcsJson(const RingReport& r) {
  Json arcs = Json::array();
  for (const NodeShare& node : r.skew.nodes) {
    Json arc{{"node", node.name}};
    if (node.units) arc["units"] = UnitsJson(*node.units);
    if (node.keys) arc["keys"] = *node.keys;
    arc["share"] = node.share;
    arc["ideal"] = node.ideal;
    if (node.points) arc["points"] = *node.points;
    arcs.push_back(std::move(arc));
  }
  return arcs;
}

// Where the arcs end, as fractions of the circle to a millionth: enough to draw them.
Json PositionsJson(const Partition& partition) {
  Json json{{"ends", Json::array()}, {"owners", Json::array()}};
  for (const Partition::Arc& arc : partition.arcs) {
    const double end = (static_cast<double>(arc.last) + 1) / static_cast<double>(partition.circle);
    json["ends"].push_back(std::round(end * 1e6) / 1e6);
    json["owners"].push_back(arc.owner);
  }
  return json;
}

Json TheoryJson(const RingReport& r) {
  const Expectation& e = r.expected;
  Json json{{"model", e.model}};
  Put(json, "expected_peak", e.peak);
  Put(json, "expected_min", e.min);
  Put(json, "expected_cv", e.cv);
  Put(json, "expected_gini", e.gini);
  Put(json, "cv", e.cv_band);
  Put(json, "peak", e.peak_band);
  Put(json, "min", e.min_band);
  Put(json, "node", e.node_band);
  Put(json, "cv", r.standings.cv);
  Put(json, "peak", r.standings.peak);
  Put(json, "min", r.standings.min);
  if (r.family) {
    json["names"] = {{"siblings", r.family->siblings},       {"rms_cv", r.family->rms_cv},
                     {"expected_cv", r.family->expected_cv}, {"z", r.family->z},
                     {"worst_peak", r.family->worst_peak},   {"best_peak", r.family->best_peak}};
  }
  return json;
}

Json TrafficJson(const RingReport& r) {
  const Traffic& t = r.traffic;
  Json json{{"zipf_s", t.zipf_s},
            {"keys", t.keys},
            {"cv", t.balance.cv},
            {"peak_to_mean", t.balance.peak_to_mean},
            {"min_to_mean", t.balance.min_to_mean},
            {"gini", t.balance.gini},
            {"expected_peak", r.load_peaks.front().peak},
            {"expected_cv", t.expected_cv},
            {"cv_ring", t.cv_ring},
            {"cv_popularity", t.cv_popularity},
            {"floor", t.floor},
            {"hottest_key_share", t.hottest_key_share},
            {"peak_bound", t.peak_bound},
            {"nodes", Json::array()}};
  for (std::size_t i = 0; i < t.shares.size(); ++i) {
    json["nodes"].push_back({{"node", r.skew.nodes[i].name}, {"expected_share", t.shares[i]}});
  }
  if (r.mirror) {
    const Mirrored& with = t.mirrored.front();
    json["mirror"] = {{"keys", with.keys},
                      {"share", with.share},
                      {"expected_cv", with.expected_cv},
                      {"expected_peak", r.mirror->peak}};
  }
  return json;
}

Json ResizeJson(const Resize& resize) {
  Json json{{"node", resize.node}};
  if (!resize.movement) {
    json["refused"] = resize.refusal;
    return json;
  }
  const Movement& m = *resize.movement;
  json["moved"] = m.moved;
  json["ideal"] = m.ideal;
  json["spurious"] = m.spurious;
  json["recipients"] = m.recipients;
  json["recipients_possible"] = m.recipients_possible;
  json["largest_recipient"] = m.largest_recipient;
  if (m.sampled_keys) json["sampled_keys"] = *m.sampled_keys;
  return json;
}

Json VerdictJson(const RingVerdict& verdict) {
  Json json{{"ring", RingClassName(verdict.ring_class)},
            {"cause", LoadCauseName(verdict.cause)},
            {"text", {verdict.ring, verdict.load}},
            {"advice", verdict.advice},
            {"remedies", Json::array()}};
  for (const Remedy& remedy : verdict.remedies) {
    json["remedies"].push_back({{"change", remedy.change},
                                {"expected_cv", remedy.expected_cv},
                                {"expected_peak", remedy.expected_peak},
                                {"peak_to_mean", remedy.peak},
                                {"enough", remedy.enough}});
  }
  return json;
}

Json EstimateJson(const Estimate& estimate) {
  Json json{{"mean", estimate.mean}};
  if (estimate.interval) {
    json["low"] = estimate.interval->low;
    json["high"] = estimate.interval->high;
  }
  return json;
}

}  // namespace

Json ToJson(const RingReport& r) {
  const BalanceStats& b = r.skew.balance;
  Json json{{"ring", r.ring.dialect}};
  if (r.points) json["replicas"] = r.ring.replicas;
  json["nodes"] = r.nodes;
  if (r.points) json["points"] = *r.points;
  if (r.collisions) json["collisions"] = *r.collisions;
  json["order_independent"] = r.order_independent;
  json["bytes"] = r.bytes;
  if (r.skew.circle) json["circle"] = UnitsJson(*r.skew.circle);
  if (r.skew.sampled_keys) json["sampled_keys"] = *r.skew.sampled_keys;
  json["arcs"] = ArcsJson(r);
  if (r.partition) json["positions"] = PositionsJson(*r.partition);
  json["peak_to_mean"] = b.peak_to_mean;
  json["min_to_mean"] = b.min_to_mean;
  json["cv"] = b.cv;
  json["gini"] = b.gini;
  json["jain"] = b.jain;
  json["p1"] = r.skew.p1;
  json["p50"] = r.skew.p50;
  json["p99"] = r.skew.p99;
  Put(json, "max_to_min", r.skew.max_to_min);
  json["theory"] = TheoryJson(r);
  json["traffic"] = TrafficJson(r);
  json["resize"] = {{"add", ResizeJson(r.add)}};
  if (!r.remove.node.empty()) json["resize"]["remove"] = ResizeJson(r.remove);
  if (r.bounded) {
    json["bounded"] = {{"factor", r.bounded->factor},
                       {"active", r.bounded->active},
                       {"unbounded_peak", r.bounded->unbounded_peak},
                       {"peak", r.bounded->peak},
                       {"spilled", r.bounded->spilled},
                       {"probes_per_lookup", r.bounded->probes_per_lookup}};
  }
  if (r.timing) {
    json["timing"] = {{"build_ns", r.timing->build.count()},
                      {"lookup_hot_ns", r.timing->lookup_hot_ns},
                      {"lookup_cold_ns", r.timing->lookup_cold_ns}};
  }
  json["verdict"] = VerdictJson(r.verdict);
  MakeFitToPrint(json);
  return json;
}

Json ToJson(const SweepRow& row) {
  Json json{{"ring", row.cell.ring},
            {"names", row.cell.names},
            {"nodes", row.cell.nodes},
            {"replicas", row.cell.replicas},
            {"zipf_s", row.cell.zipf_s},
            {"seeds", row.seeds},
            {"peak_to_mean", EstimateJson(row.peak)},
            {"min_to_mean", EstimateJson(row.min)},
            {"cv", EstimateJson(row.cv)},
            {"gini", EstimateJson(row.gini)},
            {"load_peak", EstimateJson(row.load_peak)},
            {"load_cv", EstimateJson(row.load_cv)},
            {"theory", Json::object()}};
  Put(json["theory"], "expected_peak", row.expected.peak);
  Put(json["theory"], "expected_min", row.expected.min);
  Put(json["theory"], "expected_cv", row.expected.cv);
  Put(json["theory"], "peak", row.expected.peak_band);
  Put(json["theory"], "min", row.expected.min_band);
  Put(json["theory"], "cv", row.expected.cv_band);
  MakeFitToPrint(json);
  return json;
}

}  // namespace ringlab
