#include "sim/report_loopback.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "loadgen/text_format.h"
#include "loadgen/text_page.h"

namespace ringlab {

namespace {

constexpr std::size_t kNodeRows = 12;
constexpr std::size_t kNodeRowsOfMany = 3;  // of those furthest off to either side
constexpr std::size_t kName = 24;

std::string Cells(const std::string& name, const std::vector<std::string>& cells) {
  constexpr std::size_t kCell = 13;
  std::string line = text_page::Fit(name, kName, false);
  for (const std::string& cell : cells) line += text_page::Fit(cell, kCell, true);
  return line;
}

std::string Share(const std::optional<double>& share) { return share ? Percent(*share) : "-"; }

void PrintRun(const std::string& ring, const LoopbackResult& r, Page& page) {
  const ClientTotals& t = r.client.totals;
  page.Paragraph("loopback", Plural(r.nodes_at_start, "node") +
                                 " over gRPC in this process, ring " + ring + ": " + Count(t.sent) +
                                 " requests in " + Format("%.1f s, ", Seconds(r.client.elapsed)) +
                                 Rate(r.achieved_qps) + " a second, " +
                                 Format("%.2f cores, ", r.cpu_cores) +
                                 FormatBytes(r.resident_bytes) +
                                 (r.interrupted ? "; interrupted: as measured until then" : ""));
  page.Paragraph("", Count(t.sent) + " sent = " + Count(t.ok) + " ok + " + Count(t.not_found) +
                         " not found + " + Count(t.errors) + " errors + " + Count(t.timeouts) +
                         " timeouts; " + Count(t.skipped) + " skipped; " + Count(t.wrong_values) +
                         " wrong values; " + Count(t.failed_over) + " tried on another node");
  page.Paragraph("", "all nodes serving after " + FormatDuration(r.start_took) +
                         (r.stop_took ? ", stopped within " + FormatDuration(*r.stop_took) : "") +
                         "; " + Count(r.files_open) + " files open");
}

void PrintNodes(const LoopbackResult& r, Page& page) {
  if (r.nodes.empty()) return;
  page.Line(Cells("node", {"predicted", "measured", "difference", "requests"}));
  std::vector<const LoopbackNode*> nodes;
  for (const LoopbackNode& node : r.nodes) nodes.push_back(&node);
  const auto off = [](const LoopbackNode& n) { return n.measured_share - n.expected_share; };
  const bool many = nodes.size() > kNodeRows;
  if (many) {
    std::stable_sort(nodes.begin(), nodes.end(), [&](const LoopbackNode* a, const LoopbackNode* b) {
      return off(*a) > off(*b);
    });
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (many && i == kNodeRowsOfMany) {
      const std::size_t hidden = nodes.size() - 2 * kNodeRowsOfMany;
      page.Line("… " + Count(hidden) + " more between those furthest above and below");
      i += hidden;
    }
    const LoopbackNode& n = *nodes[i];
    page.Line(Cells(n.name, {Percent(n.expected_share), Percent(n.measured_share),
                             Format("%+.2f %%", 100 * off(n)), ShortCount(n.requests)}));
  }
  page.Paragraph("",
                 "predicted: by the ring and the popularity of its keys; measured: requests "
                 "that the nodes themselves counted as theirs");
}

void PrintFit(const LoopbackResult& r, Page& page) {
  if (r.chi_square && r.chi_square_p) {
    constexpr double kOdd = 0.001;
    page.Paragraph(
        "fit",
        Format("chi-square %.1f over %llu cells, p %.3g: ", *r.chi_square,
               static_cast<unsigned long long>(r.chi_square_cells), *r.chi_square_p) +
            (*r.chi_square_p >= kOdd ? "the nodes serve what the ring predicts, within chance"
                                     : "further off than chance explains"));
  }
  page.Paragraph(
      "cache",
      (r.hit_ratio ? Percent(*r.hit_ratio) + " hits, " : std::string()) + Count(r.source_loads) +
          " source loads, " + Count(r.joined) + " joined another's load" +
          (r.forwarded_fraction ? ", " + Percent(*r.forwarded_fraction) + " forwarded one hop"
                                : ""));
}

std::string WindowText(const ChurnWindow& w) {
  return Count(w.requests) + " requests, " + Count(w.source_loads) + " source loads (" +
         Count(w.fallbacks) + " in an owner's place), " + Count(w.errors) + " errors, " +
         Count(w.failovers) + " failovers";
}

void PrintEvent(const ChurnEvent& e, Page& page) {
  page.Paragraph("churn", ToText(e.step) +
                              Format(": %zu nodes to %zu; ", e.nodes_before, e.nodes_after) +
                              Format("%.2f %% of the keys move (ideal %.2f %%), %.2f %% needlessly",
                                     100 * e.moved, 100 * e.moved_ideal, 100 * e.spurious));
  page.Paragraph("", "the " + FormatDuration(e.before.length) + " before: " + WindowText(e.before));
  page.Paragraph("", "the " + FormatDuration(e.during.length) + " after: " + WindowText(e.during));
  page.Paragraph("", e.fits_after
                         ? "the shares fit the new ring " + FormatDuration(*e.fits_after) + " after"
                         : std::string("the shares did not come to fit the new ring in time"));
  page.Line(Cells("", {"old ring", "measured", "new ring", "measured"}));
  for (std::size_t i = 0; i < e.shares.size(); ++i) {
    if (i == kNodeRows) {
      page.Line("… " + Count(e.shares.size() - i) + " more; --json has them all");
      break;
    }
    const ChurnShare& s = e.shares[i];
    page.Line(Cells(s.node, {Share(s.old_expected), Share(s.old_measured), Share(s.new_expected),
                             Share(s.new_measured)}));
  }
}

}  // namespace

std::string ToText(const std::string& ring, const LoopbackResult& result) {
  Page page;
  PrintRun(ring, result, page);
  page.Line();
  PrintNodes(result, page);
  PrintFit(result, page);
  for (const ChurnEvent& event : result.churn.events) {
    page.Line();
    PrintEvent(event, page);
  }
  for (const std::string& step : result.churn.not_played) {
    page.Paragraph("not played", step + ": the requests were over before");
  }
  return std::move(page).text();
}

}  // namespace ringlab
