// Many rings at once: the comparison and the sweep, as tables.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "results/text/text_format.h"
#include "results/text/text_page.h"
#include "sim/report/report.h"

namespace ringlab {

namespace {

struct Column {
  const char* title;
  std::function<std::optional<double>(const RingReport&)> figure;
  const char* format;
  bool more_is_worse;
};

std::optional<double> Moved(const Resize& resize, double Movement::* figure) {
  if (!resize.movement) return std::nullopt;
  return 100 * (*resize.movement).*figure;
}

const std::vector<Column>& Columns() {
  static const std::vector<Column> columns = {
      {"peak", [](const RingReport& r) { return r.skew.balance.peak_to_mean; }, "%.3f", true},
      {"min", [](const RingReport& r) { return r.skew.balance.min_to_mean; }, "%.3f", false},
      {"CV", [](const RingReport& r) { return r.skew.balance.cv; }, "%.3f", true},
      {"load", [](const RingReport& r) { return r.load_peaks.front().peak; }, "%.3f", true},
      {"add %", [](const RingReport& r) { return Moved(r.add, &Movement::moved); }, "%.2f", true},
      {"stray %",
       [](const RingReport& r) -> std::optional<double> {
         const auto add = Moved(r.add, &Movement::spurious);
         const auto remove = Moved(r.remove, &Movement::spurious);
         if (!add || !remove) return add ? add : remove;
         return std::max(*add, *remove);
       },
       "%.2f", true},
      {"lookup ns",
       [](const RingReport& r) -> std::optional<double> {
         if (!r.timing) return std::nullopt;
         return r.timing->lookup_hot_ns;
       },
       "%.0f", true}};
  return columns;
}

// The worst figure of a column; absent when all are alike.
std::optional<double> Worst(const Column& column, const std::vector<RingReport>& reports) {
  std::optional<double> best;
  std::optional<double> worst;
  for (const RingReport& report : reports) {
    const auto figure = column.figure(report);
    if (!figure) continue;
    const double badness = column.more_is_worse ? *figure : -*figure;
    if (!worst || badness > *worst) worst = badness;
    if (!best || badness < *best) best = badness;
  }
  if (!worst || *worst == *best) return std::nullopt;
  return column.more_is_worse ? *worst : -*worst;
}

std::string Interval(const Estimate& estimate) {
  if (!estimate.interval) return Format("%.3f", estimate.mean);
  return Format("%.3f ±%.3f", estimate.mean, estimate.interval->high - estimate.mean);
}

std::string Csv(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

struct SweepFigure {
  const char* name;
  Estimate SweepRow::* estimate;
};
constexpr SweepFigure kSweepFigures[] = {{"peak", &SweepRow::peak},
                                         {"min", &SweepRow::min},
                                         {"cv", &SweepRow::cv},
                                         {"gini", &SweepRow::gini},
                                         {"load_peak", &SweepRow::load_peak},
                                         {"load_cv", &SweepRow::load_cv}};

std::string SweepLegend(const std::vector<SweepRow>& rows) {
  const std::uint64_t seeds = rows.front().seeds;
  const std::uint64_t last = rows.back().seeds;
  return "means over " + Plural(seeds, "set") + " of names of that shape" +
         (last != seeds ? " (at the end, which was cut short, " + Count(last) + ")" : "") +
         ", of the CV root mean squares" + (seeds > 1 ? ", ± their 95 % interval" : "") +
         "; theory: the same CV for a random hash; load peak: requests of the busiest node over "
         "the "
         "mean";
}

}  // namespace

std::string CompareText(const std::vector<RingReport>& reports) {
  constexpr std::size_t kRing = 14;
  constexpr std::size_t kCell = 10;
  Page page;
  std::string header = text_page::Fit("ring", kRing, false);
  for (const Column& column : Columns())
    header += text_page::Fit(column.title, kCell - 1, true) + ' ';
  page.Line(header + text_page::Fit("verdict", 16, false));
  std::vector<std::optional<double>> worst;
  for (const Column& column : Columns()) worst.push_back(Worst(column, reports));
  for (const RingReport& report : reports) {
    std::string line = text_page::Fit(report.ring.dialect, kRing, false);
    for (std::size_t i = 0; i < worst.size(); ++i) {
      const auto figure = Columns()[i].figure(report);
      line += text_page::Fit(figure ? Format(Columns()[i].format, *figure) : "-", kCell - 1, true);
      line += figure && worst[i] && *figure == *worst[i] ? '!' : ' ';
    }
    page.Line(line + std::string(RingClassName(report.verdict.ring_class)));
  }
  page.Paragraph("",
                 "! the worst of its column; load: requests of the busiest node over the mean, on "
                 "average over where hot keys may fall; "
                 "add %: keys that move when a node joins; stray %: keys that move between "
                 "nodes that stay");
  return std::move(page).text();
}

std::string SweepText(const std::vector<SweepRow>& rows) {
  Page page;
  const auto line = [&](const std::string& ring, const std::string& names,
                        const std::vector<std::string>& cells) {
    constexpr std::size_t kWidths[] = {8, 9, 6, 14, 14, 7, 14};
    std::string text = text_page::Fit(ring, 13, false) + text_page::Fit(names, 14, false);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      text += text_page::Fit(cells[i], kWidths[i], true);
    }
    page.Line(text);
  };
  line("ring", "names", {"nodes", "replicas", "zipf", "peak", "CV", "theory", "load peak"});
  for (const SweepRow& row : rows) {
    line(row.cell.ring, row.cell.names,
         {std::to_string(row.cell.nodes), std::to_string(row.cell.replicas),
          Format("%.4g", row.cell.zipf_s), Interval(row.peak), Interval(row.cv),
          row.expected.cv ? Format("%.3f", *row.expected.cv) : "-", Interval(row.load_peak)});
  }
  if (!rows.empty()) page.Paragraph("", SweepLegend(rows));
  return std::move(page).text();
}

std::string SweepCsv(const std::vector<SweepRow>& rows) {
  std::string text = "ring,names,nodes,replicas,zipf_s,seeds";
  for (const SweepFigure& figure : kSweepFigures) {
    const std::string name = figure.name;
    text += ',' + name + ',' + name + "_low," + name + "_high";
  }
  text += ",expected_peak,expected_min,expected_cv\n";
  const auto optional = [](const std::optional<double>& value) {
    return ',' + (value ? Format("%.9g", *value) : std::string());
  };
  for (const SweepRow& row : rows) {
    text += Csv(row.cell.ring) + ',' + Csv(row.cell.names) + ',' + std::to_string(row.cell.nodes) +
            ',' + std::to_string(row.cell.replicas) + Format(",%.9g,", row.cell.zipf_s) +
            std::to_string(row.seeds);
    for (const SweepFigure& figure : kSweepFigures) {
      const Estimate& estimate = row.*figure.estimate;
      const auto& interval = estimate.interval;
      text += optional(estimate.mean) +
              optional(interval ? std::optional(interval->low) : std::nullopt) +
              optional(interval ? std::optional(interval->high) : std::nullopt);
    }
    text += optional(row.expected.peak) + optional(row.expected.min) + optional(row.expected.cv);
    text += '\n';
  }
  return text;
}

}  // namespace ringlab
