#include "results/html/ring_sections.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/table.h"
#include "results/html/node_sections.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

struct Figure {
  const char* path;
  const char* name;
  Unit unit;
};
constexpr std::array<Figure, 3> kFigures{{{"peak", "busiest node over the mean", Unit::kRatio},
                                          {"min", "idlest node over the mean", Unit::kRatio},
                                          {"cv", "coefficient of variation", Unit::kPlain}}};

std::optional<double> OfRing(const Json& ring, const std::string& figure) {
  return NumberAt(ring, figure == "cv" ? "cv" : figure + "_to_mean");
}

// Each figure of this ring, on the band of 95 % of random rings.
std::string ChanceTable(const Json& ring) {
  const Json& theory = At(ring, "theory");
  Table table("This ring, against what a perfectly random hash would give.",
              {{"", false},
               {"this ring"},
               {"by chance"},
               {"against 95 % of random rings", false, "wide"},
               {"percentile"}});
  for (const Figure& figure : kFigures) {
    const std::string path = figure.path;
    const auto is = OfRing(ring, path);
    if (!is) continue;
    const auto expected = NumberAt(theory, "expected_" + path);
    const auto low = NumberAt(theory, path + "_low");
    const auto high = NumberAt(theory, path + "_high");
    const double least = std::min(*is, low.value_or(*is));
    const double most = std::max(*is, high.value_or(*is));
    const double margin = std::max(most - least, 1e-9) * 0.25;
    Strip strip(Scale(Scale::Kind::kLinear, least - margin, most + margin));
    std::string text = std::string(figure.name) + ": " + Shown(figure.unit, *is);
    if (low && high) {
      strip.Range(*low, *high, "plain");
      text +=
          ", 95 % of random rings " + Shown(figure.unit, *low) + " to " + Shown(figure.unit, *high);
    }
    if (expected) strip.Mark(*expected, "ink");
    strip.Dot(*is, "c2");
    const auto percentile = NumberAt(theory, path + "_percentile");
    table.Row({figure.name, Cell(figure.unit, is), Cell(figure.unit, expected), strip.Markup(text),
               percentile ? Format("%.1f", *percentile) : "–"});
  }
  if (table.rows() == 0) return "";
  using Shape = StripKey::Shape;
  return StripLegend({{Shape::kBar, "plain", "95 % of random rings"},
                      {Shape::kMark, "ink", "expected by chance"},
                      {Shape::kDot, "c2", "this ring"}}) +
         table.Markup();
}

std::string RemediesTable(const Json& ring, double target) {
  Table table("What would help: the load of the busiest node, on average over where hot keys fall.",
              {{"change", false, "name"},
               {"average peak"},
               {"from even (left end) up", false, "wide"},
               {"these keys"},
               {"enough?", false}});
  double most = target;
  for (const Json& remedy : ListAt(ring, "verdict/remedies")) {
    most = std::max(most, NumberAt(remedy, "expected_peak").value_or(1));
  }
  for (const Json& remedy : ListAt(ring, "verdict/remedies")) {
    const auto peak = NumberAt(remedy, "expected_peak");
    Strip strip(Scale(Scale::Kind::kLinear, 1, most * 1.02));
    const bool enough = TrueAt(remedy, "enough");
    if (peak) strip.Bar(*peak, enough ? "c3" : "plain");
    strip.Mark(target, "ink");
    table.Row({Escape(TextAt(remedy, "change")), Cell(Unit::kRatio, peak),
               strip.Markup("average peak " + Cell(Unit::kRatio, peak)),
               Cell(Unit::kRatio, NumberAt(remedy, "peak_to_mean")),
               enough ? Element("span", {{"class", "good-text"}}, "✓ enough") : ""});
  }
  if (table.rows() == 0) return "";
  return Heading("What would help") +
         Paragraph("The mark is the target, " + Shown(Unit::kRatio, target) +
                       ": a bar that ends before it is enough.",
                   "soft") +
         table.Markup();
}

std::string ResizeTable(const Json& ring) {
  Table table(
      "What moves when one node more or fewer is there. Ideal is the share that this node should "
      "have by its weight: what moves on average of a ring that moves nothing needlessly. One ring "
      "may move more or less.",
      {{"change", false, "name"},
       {"keys moved"},
       {"ideal"},
       {"between nodes that stay"},
       {"nodes that receive"}});
  for (const auto& [key, name] : std::array<std::pair<const char*, const char*>, 2>{
           {{"add", "add "}, {"remove", "remove "}}}) {
    const Json& resize = At(ring, std::string("resize/") + key);
    if (!resize.is_object()) continue;
    const std::string change = Name(name + TextAt(resize, "node"));
    if (const std::string refused = TextAt(resize, "refused"); !refused.empty()) {
      table.Row({change, Escape(refused), "–", "–", "–"});
      continue;
    }
    table.Row({change, Cell(Unit::kShare, NumberAt(resize, "moved")),
               Cell(Unit::kShare, NumberAt(resize, "ideal")),
               Cell(Unit::kShare, NumberAt(resize, "spurious")),
               Cell(Unit::kCount, NumberAt(resize, "recipients"))});
  }
  return table.rows() == 0 ? "" : Heading("When nodes come and go") + table.Markup();
}

// What the top of the page does not say already, of a ring that is alone.
std::string TrafficTiles(const Json& ring, bool is_alone) {
  std::vector<FigureTile> figures{
      {"traffic/hottest_key_share", Unit::kShare, "of all requests are for the hottest key"},
      {"traffic/cv_ring", Unit::kPlain,
       "unevenness (CV) of the load that the ring brings; more replicas mend it"},
      {"traffic/cv_popularity", Unit::kPlain, "that popular keys bring; only mirroring mends it"}};
  if (!is_alone) {
    figures.insert(
        figures.begin(),
        {{"peak_to_mean", Unit::kRatio, "share of the busiest node, over the mean"},
         {"traffic/expected_peak", Unit::kRatio, "load of the busiest node, on average"}});
    figures.push_back({"timing/lookup_hot_ns", Unit::kNanos, "a lookup"});
  }
  return Tiles(TilesOf(ring, figures));
}

std::vector<NodeRow> RowsOf(const Json& result, const Json& ring, bool is_first) {
  std::vector<NodeRow> rows;
  const Json& traffic = ListAt(ring, "traffic/nodes");
  const Json& measured = ListAt(result, "loopback/nodes");
  const Json& arcs = ListAt(ring, "arcs");
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    NodeRow row{.name = TextAt(arcs[i], "node"),
                .ideal = NumberAt(arcs[i], "ideal").value_or(1 / static_cast<double>(arcs.size())),
                .arc = NumberAt(arcs[i], "share")};
    if (i < traffic.size() && TextAt(traffic[i], "node") == row.name) {
      row.expected = NumberAt(traffic[i], "expected_share");
    }
    if (is_first && i < measured.size() && TextAt(measured[i], "name") == row.name) {
      row.measured = NumberAt(measured[i], "measured_share");
      row.requests = NumberAt(measured[i], "requests");
    }
    rows.push_back(row);
  }
  return rows;
}

std::string Counted(double count, const std::string& noun) {
  return Shown(Unit::kCount, count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::string TitleOf(const Json& ring) {
  std::string title = "Ring " + TextAt(ring, "ring");
  if (const auto nodes = NumberAt(ring, "nodes")) title += ", " + Counted(*nodes, "node");
  if (const auto n = NumberAt(ring, "replicas")) title += ", " + Counted(*n, "replica");
  return title;
}

std::string RingBody(const Json& result, const Json& ring, std::size_t index) {
  std::string body;
  for (const Json& text : ListAt(ring, "verdict/text")) {
    if (text.is_string()) body += Paragraph(text.get<std::string>());
  }
  if (const std::string advice = TextAt(ring, "verdict/advice"); !advice.empty()) {
    body += Element("div", {{"class", "banner"}}, Paragraph(advice));
  }
  const std::vector<NodeRow> rows = RowsOf(result, ring, index == 0);
  body += TrafficTiles(ring, ListAt(result, "rings").size() == 1);
  if (!rows.empty()) body += Heading("The circle") + CircleMarkup(rows, At(ring, "positions"));
  const std::string chance = ChanceTable(ring);
  if (!chance.empty()) {
    body += Heading("Luck, or the hash?") +
            Paragraph(
                "A dot inside its band is as even as chance allows; one outside is luck or a "
                "hash that depends on names.",
                "soft") +
            chance;
  }
  body += Heading("Its nodes") + NodesMarkup("ring-" + std::to_string(index), rows);
  body += RemediesTable(ring, NumberAt(result, "config/target_peak").value_or(1.25));
  return body + ResizeTable(ring);
}

}  // namespace

Section CompareSection(const Json& result) {
  const Json& rings = ListAt(result, "rings");
  if (rings.size() < 2) return {};
  Table table("All rings on the same nodes.",
              {{"ring", false, "name"},
               {"peak"},
               {"share of the busiest and idlest node, over the mean", false, "wide"},
               {"idlest"},
               {"CV"},
               {"load peak"},
               {"moved by one more"},
               {"lookup"},
               {"memory"}});
  double most = 1;
  double least = 1;
  for (const Json& ring : rings) {
    most = std::max(most, NumberAt(ring, "peak_to_mean").value_or(1));
    least = std::min(least, NumberAt(ring, "min_to_mean").value_or(1));
  }
  for (const Json& ring : rings) {
    const auto peak = NumberAt(ring, "peak_to_mean");
    const auto min = NumberAt(ring, "min_to_mean");
    Strip strip(Scale(Scale::Kind::kLinear, least * 0.97, most * 1.03));
    if (peak && min) strip.Range(*min, *peak, "plain").Dot(*min, "c1").Dot(*peak, "c2");
    strip.Mark(1, "guide");
    const std::string name = TextAt(ring, "ring");
    table.Row(
        {Name(name), Cell(Unit::kRatio, peak),
         strip.Markup(name + ": " + Cell(Unit::kRatio, min) + " to " + Cell(Unit::kRatio, peak)),
         Cell(Unit::kRatio, min), Cell(Unit::kPlain, NumberAt(ring, "cv")),
         Cell(Unit::kRatio, NumberAt(ring, "traffic/expected_peak")),
         Cell(Unit::kShare, NumberAt(ring, "resize/add/moved")),
         Cell(Unit::kNanos, NumberAt(ring, "timing/lookup_hot_ns")),
         Cell(Unit::kBytes, NumberAt(ring, "bytes"))});
  }
  using Shape = StripKey::Shape;
  std::string body = Paragraph(
                         "The shorter the bar, the more even the ring; both dots on the "
                         "dashed line is perfect.",
                         "soft") +
                     StripLegend({{Shape::kDot, "c1", "idlest node"},
                                  {Shape::kDot, "c2", "busiest node"},
                                  {Shape::kMark, "guide", "the mean"}}) +
                     table.Markup();
  std::string left_out;
  for (const Json& ring : ListAt(result, "left_out")) {
    left_out += Element("li", {}, Escape(TextAt(ring, "ring") + ": " + TextAt(ring, "reason")));
  }
  if (!left_out.empty()) {
    body += Paragraph("Left out, because these nodes cannot be put on them:", "soft") +
            Element("ul", {}, left_out);
  }
  return {"rings", "Rings side by side", body};
}

Section RingSection(const Json& result, std::size_t index) {
  const Json& rings = ListAt(result, "rings");
  if (index >= rings.size() || !rings[index].is_object()) return {};
  const Json& ring = rings[index];
  std::string body = RingBody(result, ring, index);
  if (index > 0) body = Folded("Open", body);
  return {"ring-" + std::to_string(index), TitleOf(ring), body};
}

}  // namespace ringlab::html
