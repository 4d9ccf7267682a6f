#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/parse.h"
#include "results/format/result_text.h"
#include "results/text/curves_text.h"
#include "results/text/json_view.h"
#include "results/text/map_text.h"
#include "results/text/text_format.h"
#include "results/text/text_page.h"

namespace ringlab {

namespace {

constexpr std::size_t kNodeRows = 16;   // of more, the busiest
constexpr std::size_t kSweepRows = 60;  // of more, the first
constexpr std::size_t kReasonLines = 6;

std::string Ratio(const JsonView& figure) {
  return figure.is_there() ? Format("%.3f", figure.number()) : "-";
}
std::string ShareCell(const JsonView& share) {
  return share.is_there() ? Percent(share.number()) : "-";
}

// "1.100-1.210" of "peak_low" and "peak_high".
std::string Band(const JsonView& theory, const std::string& name) {
  const JsonView low = theory[name + "_low"];
  const JsonView high = theory[name + "_high"];
  return low.is_there() && high.is_there() ? Format("%.3f to %.3f", low.number(), high.number())
                                           : "";
}

void PrintVerdict(const JsonView& run, Page& page) {
  page.Paragraph("verdict",
                 run["verdict"].text() + (run["interrupted"].is_true() ? " (interrupted)" : ""));
  for (const JsonView& reason : run["reasons"].items()) {
    page.Paragraph("          -", reason.text(), kReasonLines);
  }
  for (const JsonView& t : run["thresholds"].items()) {
    page.Paragraph("",
                   std::string(t["passed"].is_true() ? "holds" : "does not hold") + ", " +
                       t["ring"].text() + ": " + t["threshold"].text() +
                       (t["measured"].is_there() ? Format(" (%.6g)", t["measured"].number()) : ""));
  }
  for (const JsonView& ring : run["left_out"].items()) {
    page.Paragraph("left out", ring["ring"].text() + ": " + ring["reason"].text());
  }
}

void PrintNodes(const JsonView& ring, Page& page) {
  std::vector<JsonView> arcs = ring["arcs"].items();
  const std::vector<JsonView> traffic = ring["traffic"]["nodes"].items();
  std::vector<std::size_t> order(arcs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (order.size() > kNodeRows) {
    std::ranges::stable_sort(order, std::greater(),
                             [&](std::size_t i) { return arcs[i]["share"].number(); });
  }
  page.Row("node", {"ring", "ideal", "traffic"});
  for (std::size_t i = 0; i < std::min(order.size(), kNodeRows); ++i) {
    const std::size_t at = order[i];
    page.Row(arcs[at]["node"].text(),
             {ShareCell(arcs[at]["share"]), ShareCell(arcs[at]["ideal"]),
              at < traffic.size() ? ShareCell(traffic[at]["expected_share"]) : "-"});
  }
  if (order.size() > kNodeRows) {
    page.Paragraph("…", Count(order.size() - kNodeRows) + " more, that have less of the ring");
  }
}

void PrintRing(const JsonView& ring, Page& page) {
  const JsonView points = ring["points"];
  page.Line();
  page.Paragraph(
      "ring",
      ring["ring"].text() + ", " + Plural(ring["nodes"].count(), "node") +
          (ring["replicas"].is_there() ? ", " + Count(ring["replicas"].count()) + " points a node"
                                       : "") +
          (points.is_there() ? ": " + Count(points.count()) + " points, " +
                                   Plural(ring["collisions"].count(), "collision")
                             : ""));
  for (const JsonView& text : ring["verdict"]["text"].items()) {
    page.Paragraph("", text.text(), kReasonLines);
  }
  if (const std::string advice = ring["verdict"]["advice"].text(); !advice.empty()) {
    page.Paragraph("advice", advice, kReasonLines);
  }
  const JsonView theory = ring["theory"];
  page.Row("", {"peak", "least", "CV", "Gini", "Jain"});
  page.Row("measured", {Ratio(ring["peak_to_mean"]), Ratio(ring["min_to_mean"]), Ratio(ring["cv"]),
                        Ratio(ring["gini"]), Ratio(ring["jain"])});
  page.Row("theory", {Ratio(theory["expected_peak"]), Ratio(theory["expected_min"]),
                      Ratio(theory["expected_cv"]), Ratio(theory["expected_gini"]), ""});
  if (const std::string band = Band(theory, "cv"); !band.empty()) {
    page.Paragraph("", "of 95 % of random rings: CV " + band + ", peak " + Band(theory, "peak") +
                           ", least " + Band(theory, "min"));
  }
  const JsonView traffic = ring["traffic"];
  page.Paragraph("traffic", Format("Zipf %.4g: ", traffic["zipf_s"].number()) + "peak " +
                                Ratio(traffic["peak_to_mean"]) + ", expected " +
                                Ratio(traffic["expected_peak"]) + "; CV " + Ratio(traffic["cv"]) +
                                " of ring " + Ratio(traffic["cv_ring"]) + " and popularity " +
                                Ratio(traffic["cv_popularity"]) + "; hottest key " +
                                ShareCell(traffic["hottest_key_share"]));
  for (const std::string& step : ring["resize"].names()) {
    const JsonView resize = ring["resize"][step];
    page.Paragraph(step + " one", resize["refused"].is_there()
                                      ? resize["refused"].text()
                                      : ShareCell(resize["moved"]) + " of the keys move (ideal " +
                                            ShareCell(resize["ideal"]) + "), " +
                                            ShareCell(resize["spurious"]) + " needlessly");
  }
  PrintNodes(ring, page);
}

void PrintSweep(const std::vector<JsonView>& rows, Page& page) {
  if (rows.empty()) return;
  page.Line();
  page.Row("ring", {"nodes", "points", "zipf", "peak", "theory", "CV", "theory", "load"});
  for (std::size_t i = 0; i < std::min(rows.size(), kSweepRows); ++i) {
    const JsonView row = rows[i];
    page.Row(row["ring"].text(),
             {Count(row["nodes"].count()), Count(row["replicas"].count()),
              Format("%.4g", row["zipf_s"].number()), Ratio(row["peak_to_mean"]["mean"]),
              Ratio(row["theory"]["expected_peak"]), Ratio(row["cv"]["mean"]),
              Ratio(row["theory"]["expected_cv"]), Ratio(row["load_peak"]["mean"])});
  }
  if (rows.size() > kSweepRows) {
    page.Paragraph("…", Count(rows.size() - kSweepRows) + " more; the JSON has them all");
  }
}

void PrintLoopback(const JsonView& loopback, Page& page) {
  if (!loopback.is_there()) return;
  const JsonView t = loopback["totals"];
  const JsonView service = loopback["latency_ns"]["service"];
  page.Line();
  page.Paragraph("loopback", Count(t["sent"].count()) + " sent = " + Count(t["ok"].count()) +
                                 " ok + " + Count(t["not_found"].count()) + " not found + " +
                                 Count(t["errors"].count()) + " errors + " +
                                 Count(t["timeouts"].count()) + " timeouts; " +
                                 Count(t["skipped"].count()) + " skipped; " +
                                 Count(t["wrong_values"].count()) + " wrong values");
  page.Paragraph(
      "", (loopback["hit_ratio"].is_there() ? Percent(loopback["hit_ratio"].number()) + " hits; "
                                            : "") +
              Count(loopback["source_loads"].count()) + " source loads; service p50 " +
              Time(service["p50"].number()) + ", p99 " + Time(service["p99"].number()));
  if (const JsonView chi = loopback["chi_square"]; chi.is_there()) {
    page.Paragraph("", Format("chi-square %.4g over ", chi["statistic"].number()) +
                           Plural(chi["cells"].count(), "node") +
                           Format(", p %.3g", chi["p"].number()));
  }
  for (const JsonView& event : loopback["churn"].items()) {
    page.Paragraph("churn", event["step"].text() + ": " + ShareCell(event["moved"]) +
                                " moved (ideal " + ShareCell(event["moved_ideal"]) + ")");
  }
  const std::vector<JsonView> nodes = loopback["nodes"].items();
  if (nodes.empty()) return;
  page.Row("node", {"expected", "measured", "requests"});
  for (std::size_t i = 0; i < std::min(nodes.size(), kNodeRows); ++i) {
    page.Row(nodes[i]["name"].text(),
             {ShareCell(nodes[i]["expected_share"]), ShareCell(nodes[i]["measured_share"]),
              Count(nodes[i]["requests"].count())});
  }
  if (nodes.size() > kNodeRows) page.Paragraph("…", Count(nodes.size() - kNodeRows) + " more");
}

}  // namespace

std::string TextOfSim(const nlohmann::ordered_json& result) {
  const JsonView run(result);
  Page page;
  PrintVerdict(run, page);
  for (const JsonView& ring : run["rings"].items()) PrintRing(ring, page);
  PrintSweep(run["sweep"].items(), page);
  PrintLoopback(run["loopback"], page);
  if (run["mrc"].is_there()) page.Line();
  PrintCurves(run, page);
  if (run["map"].is_there()) page.Line();
  PrintMap(run, page);
  return std::move(page).text();
}

}  // namespace ringlab
