// The report of one ring, as text.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "results/text/text_format.h"
#include "results/text/text_page.h"
#include "sim/report/node_rows.h"
#include "sim/report/report.h"

namespace ringlab {

namespace {

constexpr std::size_t kOwned = 25;  // "of 2^64" in digits

std::string Figure(double value) { return Format("%.4f", value); }

std::string Figure(const std::optional<double>& value) { return value ? Figure(*value) : "-"; }

std::string Digits(Units units) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(units % 10)));
    units /= 10;
  } while (units > 0);
  return digits;
}

void PrintRing(const RingReport& r, Page& page) {
  std::string text = r.ring.dialect;
  if (r.points) text += ", " + Plural(r.ring.replicas, "replica");
  text += ": " + Plural(r.nodes, "node");
  if (r.points) text += ", " + Plural(*r.points, "point");
  if (r.collisions) text += ", " + Plural(*r.collisions, "collision");
  text += r.order_independent ? ", the same in any order" : "; IT DEPENDS ON THE ORDER OF NODES";
  page.Paragraph("ring", text);
  text = FormatBytes(r.bytes);
  if (r.timing) {
    text += ", built in " + FormatDuration(r.timing->build) +
            Format("; a lookup takes %.0f ns for a few hot keys, %.0f ns for any",
                   r.timing->lookup_hot_ns, r.timing->lookup_cold_ns);
  }
  page.Paragraph("", text);
}

std::string BandEnd(const std::optional<Band>& band, double Band::* end) {
  return band ? Figure((*band).*end) : "-";
}

std::string Percentile(const std::optional<Standing>& standing) {
  return standing ? Format("%.1f", standing->percentile) : "-";
}

// What the figures are, and what those "by chance" beneath them are.
std::string SkewLegend(const RingReport& r) {
  const std::string_view model = r.expected.model;
  std::string figures = r.skew.sampled_keys
                            ? "estimated from " + Count(*r.skew.sampled_keys) + " sampled keys"
                            : "exact";
  if (model == "table") return figures + "; by design: a table that nodes fill in turns";
  if (!r.expected.cv_band) return figures;
  const bool keys = model == "random keys";
  const std::string rings = keys                     ? "such samples"
                            : model == "multi-probe" ? "multi-probe rings of random points"
                                                     : "random rings";
  const std::string chance = keys ? "what sampling alone makes of an even ring"
                             : model == "multi-probe"
                                 ? "what random points and as many probes give, sampled alike"
                                 : "what a random hash gives";
  return figures + "; by chance: " + chance + ", on average and in 95 %" +
         (keys ? " of samples" : " of rings") + "; percentile: of " + rings + " that have less";
}

void PrintSkew(const RingReport& r, Page& page) {
  const BalanceStats& b = r.skew.balance;
  const Expectation& e = r.expected;
  page.Row("share/ideal", {"peak", "min", "CV", "Gini", "Jain", "p1", "p50", "p99"});
  page.Row("this ring",
           {Figure(b.peak_to_mean), Figure(b.min_to_mean), Figure(b.cv), Figure(b.gini),
            Figure(b.jain), Figure(r.skew.p1), Figure(r.skew.p50), Figure(r.skew.p99)});
  if (e.cv || e.peak) {
    page.Row(e.model == "table" ? "by design" : "by chance",
             {Figure(e.peak), Figure(e.min), Figure(e.cv), Figure(e.gini)});
  }
  if (e.cv_band) {
    page.Row(" 95 % from", {BandEnd(e.peak_band, &Band::low), BandEnd(e.min_band, &Band::low),
                            BandEnd(e.cv_band, &Band::low)});
    page.Row(" to", {BandEnd(e.peak_band, &Band::high), BandEnd(e.min_band, &Band::high),
                     BandEnd(e.cv_band, &Band::high)});
  }
  if (r.standings.cv) {
    page.Row("percentile", {Percentile(r.standings.peak), Percentile(r.standings.min),
                            Percentile(r.standings.cv)});
  }
  page.Paragraph("", SkewLegend(r));
}

void PrintNode(const RingReport& r, std::size_t i, Page& page) {
  const NodeShare& node = r.skew.nodes[i];
  const std::string owned = node.units  ? Digits(*node.units)
                            : node.keys ? Count(*node.keys)
                                        : std::string("-");
  const double load = r.traffic.shares[i];
  page.Line(text_page::Fit(node.name, kNodeName, false) + text_page::Fit(owned, kOwned, true) +
            text_page::Fit(Percent(node.share), 11, true) +
            text_page::Fit(Format("%.3f x", node.relative), 11, true) +
            text_page::Fit(Percent(load), 12, true) +
            text_page::Fit(Format("%.3f x", load / node.ideal), 11, true));
}

void PrintNodes(const RingReport& r, Page& page) {
  const std::string owned = r.skew.circle ? "of " + Digits(*r.skew.circle)
                                          : "of " + Count(*r.skew.sampled_keys) + " keys";
  page.Line(text_page::Fit("node", kNodeName, false) + text_page::Fit(owned, kOwned, true) +
            text_page::Fit("share", 11, true) + text_page::Fit("of ideal", 11, true) +
            text_page::Fit("requests", 12, true) + text_page::Fit("of ideal", 11, true));
  std::vector<std::size_t> order(r.skew.nodes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const bool many = order.size() > kNodeRows;
  if (many) {
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const double x = r.traffic.shares[a] / r.skew.nodes[a].ideal;
      const double y = r.traffic.shares[b] / r.skew.nodes[b].ideal;
      return x != y ? x > y : a < b;
    });
  }
  PrintNodeRows(order, "the busiest and the least busy", page,
                [&](std::size_t i) { PrintNode(r, i, page); });
  page.Paragraph("", "requests: with the hot keys of seed " + std::to_string(r.seed) +
                         "; other keys are hot on other nodes");
}

void PrintFamily(const RingReport& r, Page& page) {
  if (!r.family) return;
  const Family& f = *r.family;
  page.Paragraph("names", Format("over %llu sets of names like these: CV %.3f where chance gives "
                                 "%.3f (z %+.1f), peak %.2f to %.2f; ",
                                 static_cast<unsigned long long>(f.siblings), f.rms_cv,
                                 f.expected_cv, f.z, f.best_peak, f.worst_peak) +
                              (!f.naming_dependent() ? "this hash treats such names fairly"
                               : f.z > 0 ? "this hash puts such names less evenly than chance"
                                         : "this hash puts such names more evenly than chance"));
}

void PrintTraffic(const RingReport& r, Page& page) {
  const Traffic& t = r.traffic;
  const std::string law = t.zipf_s == 0 ? "uniform" : Format("Zipf %.4g", t.zipf_s);
  page.Paragraph(
      "traffic",
      law + " over " + Count(t.keys) +
          Format(" keys: load CV %.3f here, %.3f on average, of which %.3f is the ring's and %.3f "
                 "popular keys' (they add as squares); endless replicas would leave %.3f",
                 t.balance.cv, t.expected_cv, t.cv_ring, t.cv_popularity, t.floor));
  page.Paragraph(
      "",
      Format("busiest node %.3f x the mean with these keys, %.3f on average over where hot keys "
             "may fall, at best %.3f, wherever the hottest lands: it is %.2f %% of all requests",
             t.balance.peak_to_mean, r.load_peaks.front().peak, t.peak_bound,
             100 * t.hottest_key_share));
}

void PrintResize(const char* label, char sign, const Resize& resize, Page& page) {
  if (resize.node.empty()) return;
  if (!resize.movement) {
    page.Paragraph(label, sign + resize.node + ": " + resize.refusal);
    return;
  }
  const Movement& m = *resize.movement;
  page.Paragraph(
      label,
      sign + resize.node +
          Format(": %.2f %% of the keys move (ideal %.2f %%), ", 100 * m.moved, 100 * m.ideal) +
          (m.spurious == 0 ? std::string("none") : Format("%.2f %%", 100 * m.spurious)) +
          " of them between nodes that stay; to " + Count(m.recipients) + " of " +
          Plural(m.recipients_possible, "node") +
          (m.recipients > 1 ? Format(", %.0f %% of them to one", 100 * m.largest_recipient) : ""));
}

void PrintBounded(const BoundedOutcome& b, Page& page) {
  page.Paragraph("bounded",
                 Format("with at most %.4g x the mean under way at a node: peak %.2f "
                        "instead of %.2f, %.1f %% of requests go to another node, %.2f "
                        "nodes tried a request",
                        b.factor, b.peak, b.unbounded_peak, 100 * b.spilled, b.probes_per_lookup));
}

void PrintVerdict(const RingReport& r, Page& page) {
  page.Paragraph("verdict", r.verdict.ring);
  page.Paragraph("", r.verdict.load);
  if (r.verdict.remedies.size() > 1) {
    page.Line();
    const auto row = [](const std::string& change, const std::string& cv, const std::string& peak,
                        const std::string& these) {
      return text_page::Fit(change, 58, false) + text_page::Fit(cv, 11, true) +
             text_page::Fit(peak, 13, true) + text_page::Fit(these, 11, true);
    };
    page.Line(row("what helps", "average CV", "average peak", "these keys"));
    for (const Remedy& remedy : r.verdict.remedies) {
      page.Line(row("    " + remedy.change, Format("%.3f", remedy.expected_cv),
                    Format("%.2f x", remedy.expected_peak), Format("%.2f x", remedy.peak)) +
                (remedy.enough ? " enough" : ""));
    }
  }
  page.Line();
  page.Paragraph("advice", r.verdict.advice);
}

}  // namespace

std::string FiguresText(const RingReport& report) {
  Page page;
  PrintRing(report, page);
  page.Line();
  PrintSkew(report, page);
  page.Line();
  PrintNodes(report, page);
  page.Line();
  PrintFamily(report, page);
  PrintTraffic(report, page);
  PrintResize("resize", '+', report.add, page);
  PrintResize("", '-', report.remove, page);
  if (report.bounded) PrintBounded(*report.bounded, page);
  return std::move(page).text();
}

std::string VerdictText(const RingReport& report) {
  Page page;
  PrintVerdict(report, page);
  return std::move(page).text();
}

}  // namespace ringlab
