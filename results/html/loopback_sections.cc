#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/table.h"
#include "results/html/sim_sections.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

std::string EventRow(const Json& event, const char* window, const char* path, Unit unit) {
  return Cell(unit, NumberAt(event, std::string(window) + '/' + path));
}

// Shares before and after one step, of the nodes that had or have one.
std::string SharesTable(const Json& event) {
  Table table("Shares of the requests before and after.", {{"node", false, "name"},
                                                           {"shares", false, "half"},
                                                           {"expected before"},
                                                           {"measured before"},
                                                           {"expected after"},
                                                           {"measured after"}});
  constexpr std::size_t kRowsMax = 40;
  double most = 0;
  for (const Json& node : ListAt(event, "nodes")) {
    for (const char* share : {"old_expected_share", "new_expected_share", "new_measured_share"}) {
      most = std::max(most, NumberAt(node, share).value_or(0));
    }
  }
  for (const Json& node : ListAt(event, "nodes")) {
    if (table.rows() == kRowsMax) break;
    const auto old_expected = NumberAt(node, "old_expected_share");
    const auto expected = NumberAt(node, "new_expected_share");
    const auto measured = NumberAt(node, "new_measured_share");
    Strip strip(Scale(Scale::Kind::kLinear, 0, most * 1.02));
    if (old_expected) strip.Bar(*old_expected, "plain");
    if (expected) strip.Mark(*expected, "ink");
    if (measured) strip.Dot(*measured, "c2");
    const std::string name = TextAt(node, "name");
    table.Row({Name(name),
               strip.Markup(name + ": expected before " + Cell(Unit::kShare, old_expected) +
                            ", after " + Cell(Unit::kShare, expected) + ", measured after " +
                            Cell(Unit::kShare, measured)),
               Cell(Unit::kShare, old_expected),
               Cell(Unit::kShare, NumberAt(node, "old_measured_share")),
               Cell(Unit::kShare, expected), Cell(Unit::kShare, measured)});
  }
  return table.rows() == 0 ? "" : table.Markup();
}

}  // namespace

Section LoopbackSection(const Json& result) {
  const Json& loopback = At(result, "loopback");
  if (!loopback.is_object()) return {};
  const auto p = NumberAt(loopback, "chi_square/p");
  const std::vector<Tile> tiles =
      TilesOf(loopback, {
                            {"totals/sent", Unit::kCount, "requests sent to real nodes"},
                            {"totals/achieved_qps", Unit::kRate, "requests"},
                            {"hit_ratio", Unit::kShare, "hit ratio"},
                            {"forwarded_fraction", Unit::kShare, "forwarded one hop"},
                            {"source_loads", Unit::kCount, "loads from the source"},
                            {"joined", Unit::kCount, "joined another's load"},
                            {"totals/failovers", Unit::kCount, "tried on another node"},
                            {"resident_bytes", Unit::kBytes, "memory of the whole process"},
                        });
  std::string body =
      Paragraph(
          "As many whole nodes in one process, each with its server, and Zipf traffic "
          "through them; each node counts what it served as owner.",
          "soft") +
      Tiles(tiles);
  if (p) {
    body += Paragraph("The nodes " +
                      std::string(*p > 1e-6 ? "serve what the ring predicts, within chance"
                                            : "do not serve what the ring predicts") +
                      Format(" (chi-square p %.3g over ", *p) +
                      Cell(Unit::kCount, NumberAt(loopback, "chi_square/cells")) +
                      " cells): see the dots among the ring's nodes.");
  }
  for (const Json& problem : ListAt(loopback, "problems")) {
    if (problem.is_string()) body += Paragraph(problem.get<std::string>());
  }
  body += LatencyTable("Times of requests; those that failed have a row of their own.",
                       {{"response", &At(loopback, "latency_ns/response")},
                        {"service", &At(loopback, "latency_ns/service")},
                        {"failed", &At(loopback, "latency_failed_ns")}},
                       PercentilesOf(result));
  return {"loopback", "Measured on real nodes", body};
}

Section ChurnSection(const Json& result) {
  Table table(
      "Each step: what moved (ideal: the share that this node should have by its weight), "
      "and what callers and the source felt while it lasted.",
      {{"step", false, "name"},
       {"nodes"},
       {"keys moved"},
       {"ideal"},
       {"told after"},
       {"fits the new ring after"},
       {"source loads before"},
       {"during"},
       {"errors during"},
       {"failovers during"}});
  std::string shares;
  for (const Json& event : ListAt(result, "loopback/churn")) {
    const auto began = NumberAt(event, "began_s");
    const auto told = NumberAt(event, "told_s");
    const auto fits = NumberAt(event, "fits_after_s");
    table.Row({Name(TextAt(event, "step")),
               Cell(Unit::kCount, NumberAt(event, "nodes_before")) + " → " +
                   Cell(Unit::kCount, NumberAt(event, "nodes_after")),
               Cell(Unit::kShare, NumberAt(event, "moved")),
               Cell(Unit::kShare, NumberAt(event, "moved_ideal")),
               began && told ? Escape(Shown(Unit::kNanos, 1e9 * (*told - *began))) : "–",
               fits ? Escape(Shown(Unit::kNanos, 1e9 * *fits)) : "–",
               EventRow(event, "before", "source_loads", Unit::kCount),
               EventRow(event, "during", "source_loads", Unit::kCount),
               EventRow(event, "during", "errors", Unit::kCount),
               EventRow(event, "during", "failovers", Unit::kCount)});
    shares += Heading("Shares around: " + TextAt(event, "step")) + SharesTable(event);
  }
  if (table.rows() == 0) return {};
  using Shape = StripKey::Shape;
  return {"churn", "While nodes came and went",
          table.Markup() +
              Paragraph("Bar: expected before the step; mark: expected after it; dot: measured "
                        "after it. A dot on its mark: the cluster follows its new ring.",
                        "soft") +
              StripLegend({{Shape::kBar, "plain", "expected before"},
                           {Shape::kMark, "ink", "expected after"},
                           {Shape::kDot, "c2", "measured after"}}) +
              shares};
}

}  // namespace ringlab::html
