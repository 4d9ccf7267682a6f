#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/histogram.h"
#include "results/format/schema.h"
#include "results/hdr/v2.h"
#include "results/text/json_view.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kShareTolerance = 1e-6;  // of shares that were added up

class Sums {
 public:
  explicit Sums(const Json& result) : run(result) {}

  // `left` and `right` in words, and their values.
  void Equal(const std::string& left, std::uint64_t a, const std::string& right, std::uint64_t b) {
    if (a != b)
      Complain(left + " is " + std::to_string(a) + ", and " + right + " " + std::to_string(b));
  }
  // Shares of a whole, of those that have one.
  void SharesAddUp(const std::string& where, const std::vector<JsonView>& rows, const char* name,
                   double whole = 1) {
    double sum = 0;
    bool any = false;
    for (const JsonView& row : rows) {
      any = any || row[name].is_there();
      sum += row[name].number();
    }
    if (any && std::abs(sum - whole) > kShareTolerance) {
      Complain(where + "/*/" + name + " add up to " + Format("%.9g", sum) + ", not to " +
               Format("%.9g", whole));
    }
  }
  void Complain(std::string complaint) {
    if (complaints.size() < kComplaintsMax) complaints.push_back(std::move(complaint));
  }

  void Totals(const std::string& where, const JsonView& t) {
    const auto count = [&](const char* name) { return t[name].count(); };
    Equal(where + "/scheduled", count("scheduled"), "sent + skipped",
          count("sent") + count("skipped"));
    Equal(where + "/sent", count("sent"), "ok + not_found + errors + timeouts",
          count("ok") + count("not_found") + count("errors") + count("timeouts"));
  }

  JsonView run;
  std::vector<std::string> complaints;
};

std::uint64_t SumOf(const JsonView& column) {
  std::uint64_t sum = 0;
  for (const JsonView& each : column.items()) sum += each.count();
  return sum;
}

void CheckCounts(Sums& sums) {
  const JsonView& run = sums.run;
  sums.Totals("/totals", run["totals"]);
  std::uint64_t failed = 0;
  for (const JsonView& cell : run["failures"].items()) failed += cell["requests"].count();
  if (run["failures"].is_there()) {
    sums.Equal("the sum of /failures/*/requests", failed, "errors + timeouts",
               run["totals"]["errors"].count() + run["totals"]["timeouts"].count());
  }
  const std::uint64_t sent = run["totals"]["sent"].count();
  for (const char* name : {"response", "service", "send_lag"}) {
    sums.Equal("/latency_ns/" + std::string(name) + "/count",
               run["latency_ns"][name]["count"].count(), "/totals/sent", sent);
  }
  std::uint64_t requests = 0;
  for (const std::string& name : run["operations"].names()) {
    const JsonView operation = run["operations"][name];
    requests += operation["requests"].count();
    sums.Equal("/operations/" + name + "/service_ns/count",
               operation["service_ns"]["count"].count(), "its requests",
               operation["requests"].count());
  }
  sums.Equal("the sum of /operations/*/requests", requests, "/totals/sent", sent);
  const JsonView keys = run["operations"]["get"]["keys"];
  sums.Equal("/operations/get/keys/asked", keys["asked"].count(), "ok + not_found + failed",
             keys["ok"].count() + keys["not_found"].count() + keys["failed"].count());
  std::uint64_t answered = 0;
  double share = 0;
  for (const std::string& name : run["levels"].names()) {
    answered += run["levels"][name]["keys"].count();
    share += run["levels"][name]["share"].number();
  }
  sums.Equal("the sum of /levels/*/keys", answered, "/operations/get/keys/ok", keys["ok"].count());
  if (answered > 0 && std::abs(share - 1) > kShareTolerance) {
    sums.Complain("/levels/*/share add up to " + Format("%.9g", share) + ", not to 1");
  }
}

void CheckBalance(Sums& sums) {
  const std::vector<JsonView> nodes = sums.run["balance"]["nodes"].items();
  for (const char* name : {"arc_share", "expected_share", "measured_share"}) {
    sums.SharesAddUp("/balance/nodes", nodes, name);
  }
  std::uint64_t requests = 0;
  for (const JsonView& node : nodes) requests += node["requests"].count();
  sums.Equal("the sum of /balance/nodes/*/requests", requests, "/totals/sent",
             sums.run["totals"]["sent"].count());
  const JsonView popularity = sums.run["popularity"];
  if (!popularity.is_there()) return;
  std::uint64_t ranked = 0;
  for (const JsonView& band : popularity["ranks"].items()) ranked += band["requests"].count();
  // Keys of a scan have no rank.
  const JsonView config = sums.run["config"];
  const double scanned = config["scan"].number() * config["mix"]["get"].number();
  const std::uint64_t sent = sums.run["totals"]["sent"].count();
  if (scanned == 0) {
    sums.Equal("the sum of /popularity/ranks/*/requests", ranked, "/totals/sent", sent);
  } else if (ranked > sent) {
    sums.Complain("the sum of /popularity/ranks/*/requests is " + std::to_string(ranked) +
                  ", more than /totals/sent " + std::to_string(sent));
  }
  sums.SharesAddUp("/popularity/ranks", popularity["ranks"].items(), "expected_share", 1 - scanned);
}

// The columns are of one length, every interval adds up, and all of them to the totals.
void CheckSeries(Sums& sums) {
  const JsonView series = sums.run["series"];
  if (!series.is_there()) return;
  const std::size_t size = series["at_s"].items().size();
  for (const std::string& name : series.names()) {
    if (name == "interval_s" || name == "levels" || name == "heat") continue;
    sums.Equal("the length of /series/" + name, series[name].items().size(), "of at_s", size);
  }
  for (const std::string& name : series["levels"].names()) {
    const JsonView column = series["levels"][name];
    sums.Equal("the length of /series/levels/" + name, column.items().size(), "of at_s", size);
    sums.Equal("the sum of /series/levels/" + name, SumOf(column), "/levels/" + name + "/keys",
               sums.run["levels"][name]["keys"].count());
  }
  const JsonView totals = sums.run["totals"];
  for (const char* name : {"scheduled", "sent", "ok", "not_found", "skipped"}) {
    sums.Equal("the sum of /series/" + std::string(name), SumOf(series[name]),
               "/totals/" + std::string(name), totals[name].count());
  }
  sums.Equal("the sum of /series/failed", SumOf(series["failed"]), "errors + timeouts",
             totals["errors"].count() + totals["timeouts"].count());
  const std::vector<JsonView> rows = series["heat"]["counts"].items();
  const std::vector<JsonView> sent = series["sent"].items();
  sums.Equal("the length of /series/heat/counts", rows.size(), "of at_s", size);
  if (rows.size() != sent.size()) return;
  const std::size_t bounds = series["heat"]["bounds_ns"].items().size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = "/series/heat/counts/" + std::to_string(i);
    sums.Equal("the sum of " + where, SumOf(rows[i]), "sent then", sent[i].count());
    if (bounds == 0) continue;  // nothing was answered
    sums.Equal("the bounds around " + where, bounds, "one more than it has",
               rows[i].items().size() + 1);
  }
}

void CheckNodeSeries(Sums& sums) {
  const JsonView series = sums.run["node_series"];
  for (const std::string& name : series.names()) {
    sums.Equal("the length of /node_series/" + name, series[name].items().size(), "of at_s",
               series["at_s"].items().size());
  }
}

// A histogram holds what its summary says: as many values, and their percentiles.
void CheckHistogram(Sums& sums, const std::string& where, const JsonView& hdr,
                    const JsonView& summary) {
  if (!hdr.is_there()) return;
  const auto decoded = DecodeHdr(hdr["hdr_v2"].text());
  if (!decoded) return;  // the schema has said so
  sums.Equal("the count of " + where, decoded->count(), "of its summary", summary["count"].count());
  constexpr std::pair<const char*, double> kPercentiles[] = {
      {"p50", 50}, {"p90", 90}, {"p99", 99}, {"p999", 99.9}, {"p9999", 99.99}};
  for (const auto& [name, percentile] : kPercentiles) {
    if (!summary[name].is_there()) continue;
    // A summary's percentile is in the same counter; and never above its maximum.
    const HdrLayout& layout = decoded->layout();
    const auto told = static_cast<std::int64_t>(std::min(summary[name].number(), 9e18));
    const auto held = decoded->ValueAtPercentile(percentile);
    if (told < 0 || layout.IndexOf(told) != layout.IndexOf(held)) {
      sums.Complain(where + ": its " + name + " is " + std::to_string(held) +
                    ", and its summary's " + std::to_string(told));
    }
  }
}

void CheckHistograms(Sums& sums) {
  const JsonView histograms = sums.run["histograms"];
  for (const char* name : {"response", "service", "send_lag"}) {
    CheckHistogram(sums, "/histograms/" + std::string(name), histograms[name],
                   sums.run["latency_ns"][name]);
  }
  for (const std::string& name : histograms["operations"].names()) {
    CheckHistogram(sums, "/histograms/operations/" + name, histograms["operations"][name],
                   sums.run["operations"][name]["service_ns"]);
  }
}

void CheckRing(Sums& sums, const std::string& where, const JsonView& ring) {
  const std::vector<JsonView> arcs = ring["arcs"].items();
  sums.Equal("the length of " + where + "/arcs", arcs.size(), "its nodes", ring["nodes"].count());
  sums.SharesAddUp(where + "/arcs", arcs, "share");
  sums.SharesAddUp(where + "/arcs", arcs, "ideal");
  sums.SharesAddUp(where + "/traffic/nodes", ring["traffic"]["nodes"].items(), "expected_share");
  double peak = 0;
  for (const JsonView& arc : arcs) {
    if (arc["ideal"].number() > 0)
      peak = std::max(peak, arc["share"].number() / arc["ideal"].number());
  }
  if (!arcs.empty() && std::abs(peak - ring["peak_to_mean"].number()) > 1e-6 * peak) {
    sums.Complain(where + "/peak_to_mean is " + Format("%.9g", ring["peak_to_mean"].number()) +
                  ", and its arcs' " + Format("%.9g", peak));
  }
}

void CheckSim(Sums& sums) {
  const std::vector<JsonView> rings = sums.run["rings"].items();
  for (std::size_t i = 0; i < rings.size(); ++i) {
    CheckRing(sums, "/rings/" + std::to_string(i), rings[i]);
  }
  const JsonView loopback = sums.run["loopback"];
  if (!loopback.is_there()) return;
  sums.Totals("/loopback/totals", loopback["totals"]);
  sums.SharesAddUp("/loopback/nodes", loopback["nodes"].items(), "measured_share");
  sums.SharesAddUp("/loopback/nodes", loopback["nodes"].items(), "expected_share");
}

// No metric comes twice, and none is of no operation.
void CheckBench(Sums& sums) {
  std::set<std::pair<std::string, std::string>> known;
  for (const JsonView& metric : sums.run["metrics"].items()) {
    const std::string name = metric["name"].text();
    const std::string measure = metric["measure"].text();
    if (!known.emplace(name, measure).second) {
      sums.Complain("/metrics: \"" + name + "\", " + measure + ", comes twice");
    }
    if (metric["ops"].count() == 0) sums.Complain("/metrics: \"" + name + "\" is of no operation");
  }
  for (const JsonView& timed : sums.run["timed"].items()) {
    const std::string name = timed["name"].text();
    if (!known.emplace(name, "").second) sums.Complain("/timed: \"" + name + "\" comes twice");
  }
}

}  // namespace

std::vector<std::string> SumsThatDiffer(const Json& result) {
  Sums sums(result);
  const std::string tool = sums.run["tool"].text();
  if (tool == "loadgen") {
    CheckCounts(sums);
    CheckBalance(sums);
    CheckSeries(sums);
    CheckNodeSeries(sums);
    CheckHistograms(sums);
  } else if (tool == "sim") {
    CheckSim(sums);
  } else if (tool == "bench") {
    CheckBench(sums);
  }
  return std::move(sums.complaints);
}

}  // namespace ringlab
