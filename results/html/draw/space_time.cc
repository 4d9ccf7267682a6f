#include "results/html/draw/space_time.h"

#include <algorithm>

#include "results/html/draw/markup.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kColours = 8;
constexpr double kBand = 0.36;  // of a row, on either side of its line
constexpr double kStub = 0.35;  // rows that a message goes which never arrives
constexpr int kRowPixels = 46;
constexpr double kSide = 1000;  // of a drawing, either way

class Picture {
 public:
  Picture(const Plot& plot, const SpaceTime& diagram) : plot_(plot), diagram_(diagram) {}

  std::string Markup() const { return Troubles() + Processes() + Passages() + Moments(); }

 private:
  std::string X(double at) const { return AcrossOf(plot_.x.scale.PlaceOf(at)); }
  // The first process on top.
  std::string Y(double row) const {
    return DownOf(1 - (row + 0.5) / static_cast<double>(diagram_.processes.size()));
  }

  std::string Troubles() const {
    std::string markup;
    const double height = kSide * 2 * kBand / static_cast<double>(diagram_.processes.size());
    for (const SpaceTime::Trouble& trouble : diagram_.troubles) {
      const double from = plot_.x.scale.PlaceOf(trouble.from);
      const double to = plot_.x.scale.PlaceOf(trouble.to);
      markup += Element("rect",
                        {{"class", "shade"},
                         {"x", AcrossOf(from)},
                         {"y", Y(static_cast<double>(trouble.process) - kBand)},
                         {"width", Decimal(kSide * std::max(to - from, 0.002), 1)},
                         {"height", Decimal(height, 1)}},
                        Element("title", {}, Escape(trouble.what)));
    }
    return markup;
  }

  std::string Processes() const {
    std::string path;
    for (std::size_t i = 0; i < diagram_.processes.size(); ++i) {
      path += "M0 " + Y(static_cast<double>(i)) + "H1000";
    }
    return Element("path", {{"class", "grid"}, {"d", path}});
  }

  // One path a kind; a dot where a message arrives.
  std::string Passages() const {
    std::vector<std::string> lines(kColours);
    std::vector<std::string> ends(kColours);
    for (const SpaceTime::Passage& passage : diagram_.passages) {
      const std::size_t colour = std::min(passage.kind, kColours - 1);
      const auto from = static_cast<double>(passage.from);
      const auto to = static_cast<double>(passage.to);
      lines[colour] += 'M' + X(passage.sent) + ' ' + Y(from) + 'L';
      if (passage.arrived) {
        const std::string end = X(*passage.arrived) + ' ' + Y(to);
        lines[colour] += end;
        ends[colour] += 'M' + end + "h0";
      } else {
        lines[colour] += X(passage.sent) + ' ' + Y(from + (to > from ? kStub : -kStub));
      }
    }
    std::string markup;
    for (std::size_t colour = 0; colour < kColours; ++colour) {
      if (lines[colour].empty()) continue;
      const std::string name = "c" + std::to_string(colour + 1);
      markup += Element("path", {{"class", "line fine " + name}, {"d", lines[colour]}});
      if (!ends[colour].empty()) {
        markup += Element("path", {{"class", "arrival " + name}, {"d", ends[colour]}});
      }
    }
    return markup;
  }

  std::string Moments() const {
    std::string path;
    for (const Rule& rule : plot_.rules) path += rule.upright ? "M" + X(rule.at) + " 0V1000" : "";
    return path.empty() ? "" : Element("path", {{"class", "rule"}, {"d", path}});
  }

  const Plot& plot_;
  const SpaceTime& diagram_;
};

std::string LegendOf(const SpaceTime& diagram) {
  std::string legend;
  for (std::size_t i = 0; i < std::min(diagram.kinds.size(), kColours); ++i) {
    const bool shares = i + 1 == kColours && diagram.kinds.size() > kColours;
    const std::string shape = "line c" + std::to_string(i + 1);
    legend += Element("span", {{"class", "key"}},
                      Element("svg", {{"viewBox", "0 0 22 10"}, {"aria-hidden", "true"}},
                              Element("path", {{"class", shape}, {"d", "M1 5H21"}})) +
                          Escape(shares ? "others" : diagram.kinds[i]));
  }
  if (!diagram.troubles.empty()) {
    legend +=
        Element("span", {{"class", "key"}}, Element("i", {{"class", "shaded"}}) + "in trouble");
  }
  return legend;
}

}  // namespace

std::string SpaceTimeFigure(Plot plot, const SpaceTime& diagram) {
  if (diagram.processes.empty()) return "";
  const auto rows = static_cast<double>(diagram.processes.size());
  plot.y.scale = Scale(Scale::Kind::kLinear, 0, rows);
  plot.y.ticks.clear();
  for (std::size_t i = 0; i < diagram.processes.size(); ++i) {
    plot.y.ticks.push_back({rows - static_cast<double>(i) - 0.5, diagram.processes[i]});
  }
  plot.height = kRowPixels * static_cast<int>(diagram.processes.size());
  const std::string drawing =
      OpenDrawing(plot, "0 0 1000 1000") + Picture(plot, diagram).Markup() + "</svg>";
  return FrameFigure(plot, LegendOf(diagram), drawing);
}

}  // namespace ringlab::html
