#include "sim/loopback/report.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "results/text/text_format.h"
#include "results/text/text_page.h"
#include "sim/report/node_rows.h"

namespace ringlab {

namespace {

std::string Cells(const std::string& name, const std::vector<std::string>& cells) {
  constexpr std::size_t kCell = 13;
  std::string line = text_page::Fit(name, kNodeName, false);
  for (const std::string& cell : cells) line += text_page::Fit(cell, kCell, true);
  return line;
}

std::string Share(const std::optional<double>& share) { return share ? Percent(*share) : "-"; }

void PrintRun(const std::string& ring, const LoopbackResult& r, Page& page) {
  const ClientTotals& t = r.client.totals;
  const bool is_virtual = r.in_virtual_time.has_value();
  const std::string where =
      is_virtual ? " in virtual time, ring " : " over gRPC in this process, ring ";
  const std::string cost = is_virtual ? Rate(RequestsPerCore(r)) + " a second of a core, "
                                      : Format("%.2f cores, ", r.cpu_cores);
  page.Paragraph(is_virtual ? "virtual" : "loopback",
                 Plural(r.nodes_at_start, "node") + where + ring + ": " + Count(t.sent) +
                     " requests in " + Format("%.1f s, ", Seconds(r.client.elapsed)) +
                     Rate(r.achieved_qps) + " a second, " + cost + FormatBytes(r.resident_bytes) +
                     (r.interrupted ? "; interrupted: as measured until then" : ""));
  page.Paragraph(
      "", Count(t.sent) + " sent = " + Count(t.ok) + " ok + " + Count(t.not_found) +
              " not found + " + Count(t.errors) + " errors + " + Count(t.timeouts) + " timeouts; " +
              Count(t.skipped) + " skipped; " + Count(t.wrong_values) + " wrong values; " +
              Count(t.failed_over) + " tried on another node" +
              (t.writes > 0 ? "; " + Count(t.writes) + " of them set or removed" : std::string()));
  if (is_virtual) {
    page.Paragraph("",
                   Count(r.in_virtual_time->events) + " events, hash " +
                       Format("%016llx", static_cast<unsigned long long>(r.in_virtual_time->hash)));
    return;
  }
  page.Paragraph("", "all nodes serving after " + FormatDuration(r.start_took) +
                         (r.stop_took ? ", stopped within " + FormatDuration(*r.stop_took) : "") +
                         "; " + Count(r.files_open) + " files open");
}

void PrintNodes(const LoopbackResult& r, Page& page) {
  if (r.nodes.empty()) return;
  page.Line(Cells("node", {"predicted", "measured", "difference", "requests"}));
  const auto off = [&](std::size_t i) {
    return r.nodes[i].measured_share - r.nodes[i].expected_share;
  };
  std::vector<std::size_t> order(r.nodes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() > kNodeRows) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return off(a) > off(b); });
  }
  PrintNodeRows(order, "those furthest above and below", page, [&](std::size_t i) {
    const LoopbackNode& n = r.nodes[i];
    page.Line(Cells(n.name, {Percent(n.expected_share), Percent(n.measured_share),
                             Format("%+.2f %%", 100 * off(i)), ShortCount(n.requests)}));
  });
  page.Paragraph("", std::string("predicted: by the ring and ") +
                         (r.of_trace ? "the gets that the trace has for each key"
                                     : "the popularity of its keys") +
                         "; measured: requests that the nodes themselves counted as theirs");
}

std::string AnsweredText(const LoopbackResult& r) {
  const ClientTotals& t = r.client.totals;
  return "only " + Count(t.ok + t.not_found) + " of " + Plural(t.scheduled, "request") +
         " were answered";
}

void PrintFit(const LoopbackResult& r, Page& page) {
  if (r.chi_square && r.chi_square_p) {
    constexpr double kOdd = 0.001;
    page.Paragraph(
        "fit", Format("chi-square %.1f over %llu cells, p %.3g: ", *r.chi_square,
                      static_cast<unsigned long long>(r.chi_square_cells), *r.chi_square_p) +
                   (*r.chi_square_p < kOdd ? "further off than chance explains"
                    : TooManyFailed(r)     ? "as the ring predicts, but " + AnsweredText(r)
                                       : "the nodes serve what the ring predicts, within chance"));
  }
  if (r.as_trace) {
    page.Paragraph("fit", *r.as_trace ? "each node owned exactly the gets that the trace has for "
                                        "its keys"
                                      : "the nodes did not own the gets that the trace has for "
                                        "their keys");
  }
  page.Paragraph(
      "cache",
      (r.hit_ratio ? Percent(*r.hit_ratio) + " hits, " : std::string()) + Count(r.source_loads) +
          " source loads, " + Count(r.joined) + " joined another's load" +
          (r.forwarded_fraction ? ", " + Percent(*r.forwarded_fraction) + " forwarded one hop"
                                : ""));
}

std::string WindowText(const ChurnWindow& w) {
  return Plural(w.requests, "request") + ", " + Plural(w.source_loads, "source load") + " (" +
         Count(w.fallbacks) + " in an owner's place), " + Plural(w.errors, "error") + ", " +
         Plural(w.failovers, "failover");
}

// No finer than the counts are read.
std::string FitText(const ChurnEvent& e, bool cut_short) {
  if (!e.fits_after) {
    return cut_short ? "interrupted before the shares could fit the new ring"
                     : "the shares did not come to fit the new ring in time";
  }
  if (*e.fits_after < Churn::kLookEvery) return "the shares fit the new ring at once";
  return Format("the shares fit the new ring %.1f s after the change", Seconds(*e.fits_after));
}

void PrintEvent(const ChurnEvent& e, bool cut_short, Page& page) {
  page.Paragraph("churn",
                 ToText(e.step) + ": " + Plural(e.nodes_before, "node") + " to " +
                     Count(e.nodes_after) +
                     Format("; %.2f %% of the keys move (ideal %.2f %%), %.2f %% needlessly",
                            100 * e.moved, 100 * e.moved_ideal, 100 * e.spurious));
  if (e.before.length > Duration::zero()) {
    page.Paragraph("",
                   Format("the %.1f s before: ", Seconds(e.before.length)) + WindowText(e.before));
  }
  page.Paragraph("", Format("the %.1f s after: ", Seconds(e.during.length)) + WindowText(e.during));
  page.Paragraph("", FitText(e, cut_short));
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
  const std::vector<ChurnEvent>& events = result.churn.events;
  for (const ChurnEvent& event : events) {
    page.Line();
    PrintEvent(event, result.interrupted && &event == &events.back(), page);
  }
  if (!events.empty()) {
    page.Paragraph(
        "",
        Format("fit: for %.1f s requests by owner are as the new ring expects (chi-square p above "
               "%.2f) and no node loads in an owner's place, which it does when it cannot reach "
               "the owner; -: fewer than %d requests to measure by",
               Seconds(Churn::kWindow), Churn::kFitsAbove, static_cast<int>(Churn::kRequestsMin)));
  }
  for (const std::string& step : result.churn.not_played) {
    page.Paragraph("not played", step + (result.interrupted ? ": the run was interrupted before"
                                                            : ": the requests were over before"));
  }
  return std::move(page).text();
}

}  // namespace ringlab
