#include "results/format/sums.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/histogram.h"
#include "results/format/schema.h"
#include "results/hdr/v2.h"
#include "results/text/json_view.h"
#include "results/text/percentiles.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

std::uint64_t SumOf(const JsonView& column) {
  std::uint64_t sum = 0;
  for (const JsonView& each : column.items()) sum += each.count();
  return sum;
}

// Early versions had the latencies of failures among the others.
bool HasLatenciesOfAnswers(const JsonView& run) { return run["latency_failed_ns"].is_there(); }

// By owner, and by the node that was asked: either way each request once.
void CheckRequestsOfNodes(Sums& sums) {
  const JsonView& run = sums.run;
  if (!HasLatenciesOfAnswers(run)) return;
  std::uint64_t failed = 0;
  std::uint64_t asked = 0;
  std::uint64_t asked_failed = 0;
  for (const JsonView& node : run["balance"]["nodes"].items()) {
    failed += node["failed"].count();
    asked += node["asked"]["requests"].count();
    asked_failed += node["asked"]["failed"].count();
  }
  const JsonView totals = run["totals"];
  const std::uint64_t told = totals["errors"].count() + totals["timeouts"].count();
  sums.Equal("the sum of /balance/nodes/*/failed", failed, "errors + timeouts", told);
  sums.Equal("the sum of /balance/nodes/*/asked/requests", asked, "/totals/sent",
             totals["sent"].count());
  sums.Equal("the sum of /balance/nodes/*/asked/failed", asked_failed, "errors + timeouts", told);
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
  std::uint64_t generated = 0;
  for (const JsonView& of : run["generators"].items()) generated += of["sent"].count();
  const std::uint64_t sent = run["totals"]["sent"].count();
  if (run["generators"].is_there()) {
    sums.Equal("the sum of /generators/*/sent", generated, "/totals/sent", sent);
  }
  const std::uint64_t told = run["totals"]["errors"].count() + run["totals"]["timeouts"].count();
  const bool of_answers = HasLatenciesOfAnswers(run);
  for (const char* name : {"response", "service"}) {
    const JsonView latency = run["latency_ns"][name];
    const std::string where = "/latency_ns/" + std::string(name);
    sums.Equal(where + "/count", latency["count"].count(),
               of_answers ? "ok + not_found" : "/totals/sent", sent - (of_answers ? told : 0));
    if (of_answers) {
      sums.Equal(where + "/failed", latency["failed"].count(), "errors + timeouts", told);
    }
  }
  sums.Equal("/latency_ns/send_lag/count", run["latency_ns"]["send_lag"]["count"].count(),
             "/totals/sent", sent);
  if (of_answers) {
    sums.Equal("/latency_failed_ns/count", run["latency_failed_ns"]["count"].count(),
               "errors + timeouts", told);
  }
  std::uint64_t requests = 0;
  for (const std::string& name : run["operations"].names()) {
    const JsonView operation = run["operations"][name];
    requests += operation["requests"].count();
    sums.Equal("/operations/" + name + "/service_ns/count",
               operation["service_ns"]["count"].count(),
               of_answers ? "its requests without the failed ones" : "its requests",
               operation["requests"].count() - (of_answers ? operation["failed"].count() : 0));
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
  if (answered > 0 && std::abs(share - 1) > Sums::kShareTolerance) {
    sums.Complain("/levels/*/share add up to " + Format("%.9g", share) + ", not to 1");
  }
}

// Of a profile: the phases' requests are the run's.
void CheckPhases(Sums& sums) {
  const JsonView phases = sums.run["phases"];
  if (!phases.is_there()) return;
  const std::vector<JsonView> rows = phases.items();
  for (const char* name : {"scheduled", "sent", "ok", "not_found", "errors", "timeouts"}) {
    std::uint64_t sum = 0;
    for (const JsonView& phase : rows) sum += phase["totals"][name].count();
    sums.Equal("the sum of /phases/*/totals/" + std::string(name), sum,
               "/totals/" + std::string(name), sums.run["totals"][name].count());
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = "/phases/" + std::to_string(i);
    const JsonView totals = rows[i]["totals"];
    sums.Totals(where + "/totals", totals);
    sums.Equal(where + "/latency_ns/response/count",
               rows[i]["latency_ns"]["response"]["count"].count(), "its ok + not_found",
               totals["ok"].count() + totals["not_found"].count());
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
  CheckRequestsOfNodes(sums);
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
  const bool of_answers = HasLatenciesOfAnswers(sums.run);
  const std::vector<JsonView> sent = series["sent"].items();
  const std::vector<JsonView> failed = series["failed"].items();
  sums.Equal("the length of /series/heat/counts", rows.size(), "of at_s", size);
  if (rows.size() != sent.size() || failed.size() != sent.size()) return;
  const std::size_t bounds = series["heat"]["bounds_ns"].items().size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = "/series/heat/counts/" + std::to_string(i);
    sums.Equal("the sum of " + where, SumOf(rows[i]), of_answers ? "answered then" : "sent then",
               sent[i].count() - (of_answers ? failed[i].count() : 0));
    if (bounds == 0) continue;  // nothing was answered
    sums.Equal("the bounds around " + where, bounds, "one more than it has",
               rows[i].items().size() + 1);
  }
}

void CheckNodeSeries(Sums& sums) {
  const JsonView series = sums.run["node_series"];
  const std::size_t readings = series["at_s"].items().size();
  const auto check = [&](const JsonView& columns, const std::string& where) {
    for (const std::string& name : columns.names()) {
      if (name == "nodes" || name == "name") continue;
      sums.Equal("the length of " + where + name, columns[name].items().size(), "of at_s",
                 readings);
    }
  };
  check(series, "/node_series/");
  const std::vector<JsonView> nodes = series["nodes"].items();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    check(nodes[i], "/node_series/nodes/" + std::to_string(i) + "/");
  }
}

// A histogram holds what its summary says: as many values, and their percentiles.
void CheckHistogram(Sums& sums, const std::string& where, const JsonView& hdr,
                    const JsonView& summary) {
  if (!hdr.is_there()) return;
  const auto decoded = DecodeHdr(hdr["hdr_v2"].text());
  if (!decoded) return;  // the schema has said so
  sums.Equal("the count of " + where, decoded->count(), "of its summary", summary["count"].count());
  for (const std::string& name : summary.names()) {
    const auto percentile = PercentileOfKey(name);
    if (!percentile) continue;
    // A summary's percentile is in the same counter; and never above its maximum.
    const HdrLayout& layout = decoded->layout();
    const auto told = static_cast<std::int64_t>(std::min(summary[name].number(), 9e18));
    const auto held = decoded->ValueAtPercentile(*percentile);
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
  CheckHistogram(sums, "/histograms/failed", histograms["failed"], sums.run["latency_failed_ns"]);
  for (const std::string& name : histograms["operations"].names()) {
    CheckHistogram(sums, "/histograms/operations/" + name, histograms["operations"][name],
                   sums.run["operations"][name]["service_ns"]);
  }
}

}  // namespace

std::vector<std::string> SumsThatDiffer(const Json& result) {
  Sums sums(result);
  const std::string tool = sums.run["tool"].text();
  if (tool == "loadgen") {
    CheckCounts(sums);
    CheckPhases(sums);
    CheckBalance(sums);
    CheckSeries(sums);
    CheckNodeSeries(sums);
    CheckHistograms(sums);
  } else if (tool == "sim") {
    CheckSumsOfSim(sums);
  } else if (tool == "bench") {
    CheckSumsOfBench(sums);
  }
  return std::move(sums.complaints);
}

}  // namespace ringlab
