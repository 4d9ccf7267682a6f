#include "results/html/draw/plot.h"

#include <cmath>

#include "results/html/draw/markup.h"

namespace ringlab::html {

namespace {

constexpr double kUnits = 1000;  // of a drawing, either way

std::string Class(const std::string& name, Colour colour) { return name + Decimal(colour, 0); }

std::string ScaleText(const Axis& axis) {
  return std::string(axis.scale.kind() == Scale::Kind::kLog ? "log" : "lin") + ' ' +
         Decimal(axis.scale.low(), 12) + ' ' + Decimal(axis.scale.high(), 12) + ' ' +
         UnitName(axis.unit);
}

std::vector<Tick> Ticks(const Axis& axis) {
  return axis.ticks.empty() ? TicksOf(axis.scale, axis.unit, axis.wanted) : axis.ticks;
}

std::string PercentText(double place) { return Decimal(100 * place, 2) + '%'; }

// The points that can be drawn, as places, and for each whether a gap is before it.
struct Places {
  std::vector<Point> points;
  std::vector<std::size_t> gaps_before;  // so many, up to this point
};

Places PlacesOf(const Plot& plot, const Line& line) {
  Places places;
  std::size_t gaps = 0;
  for (const Point& p : line.points) {
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) {
      ++gaps;
      continue;
    }
    places.points.push_back({plot.x.scale.PlaceOf(p.x), plot.y.scale.PlaceOf(p.y)});
    places.gaps_before.push_back(gaps);
  }
  return places;
}

std::string PathOf(const Plot& plot, const Line& line) {
  const Places places = PlacesOf(plot, line);
  std::string path;
  std::size_t gaps = 0;
  bool first = true;
  for (const std::size_t i : Lttb(places.points, kPlotPoints)) {
    const bool moves = first || places.gaps_before[i] != gaps || line.style == Line::Style::kDots;
    path += (moves ? "M" : "L") + AcrossOf(places.points[i].x) + ' ' + DownOf(places.points[i].y);
    if (line.style == Line::Style::kDots) path += "h0";  // a round line end: a dot
    gaps = places.gaps_before[i];
    first = false;
  }
  return path;
}

const char* StyleName(Line::Style style) {
  switch (style) {
    case Line::Style::kSolid: return "solid";
    case Line::Style::kDashed: return "dashed";
    case Line::Style::kDotted: return "dotted";
    case Line::Style::kDots: return "dots";
  }
  return "";
}

std::string WhiskersOf(const Plot& plot, const Line& line) {
  std::string path;
  for (const Span& s : line.whiskers) {
    path += "M" + AcrossOf(plot.x.scale.PlaceOf(s.x)) + ' ' + DownOf(plot.y.scale.PlaceOf(s.low)) +
            "V" + DownOf(plot.y.scale.PlaceOf(s.high));
  }
  return path;
}

// So many points stand close together: thinner, or they cover each other.
constexpr std::size_t kFinePoints = 300;

std::string LineMarkup(const Plot& plot, const Line& line, std::size_t index) {
  std::string whiskers;
  if (!line.whiskers.empty()) {
    whiskers = Element("path", {{"class", "whisker " + Class("c", line.colour)},
                                {"data-s", Decimal(static_cast<double>(index), 0)},
                                {"d", WhiskersOf(plot, line)}});
  }
  return whiskers +
         Element("path",
                 {{"class", "line " + Class("c", line.colour) + ' ' + StyleName(line.style) +
                                (line.points.size() > kFinePoints ? " fine" : "") +
                                (line.hidden ? " off" : "")},
                  {"data-s", Decimal(static_cast<double>(index), 0)},
                  {"d", PathOf(plot, line)}});
}

std::string BandMarkup(const Plot& plot, const Band& band, std::size_t index) {
  std::string there;
  std::string back;
  const std::size_t stride = (band.spans.size() + kPlotPoints - 1) / kPlotPoints;
  for (std::size_t i = 0; i < band.spans.size(); ++i) {
    if (i % stride != 0 && i + 1 != band.spans.size()) continue;
    const Span& s = band.spans[i];
    const std::string x = AcrossOf(plot.x.scale.PlaceOf(s.x));
    there += (there.empty() ? "M" : "L") + x + ' ' + DownOf(plot.y.scale.PlaceOf(s.high));
    back = "L" + x + ' ' + DownOf(plot.y.scale.PlaceOf(s.low)) + back;
  }
  return Element("path", {{"class", std::string(band.strong ? "fill strong " : "fill ") +
                                        Class("c", band.colour)},
                          {"data-s", Decimal(static_cast<double>(index), 0)},
                          {"d", there + back + 'Z'}});
}

std::string ShadesMarkup(const Plot& plot) {
  std::string markup;
  for (const Shade& shade : plot.shades) {
    const double from = plot.x.scale.PlaceOf(shade.from);
    const double to = plot.x.scale.PlaceOf(shade.to);
    markup += Element("rect",
                      {{"class", "shade"},
                       {"x", AcrossOf(from)},
                       {"y", "0"},
                       {"width", Decimal(kUnits * std::max(to - from, 0.002), 1)},
                       {"height", "1000"}},
                      Element("title", {}, Escape(shade.title)));
  }
  return markup;
}

std::string RulesMarkup(const Plot& plot) {
  std::string path;
  for (const Rule& rule : plot.rules) {
    path += rule.upright ? "M" + AcrossOf(plot.x.scale.PlaceOf(rule.at)) + " 0V1000"
                         : "M0 " + DownOf(plot.y.scale.PlaceOf(rule.at)) + "H1000";
  }
  return path.empty() ? "" : Element("path", {{"class", "rule"}, {"d", path}});
}

std::string Key(const std::string& name, const std::string& kind, std::size_t index, bool hidden) {
  return Element("button",
                 {{"type", "button"},
                  {"class", "key"},
                  {"data-s", Decimal(static_cast<double>(index), 0)},
                  {"aria-pressed", hidden ? "false" : "true"}},
                 Element("svg", {{"viewBox", "0 0 22 10"}, {"aria-hidden", "true"}},
                         Element("path", {{"class", kind},
                                          {"d", kind.starts_with("fill") ? "M0 0H22V10H0Z"
                                                : kind.ends_with("dots") ? "M11 5h0"
                                                                         : "M1 5H21"}})) +
                     Escape(name));
}

// Bands first, then lines: the numbers by which the script knows them.
std::string Legend(const Plot& plot) {
  std::string legend;
  std::size_t index = 0;
  for (const Band& band : plot.bands) {
    legend += Key(band.name, (band.strong ? "fill strong " : "fill ") + Class("c", band.colour),
                  index++, false);
  }
  for (const Line& line : plot.lines) {
    legend += Key(line.name, "line " + Class("c", line.colour) + ' ' + StyleName(line.style),
                  index++, line.hidden);
  }
  if (!plot.shades.empty() && !plot.shades_name.empty()) {
    legend += Element("span", {{"class", "key"}},
                      Element("i", {{"class", "shaded"}}) + Escape(plot.shades_name));
  }
  return legend;
}

std::string Labels(const Plot& plot) {
  std::string labels;
  std::size_t i = 0;
  for (const Tick& tick : Ticks(plot.y)) {
    labels += Element(
        "span",
        {{"class", "y"}, {"style", "top:" + PercentText(1 - plot.y.scale.PlaceOf(tick.value))}},
        Escape(tick.label));
  }
  for (const Tick& tick : Ticks(plot.x)) {
    labels += Element("span",
                      {{"class", ++i % 2 == 0 ? "x even" : "x"},
                       {"style", "left:" + PercentText(plot.x.scale.PlaceOf(tick.value))}},
                      Escape(tick.label));
  }
  for (const Rule& rule : plot.rules) {
    if (rule.label.empty()) continue;
    const double place =
        rule.upright ? plot.x.scale.PlaceOf(rule.at) : 1 - plot.y.scale.PlaceOf(rule.at);
    labels += Element("span",
                      {{"class", rule.upright ? (place > 0.8 ? "note up end" : "note up") : "note"},
                       {"style", (rule.upright ? "left:" : "top:") + PercentText(place)}},
                      Escape(rule.label));
  }
  return labels;
}

std::string Grid(const Plot& plot) {
  std::string path;
  for (const Tick& tick : Ticks(plot.y)) {
    path += "M0 " + DownOf(plot.y.scale.PlaceOf(tick.value)) + "H1000";
  }
  for (const Tick& tick : Ticks(plot.x)) {
    path += "M" + AcrossOf(plot.x.scale.PlaceOf(tick.value)) + " 1000v8";
  }
  return Element("path", {{"class", "grid"}, {"d", path}});
}

}  // namespace

std::string AcrossOf(double place) { return Decimal(kUnits * place, 1); }
std::string DownOf(double place) { return Decimal(kUnits * (1 - place), 1); }

std::string OpenDrawing(const Plot& plot, const std::string& view_box) {
  return "<svg viewBox=\"" + view_box +
         "\" preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"" + Escape(plot.id) +
         "-t " + Escape(plot.id) + "-d\">" +
         Element("title", {{"id", plot.id + "-t"}}, Escape(plot.title)) +
         Element("desc", {{"id", plot.id + "-d"}}, Escape(plot.summary));
}

std::string FrameFigure(const Plot& plot, const std::string& legend, const std::string& drawing) {
  const std::string area = Element("div",
                                   {{"class", "area"},
                                    {"tabindex", "0"},
                                    {"style", "height:" + Decimal(plot.height, 0) + "px"},
                                    {"data-x", ScaleText(plot.x)},
                                    {"data-y", ScaleText(plot.y)}},
                                   drawing + Labels(plot));
  return Element("figure", {{"id", plot.id}, {"class", "chart"}},
                 (legend.empty() ? "" : Element("div", {{"class", "legend"}}, legend)) +
                     Element("div", {{"class", "axis-y"}}, Escape(plot.y.title)) + area +
                     Element("div", {{"class", "axis-x"}}, Escape(plot.x.title)) +
                     Element("figcaption", {}, Escape(plot.reading)));
}

std::string PlotFigure(const Plot& plot) {
  std::string drawing = OpenDrawing(plot, "0 0 1000 1000") + Grid(plot) + ShadesMarkup(plot);
  std::size_t index = 0;
  for (const Band& band : plot.bands) {
    const std::size_t at = index++;
    if (!band.spans.empty()) drawing += BandMarkup(plot, band, at);
  }
  drawing += RulesMarkup(plot);
  for (const Line& line : plot.lines) drawing += LineMarkup(plot, line, index++);
  return FrameFigure(plot, Legend(plot), drawing + "</svg>");
}

}  // namespace ringlab::html
