#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/plot.h"
#include "results/html/draw/table.h"
#include "results/html/sim_sections.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kCurvesMax = 8;  // as many as there are colours
constexpr std::size_t kTableRowsMax = 200;

struct SweepAxis {
  const char* key;
  const char* title;
};
constexpr std::array<SweepAxis, 3> kAxes{{{"replicas", "replicas: points of a node (log scale)"},
                                          {"nodes", "nodes (log scale)"},
                                          {"zipf_s", "Zipf exponent of key popularity"}}};

// The axis with most values is drawn across; the others tell curves apart.
SweepAxis Across(const Json& rows) {
  SweepAxis best = kAxes[0];
  std::size_t most = 0;
  for (const SweepAxis& axis : kAxes) {
    std::set<double> values;
    for (const Json& row : rows) {
      if (const auto value = NumberAt(row, axis.key)) values.insert(*value);
    }
    if (values.size() > most) {
      best = axis;
      most = values.size();
    }
  }
  return most > 1 ? best : SweepAxis{nullptr, nullptr};
}

// What of a row is not the axis, of what differs between rows: "8 nodes".
std::string NameOf(const Json& row, const Json& rows, const SweepAxis& across) {
  std::string name;
  for (const char* key : {"ring", "names", "nodes", "replicas", "zipf_s"}) {
    const bool differs = std::any_of(rows.begin(), rows.end(), [&](const Json& other) {
      return At(other, key) != At(row, key);
    });
    if (!differs || std::string_view(key) == across.key) continue;
    const auto number = NumberAt(row, key);
    const std::string value = number ? Decimal(*number, 3) : TextAt(row, key);
    const std::string_view of(key);
    name += (name.empty() ? "" : ", ") + (of == "nodes"      ? value + " nodes"
                                          : of == "replicas" ? value + " replicas"
                                          : of == "zipf_s"   ? "Zipf " + value
                                                             : value);
  }
  return name.empty() ? "measured" : name;
}

struct SweepCurve {
  std::string name;
  std::vector<const Json*> rows;
};

std::vector<SweepCurve> CurvesOf(const Json& rows, const SweepAxis& across) {
  std::vector<SweepCurve> curves;
  for (const Json& row : rows) {
    const std::string name = NameOf(row, rows, across);
    auto at = std::find_if(curves.begin(), curves.end(),
                           [&](const SweepCurve& curve) { return curve.name == name; });
    if (at == curves.end()) at = curves.insert(at, {name, {}});
    at->rows.push_back(&row);
  }
  for (SweepCurve& curve : curves) {
    std::stable_sort(curve.rows.begin(), curve.rows.end(), [&](const Json* a, const Json* b) {
      return NumberAt(*a, across.key).value_or(0) < NumberAt(*b, across.key).value_or(0);
    });
  }
  return curves;
}

struct Charted {
  const char* figure;    // of a row
  const char* expected;  // of its "theory"; null where theory does not know it
  const char* title;
  const char* axis;
};
constexpr std::array<Charted, 3> kCharted{
    {{"cv", "cv", "Unevenness of the ring", "coefficient of variation (log scale)"},
     {"peak_to_mean", "peak", "The busiest node", "share over the mean (log scale)"},
     {"load_peak", nullptr, "The busiest node's load, with popular keys",
      "requests over the mean (log scale)"}}};

void AddCurve(const SweepCurve& curve, const Charted& of, const SweepAxis& across, Colour colour,
              Plot& plot) {
  Line mean{.name = curve.name,
            .colour = colour,
            .style = of.expected == nullptr ? Line::Style::kSolid : Line::Style::kDots,
            .points = {}};
  Line theory{.name = curve.name + ": theory",
              .colour = colour,
              .style = Line::Style::kDashed,
              .points = {}};
  Band band{.name = curve.name + ": 95 % of rings by theory", .colour = colour, .spans = {}};
  for (const Json* row : curve.rows) {
    const double x = NumberAt(*row, across.key).value_or(0);
    const std::string figure = of.figure;
    if (const auto y = NumberAt(*row, figure + "/mean")) {
      mean.points.push_back({x, *y});
      const auto low = NumberAt(*row, figure + "/low");
      const auto high = NumberAt(*row, figure + "/high");
      if (low && high) mean.whiskers.push_back({x, *low, *high});
    }
    if (of.expected == nullptr) continue;
    const std::string expected = of.expected;
    if (const auto y = NumberAt(*row, "theory/expected_" + expected)) {
      theory.points.push_back({x, *y});
    }
    const auto low = NumberAt(*row, "theory/" + expected + "_low");
    const auto high = NumberAt(*row, "theory/" + expected + "_high");
    if (low && high) band.spans.push_back({x, *low, *high});
  }
  if (!band.spans.empty()) plot.bands.push_back(std::move(band));
  if (!theory.points.empty()) plot.lines.push_back(std::move(theory));
  plot.lines.push_back(std::move(mean));
}

Axis AcrossAxis(const Json& rows, const SweepAxis& across) {
  std::set<double> values;
  for (const Json& row : rows) {
    if (const auto value = NumberAt(row, across.key)) values.insert(*value);
  }
  const bool is_log = *values.begin() > 0 && std::string_view(across.key) != "zipf_s";
  const double low = *values.begin();
  const double high = *values.rbegin();
  Axis axis{.title = across.title,
            .unit = is_log ? Unit::kCount : Unit::kPlain,
            .scale = is_log ? Scale(Scale::Kind::kLog, low / 1.15, high * 1.15)
                            : Scale(Scale::Kind::kLinear, low - 0.05 * (high - low),
                                    high + 0.05 * (high - low))};
  if (values.size() <= 12) {
    for (const double value : values) axis.ticks.push_back({value, Decimal(value, 3)});
  }
  return axis;
}

std::string SweepChart(const Charted& of, const Json& rows, const std::vector<SweepCurve>& curves,
                       const SweepAxis& across) {
  Plot plot{
      .id = std::string("sweep-") + of.figure,
      .title = of.title,
      .summary = "The table below has the figures.",
      .reading = of.expected == nullptr
                     ? "Means over many sets of names, with the 95 % interval of each "
                       "; where a curve goes flat, more of what is on the axis does not "
                       "help any more: popular keys are the limit."
                     : "Dots are means over many sets of names, with the 95 % interval of the "
                       "mean; the dashed line is what a perfectly random hash gives, and the "
                       "band holds 95 % of such rings: dots off the line are not chance.",
      .x = AcrossAxis(rows, across),
      .y = {.title = of.axis, .unit = Unit::kPlain},
      .height = 300};
  for (std::size_t i = 0; i < std::min(curves.size(), kCurvesMax); ++i) {
    AddCurve(curves[i], of, across, static_cast<Colour>(i + 1), plot);
  }
  double low = INFINITY;
  double high = 0;
  const auto include = [&](double y) {
    if (y > 0) low = std::min(low, y);
    high = std::max(high, y);
  };
  for (const Line& line : plot.lines) {
    for (const Point& p : line.points) include(p.y);
    for (const Span& s : line.whiskers) include(s.high);
  }
  for (const Band& band : plot.bands) {
    for (const Span& s : band.spans) include(s.low), include(s.high);
  }
  if (high <= 0 || !std::isfinite(low)) return "";
  plot.y.scale = Scale::Decades(std::max(low, high / 1e4), high);
  return Heading(of.title) + PlotFigure(plot);
}

std::string SweepTable(const Json& rows) {
  Table table("Means over sets of names, and what theory expects.", {{"ring", false, "name"},
                                                                     {"names", false, "name"},
                                                                     {"nodes"},
                                                                     {"replicas"},
                                                                     {"Zipf"},
                                                                     {"CV"},
                                                                     {"by theory"},
                                                                     {"peak"},
                                                                     {"by theory"},
                                                                     {"load peak"}});
  for (const Json& row : rows) {
    if (table.rows() == kTableRowsMax) break;
    table.Row(
        {Escape(TextAt(row, "ring")), Escape(TextAt(row, "names")),
         Cell(Unit::kCount, NumberAt(row, "nodes")), Cell(Unit::kCount, NumberAt(row, "replicas")),
         Cell(Unit::kPlain, NumberAt(row, "zipf_s")), Cell(Unit::kPlain, NumberAt(row, "cv/mean")),
         Cell(Unit::kPlain, NumberAt(row, "theory/expected_cv")),
         Cell(Unit::kPlain, NumberAt(row, "peak_to_mean/mean")),
         Cell(Unit::kPlain, NumberAt(row, "theory/expected_peak")),
         Cell(Unit::kPlain, NumberAt(row, "load_peak/mean"))});
  }
  std::string note;
  if (table.rows() < rows.size()) {
    note = Paragraph(Format("The first %zu of %zu cells.", table.rows(), rows.size()), "soft");
  }
  return Folded("All figures as a table", table.Markup() + note);
}

}  // namespace

Section SweepSection(const Json& result) {
  const Json& rows = ListAt(result, "sweep");
  if (rows.empty()) return {};
  const SweepAxis across = Across(rows);
  std::string body;
  if (across.key != nullptr) {
    const std::vector<SweepCurve> curves = CurvesOf(rows, across);
    if (curves.size() > kCurvesMax) {
      body += Paragraph(Format("Drawn are the first %zu of %zu curves; the table has all.",
                               kCurvesMax, curves.size()),
                        "soft");
    }
    for (const Charted& of : kCharted) body += SweepChart(of, rows, curves, across);
  }
  return {"sweep", "Sweep", body + SweepTable(rows)};
}

}  // namespace ringlab::html
