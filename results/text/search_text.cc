#include "results/text/search_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/text/text_format.h"

namespace ringlab {

namespace {

std::string PerSecond(const JsonView& qps) { return Rate(qps.number()) + "/s"; }

// "p99<5ms and failed<0.1% hold", "p99<5ms holds"
std::string BoundsHold(const JsonView& search, bool negated = false) {
  const std::vector<JsonView> bounds = search["bounds"].items();
  std::string text;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == bounds.size() ? " and " : ", ") + bounds[i].text();
  }
  const bool is_one = bounds.size() == 1;
  if (negated) return text + (is_one ? " does not hold" : " do not hold together");
  return text + (is_one ? " holds" : " hold");
}

double EndOfRange(const JsonView& search, std::size_t end) {
  const std::vector<JsonView> range = search["range_qps"].items();
  return end < range.size() ? range[end].number() : 0;
}

std::string Known(const JsonView& search) {
  const JsonView low = search["low_qps"];
  const JsonView high = search["high_qps"];
  std::string text;
  if (low.is_there()) text = "; " + PerSecond(low) + " held";
  if (high.is_there()) text += (text.empty() ? "; " : ", ") + PerSecond(high) + " did not";
  return text;
}

// Why the last probe that says nothing does so.
std::string LastWhy(const JsonView& search) {
  const std::vector<JsonView> probes = search["probes"].items();
  return probes.empty() || probes.back()["why"].text().empty() ? ""
                                                               : ": " + probes.back()["why"].text();
}

}  // namespace

std::string SearchAnswer(const JsonView& search) {
  const std::string end = search["end"].text();
  const std::string rate = Rate(search["rate_qps"].number()) + " requests/s";
  if (end == "found") {
    return rate + " is the highest rate at which " + BoundsHold(search) + "; the edge is at " +
           PerSecond(search["edge_qps"]) + ", between " + PerSecond(search["low_qps"]) + " and " +
           PerSecond(search["high_qps"]);
  }
  if (end == "highest-holds") {
    return "at least " + rate + ": " + BoundsHold(search) +
           " at the highest rate of --search-range; raise it to find the edge";
  }
  if (end == "lowest-breaks") {
    return BoundsHold(search, true) + " at " + Rate(EndOfRange(search, 0)) +
           " requests/s, the lowest rate of --search-range" + LastWhy(search);
  }
  if (end == "unconfirmed") {
    return "no rate was confirmed: what held for " + Format("%.4g s", search["probe_s"].number()) +
           " did not hold for " + Format("%.4g s", search["confirm_s"].number()) +
           ", at the lowest " +
           (search["probes"].items().empty() ? "rate"
                                             : PerSecond(search["probes"].items().back()["qps"])) +
           "; give it a longer --search-probe";
  }
  if (end == "untold") {
    return "no answer: too many probes in a row say nothing of their rate" + LastWhy(search);
  }
  return "the search was interrupted after " + Plural(search["probes"].items().size(), "probe") +
         Known(search);
}

std::string SearchEdge(const JsonView& search) {
  const std::string binding = search["binding"].text();
  if (binding.empty()) return "";
  std::string text = binding + " breaks first";
  if (binding == "VALID") {
    text = "beyond it runs are INVALID: this machine cannot measure higher rates";
    for (const JsonView& probe : search["probes"].items()) {
      if (probe["standing"].text() != "beyond") continue;
      return text + " (" + probe["why"].text() + ")";
    }
    return text;
  }
  const JsonView growth = search["growth"];
  if (!growth.is_there()) return text;
  const double times = growth.number();
  return text + (search["boundary"].text() == "cliff" ? ", at a cliff" : ", smoothly") +
         ": 5 % more requests make its figure " + Format(times < 10 ? "%.2f" : "%.0f", times) +
         " times as large";
}

std::string SearchLimit(const JsonView& search) {
  const JsonView limit = search["limit"];
  const std::string what = limit["what"].text();
  return what.empty() || what == "none" ? "" : what + ": " + limit["why"].text();
}

std::string SearchWayDown(const JsonView& search) {
  const JsonView way = search["way_down"];
  if (!way.is_there()) return "";
  const std::string rate = PerSecond(way["qps"]) + " ";
  const std::string after = "right after an overload of " + PerSecond(way["from_qps"]) + ' ';
  if (way["holds"].is_true()) return after + rate + "held again: there is no hysteresis";
  const JsonView recovered = way["recovered"];
  if (!recovered.is_there()) return after + rate + "did not hold, and nobody knows for how long";
  return after + rate + "did not hold" +
         (recovered.is_true() ? ", one probe later it did: the nodes need time to recover"
                              : ", nor one probe later: the way down is another");
}

std::string ProbeStanding(const JsonView& probe) {
  const std::string standing = probe["standing"].text();
  return standing == "holds" || standing == "broken" ? standing : "INVALID";
}

std::string ProbeFigures(const JsonView& probe) {
  if (ProbeStanding(probe) == "INVALID") return probe["why"].text();
  std::string text;
  for (const JsonView& bound : probe["bounds"].items()) {
    const JsonView time = bound["measured_ns"];
    const JsonView number = bound["measured"];
    text += (text.empty() ? "" : ", ") + bound["threshold"].text() + ' ' +
            (time.is_there()     ? MeasuredTime(time.number(), bound["at_least"].is_true())
             : number.is_there() ? Format("%.4g", number.number())
                                 : "not told");
  }
  const double lost = probe["lost_share"].number();
  return lost > 0 ? text + "; " + Percent(lost) + " failed" : text;
}

void PrintSearch(const JsonView& search, Page& page) {
  if (!search.is_there()) return;
  page.Paragraph("search", SearchAnswer(search), 4);
  page.Paragraph("edge", SearchEdge(search));
  page.Paragraph("limit", SearchLimit(search));
  page.Paragraph("way down", SearchWayDown(search));
  page.Line();
  page.Line("probe             rate    for      p50      p99    hits");
  const std::vector<JsonView> probes = search["probes"].items();
  constexpr std::size_t kFigures = 35;  // columns that are left of a line
  for (const JsonView& probe : probes) {
    const auto time = [&](const char* name) {
      return probe[name].is_there() ? TimeOrBeyond(probe[name].number()) : std::string("-");
    };
    const auto cell = [](const std::string& text, std::size_t width) {
      return ' ' + text_page::Fit(text, width, true);
    };
    std::string line = text_page::Fit(probe["purpose"].text(), Page::kLabel - 1, false) + ' ';
    line += cell(Rate(probe["qps"].number()), 9) +
            cell(Format("%.3g s", probe["duration_s"].number()), 6) + cell(time("p50_ns"), 8) +
            cell(time("p99_ns"), 8);
    line += cell(
        probe["hit_ratio"].is_there() ? Format("%.1f %%", 100 * probe["hit_ratio"].number()) : "-",
        7);
    line += "  " + text_page::Fit(ProbeStanding(probe), 7, false) + ' ' +
            text_page::Fit(ProbeFigures(probe), kFigures, false);
    page.Line(line);
  }
}

}  // namespace ringlab
