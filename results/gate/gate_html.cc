// The gate's page: no script, no external reference, colours that survive print and colour
// blindness.
#include <algorithm>
#include <cmath>

#include "loadgen/text_format.h"
#include "results/gate/gate_report.h"

namespace ringlab {

namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Performance gate</title>
<meta name="viewport" content="width=device-width">
<style>
:root{color-scheme:light dark}
body{font:14px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.2em .6em;border-bottom:1px solid #8884;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.FAIL,.INVALID{background:#d5500030;font-weight:bold}.IMPROVED{background:#0072b230}
.WARN,.INCONCLUSIVE{background:#f0e44240}
svg text{fill:currentColor;font-size:12px}
pre{white-space:pre-wrap}
</style></head><body>
)";

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '&': escaped += "&amp;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

constexpr double kLeft = 240;
constexpr double kWidth = 480;
constexpr double kRow = 22;

// One line a time: its interval and its ratio, on a common axis around 1.
std::string Forest(const Comparison& comparison) {
  std::vector<const Row*> rows;
  double reach = 0.06;
  for (const Row& row : comparison.rows) {
    if (!row.interval) continue;
    rows.push_back(&row);
    reach = std::max({reach, std::abs(row.interval->low - 1), std::abs(row.interval->high - 1)});
  }
  if (rows.empty()) return "";
  reach = std::min(reach * 1.1, 2.0);
  const auto x = [&](double ratio) {
    return kLeft + kWidth / 2 * (1 + std::clamp((ratio - 1) / reach, -1.0, 1.0));
  };
  const double height = kRow * static_cast<double>(rows.size()) + 40;
  std::string svg = Format("<svg role=\"img\" viewBox=\"0 0 800 %.0f\" width=\"100%%\">", height);
  svg += "<title>Ratio of times, head to base, with its 98 % interval; above 1 is worse</title>";
  const auto line = [&](double ratio, const char* style) {
    svg += Format("<path d=\"M%.1f 0V%.0f\" stroke=\"currentColor\" %s/>", x(ratio), height - 36,
                  style);
  };
  line(1, "stroke-width=\"1\"");
  line(1 + kTimeTolerance, "stroke-dasharray=\"4 3\" opacity=\".6\"");
  double y = kRow / 2;
  for (const Row* row : rows) {
    const bool bad = row->verdict == Verdict::kFail;
    const char* colour = bad ? "#d55e00" : "#0072b2";
    svg += Format("<text x=\"0\" y=\"%.1f\">", y + 4) + Escaped(row->name) + "</text>";
    svg += Format("<path d=\"M%.1f %.1fH%.1f\" stroke=\"%s\" stroke-width=\"3\"/>",
                  x(row->interval->low), y, x(row->interval->high), colour);
    svg += Format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", x(row->interval->ratio),
                  y, colour);
    svg += Format("<text x=\"%.0f\" y=\"%.1f\">%.3f</text>", kLeft + kWidth + 10, y + 4,
                  row->interval->ratio);
    y += kRow;
  }
  for (const double ratio : {1 - reach, 1.0, 1 + kTimeTolerance, 1 + reach}) {
    svg += Format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.2f</text>", x(ratio),
                  height - 20, ratio);
  }
  svg += Format(
      "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"middle\">time, head / base; right of 1 "
      "is slower, the dashed line is the limit</text></svg>",
      kLeft + kWidth / 2, height - 4);
  return "<h2>Times</h2>" + svg;
}

std::string Cell(const std::string& text, const char* kind = "") {
  return std::string("<td") + kind + ">" + Escaped(text) + "</td>";
}

std::string Table(const Comparison& comparison) {
  std::string html =
      "<h2>Metrics</h2><table><tr><th>verdict<th>metric<th>measure<th>base<th>head"
      "<th>change<th>against<th>limit<th>note</tr>";
  for (const Row& row : comparison.rows) {
    const std::string verdict(VerdictName(row.verdict));
    html += "<tr class=\"" + verdict + "\">" + Cell(verdict) + Cell(row.name) + Cell(row.measure);
    html += Cell(Format("%.6g", row.base), " class=n") + Cell(Format("%.6g", row.head), " class=n");
    html += Cell(Format("%+.2f %%", 100 * row.worse_by()), " class=n");
    html += Cell(row.against) + Cell(row.limit) + Cell(row.note) + "</tr>\n";
  }
  return html + "</table>";
}

}  // namespace

std::string ToHtml(const Comparison& comparison) {
  return kHead +
         ("<h1>Performance gate: " + Escaped(Headline(comparison)) + "</h1><p>" +
          Escaped(comparison.base + " → " + comparison.head) + "</p>") +
         Forest(comparison) + Table(comparison) + "<h2>As text</h2><pre>" +
         Escaped(ToText(comparison)) + "</pre></body></html>\n";
}

}  // namespace ringlab
