// Plot: lines, bands and marks over two axes, as a figure of a page.
//
// The drawing is an SVG that stretches with the page; all text stands beside or above it in HTML,
// so that it keeps its size on a narrow screen and on paper. Everything is there without the
// script, which adds a read-out under the pointer and lines that can be switched off.
//
// Plain data in, markup out; pure. Lines of more than kPlotPoints points are thinned out (Lttb).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/html/draw/lttb.h"
#include "results/html/draw/scale.h"

namespace ringlab::html {

// More than a screen shows side by side.
inline constexpr std::size_t kPlotPoints = 600;

struct Axis {
  std::string title;  // with its unit: "response time (log scale)"
  Unit unit = Unit::kPlain;
  Scale scale = Scale::FromZero(1);
  std::vector<Tick> ticks = {};  // empty: TicksOf(scale)
  std::size_t wanted = 5;
};

// 0 is the grey of what is only compared with; 1 to 8 are told apart by colour-blind people too
// (M. Okabe and K. Ito, 2008).
using Colour = int;

// The area between two heights, at an x.
struct Span {
  double x = 0;
  double low = 0;
  double high = 0;
};

struct Line {
  enum class Style { kSolid, kDashed, kDotted, kDots };
  std::string name;
  Colour colour = 1;
  Style style = Style::kSolid;
  std::vector<Point> points;        // x ascends; a gap where y is NaN
  bool hidden = false;              // until it is switched on
  std::vector<Span> whiskers = {};  // intervals around its points
};

struct Band {
  std::string name;
  Colour colour = 1;
  std::vector<Span> spans;
  bool strong = false;  // what is shown, not what surrounds it
};

// A stretch of the x axis, and a height or a place that a line marks.
struct Shade {
  double from = 0;
  double to = 0;
  std::string title = {};
};
struct Rule {
  bool upright = false;  // at an x, not at a height
  double at = 0;
  std::string label;
};

struct Plot {
  std::string id;     // unique on the page
  std::string title;  // for those who cannot see it; with `summary`
  std::string summary;
  std::string reading;  // one sentence: how to read it
  Axis x;
  Axis y;
  std::vector<Shade> shades = {};
  std::string shades_name = {};  // in the legend
  std::vector<Band> bands = {};
  std::vector<Line> lines = {};
  std::vector<Rule> rules = {};
  int height = 280;  // pixels
};

std::string PlotFigure(const Plot& plot);

// What surrounds a drawing, for charts of another kind: the figure with its axes, `drawing` being
// the SVG of the area between them, `legend` markup.
std::string FrameFigure(const Plot& plot, const std::string& legend, const std::string& drawing);

// The beginning of a drawing that stretches: <svg …><title>…</title><desc>…</desc>.
std::string OpenDrawing(const Plot& plot, const std::string& view_box);

// A coordinate of the drawing, in which a place from 0 to 1 counts 1000; y points down.
std::string AcrossOf(double place);
std::string DownOf(double place);

}  // namespace ringlab::html
