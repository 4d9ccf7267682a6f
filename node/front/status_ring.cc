// The ring of a status page, as SVG.
#include <cmath>
#include <vector>

#include "node/front/status_page.h"

namespace ringlab {

namespace {

constexpr std::size_t kArcsMax = 20'000;
constexpr long kUnits = 100'000;  // of a circle: dashes are whole ones, cut where they are

struct Stretch {
  double end;  // fractions of the circle
  NodeIndex owner;
};

std::vector<Stretch> StretchesOf(const Ring& ring, bool& whole) {
  std::vector<Stretch> stretches;
  const auto arcs = ring.Arcs();
  whole = arcs && arcs->arcs.size() <= kArcsMax;
  if (whole) {
    for (const Partition::Arc& arc : arcs->arcs) {
      const double end = (static_cast<double>(arc.last) + 1) / static_cast<double>(arcs->circle);
      stretches.push_back({end, arc.owner});
    }
    return stretches;
  }
  double end = 0;
  const std::vector<double> shares = ring.Shares();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    stretches.push_back({end += shares[i], static_cast<NodeIndex>(i)});
  }
  return stretches;
}

}  // namespace

std::string ColourOf(std::size_t node) {
  return "c" + std::to_string(node < kColours ? node + 1 : 0);
}

// Of each colour one circle, whose dashes are what the nodes of that colour own: dash and gap in
// turn, beginning with a dash.
std::string RingDrawing(const Ring& ring) {
  bool whole = false;
  const std::vector<Stretch> stretches = StretchesOf(ring, whole);
  std::string svg =
      "<svg class=\"ring\" viewBox=\"-110 -110 220 220\" role=\"img\" aria-label=\"The ring: who "
      "owns which part of the key space\">";
  // A whole circle below: browsers leave a hair open where a dashed one begins and ends.
  svg += "<circle class=\"" + ColourOf(stretches.back().owner) + "\" r=\"90\"/>";
  for (std::size_t colour = 0; colour <= kColours; ++colour) {
    std::string dashes;
    long at = 0;
    long begin = 0;
    for (const Stretch& stretch : stretches) {
      const long end = std::lround(stretch.end * static_cast<double>(kUnits));
      if (ColourOf(stretch.owner) == "c" + std::to_string(colour) && end > begin) {
        dashes += (dashes.empty() ? "0 " : " ") + std::to_string(begin - at) + ' ' +
                  std::to_string(end - begin);
        at = end;
      }
      begin = end;
    }
    if (dashes.empty()) continue;
    svg += "<circle class=\"c" + std::to_string(colour) + "\" r=\"90\" pathLength=\"" +
           std::to_string(kUnits) + "\" stroke-dasharray=\"" + dashes + ' ' +
           std::to_string(kUnits) + "\"/>";
  }
  return svg + "</svg><p class=\"soft\">" +
         (whole ? "Where each arc really lies; place 0 at the top, clockwise."
                : "The nodes' shares, each in one piece: this ring has no arcs, or too many to "
                  "draw.") +
         "</p>";
}

}  // namespace ringlab
