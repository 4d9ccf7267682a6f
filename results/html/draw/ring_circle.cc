#include "results/html/draw/ring_circle.h"

#include <algorithm>
#include <cmath>

#include "results/html/draw/markup.h"
#include "results/html/draw/scale.h"

namespace ringlab::html {

namespace {

// Each circle is cut into so many units, of which a node's dashes are whole ones; cuts are rounded
// where they are, not their lengths, so that errors do not add up.
constexpr double kAround = 100'000;
constexpr std::size_t kTitledMax = 200;  // of more nodes, only some could be pointed at

struct Dash {
  double begin = 0;  // fractions of the circle
  double end = 0;
};

// Dash and gap in turn, beginning with a dash of 0 and ending with a gap beyond the end.
std::string DashArray(const std::vector<Dash>& dashes) {
  std::string text = "0";
  double at = 0;
  for (const Dash& dash : dashes) {
    const double begin = std::round(kAround * dash.begin);
    const double end = std::round(kAround * dash.end);
    if (end <= begin) continue;
    text += ' ' + Decimal(begin - at, 0) + ' ' + Decimal(end - begin, 0);
    at = end;
  }
  return text + ' ' + Decimal(kAround, 0);
}

// A circle of which only the dashes are drawn.
std::string Dashed(const std::string& kind, double radius, double width,
                   const std::vector<Dash>& dashes, const std::string& text) {
  return Element("circle",
                 {{"class", "arc " + kind},
                  {"r", Decimal(radius, 1)},
                  {"stroke-width", Decimal(width, 1)},
                  {"pathLength", Decimal(kAround, 0)},
                  {"stroke-dasharray", DashArray(dashes)}},
                 text.empty() ? "" : Element("title", {}, Escape(text)));
}

std::vector<std::vector<Dash>> ArcsOf(const RingDrawing& ring) {
  std::vector<std::vector<Dash>> arcs(ring.names.size());
  double begin = 0;
  for (std::size_t i = 0; i < ring.arc_ends.size() && i < ring.owners.size(); ++i) {
    const double end = std::clamp(ring.arc_ends[i], begin, 1.0);
    if (ring.owners[i] < arcs.size()) arcs[ring.owners[i]].push_back({begin, end});
    begin = end;
  }
  return arcs;
}

// Which nodes share a drawing: one each, or one a colour where there are too many to point at.
std::vector<std::vector<std::size_t>> Groups(const std::vector<std::string>& colours) {
  std::vector<std::vector<std::size_t>> groups;
  std::vector<std::string> of_group;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    const auto same = std::find(of_group.begin(), of_group.end(), colours[i]);
    if (colours.size() <= kTitledMax || same == of_group.end()) {
      of_group.push_back(colours[i]);
      groups.push_back({i});
    } else {
      groups[static_cast<std::size_t>(same - of_group.begin())].push_back(i);
    }
  }
  return groups;
}

}  // namespace

std::vector<std::string> NodeColours(const std::vector<double>& shares) {
  std::vector<std::string> colours;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    colours.push_back(shares.size() <= kColouredNodes ? "c" + std::to_string(i + 1)
                                                      : "o" + std::to_string(i % 2));
  }
  if (shares.size() > kColouredNodes) {
    const auto [least, most] = std::minmax_element(shares.begin(), shares.end());
    colours[static_cast<std::size_t>(least - shares.begin())] = "c1";
    colours[static_cast<std::size_t>(most - shares.begin())] = "c2";
  }
  return colours;
}

std::string RingCircle(const RingDrawing& ring) {
  const std::vector<std::string> colours = NodeColours(ring.shares);
  const bool has_arcs = !ring.arc_ends.empty() && ring.arc_ends.size() == ring.owners.size();
  const std::vector<std::vector<Dash>> arcs = ArcsOf(ring);
  std::vector<Dash> share_of;
  double begin = 0;
  for (const double share : ring.shares) {
    share_of.push_back({begin, begin + share});
    begin += share;
  }
  std::string drawing;
  for (const auto& group : Groups(colours)) {
    std::vector<Dash> outside;
    std::vector<Dash> inside;
    for (const std::size_t i : group) {
      outside.insert(outside.end(), arcs[i].begin(), arcs[i].end());
      inside.push_back(share_of[i]);
    }
    std::sort(outside.begin(), outside.end(),
              [](const Dash& a, const Dash& b) { return a.begin < b.begin; });
    const std::size_t i = group.front();
    const std::string text =
        group.size() > 1 ? "" : ring.names[i] + ": " + Shown(Unit::kShare, ring.shares[i]);
    if (has_arcs) drawing += Dashed(colours[i], 166, 22, outside, text);
    drawing += Dashed(colours[i], has_arcs ? 122 : 140, has_arcs ? 44 : 60, inside, text);
  }
  const std::string middle =
      Element("text", {{"class", "big"}, {"y", "-2"}},
              Shown(Unit::kCount, static_cast<double>(ring.names.size()))) +
      Element("text", {{"y", "20"}}, ring.names.size() == 1 ? "node" : "nodes");
  return Element("svg", {{"class", "circle"}, {"viewBox", "-180 -180 360 360"}, {"role", "img"}},
                 Element("title", {}, Escape(ring.title)) +
                     Element("g", {{"transform", "rotate(-90)"}}, drawing) + middle);
}

}  // namespace ringlab::html
