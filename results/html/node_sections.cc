#include "results/html/node_sections.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/ring_circle.h"
#include "results/html/draw/table.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

using Field = std::optional<double> NodeRow::*;

bool Any(const std::vector<NodeRow>& rows, Field field) {
  return std::any_of(rows.begin(), rows.end(), [&](const NodeRow& r) { return r.*field; });
}

double Largest(const std::vector<NodeRow>& rows, const std::vector<Field>& fields) {
  double largest = 0;
  for (const NodeRow& row : rows) {
    for (const Field field : fields) largest = std::max(largest, (row.*field).value_or(0));
  }
  return largest;
}

std::string ShareStrip(const NodeRow& row, double largest) {
  Strip strip(Scale(Scale::Kind::kLinear, 0, largest * 1.02));
  std::string text = row.name;
  if (row.arc) {
    strip.Bar(*row.arc, "plain");
    text += ": ring " + Shown(Unit::kShare, *row.arc);
  }
  strip.Mark(row.ideal, "guide");
  if (row.expected) {
    strip.Mark(*row.expected, "ink");
    text += ", expected " + Shown(Unit::kShare, *row.expected);
  }
  if (row.measured) {
    strip.Dot(*row.measured, "c2");
    text += ", measured " + Shown(Unit::kShare, *row.measured);
  }
  return strip.Markup(text);
}

std::string KeysOfStrips(const std::vector<NodeRow>& rows) {
  using Shape = StripKey::Shape;
  std::vector<StripKey> keys;
  if (Any(rows, &NodeRow::arc)) {
    keys.push_back({Shape::kBar, "plain", "share of the ring"});
    keys.push_back({Shape::kMark, "guide", "the even share"});
  }
  if (Any(rows, &NodeRow::expected)) {
    keys.push_back({Shape::kMark, "ink", "expected of the requests"});
  }
  if (Any(rows, &NodeRow::measured)) keys.push_back({Shape::kDot, "c2", "measured"});
  return StripLegend(keys);
}

struct ValueColumn {
  Field field;
  const char* title;
  Unit unit;
};
constexpr ValueColumn kValueColumns[] = {{&NodeRow::arc, "ring", Unit::kShare},
                                         {&NodeRow::expected, "expected", Unit::kShare},
                                         {&NodeRow::measured, "measured", Unit::kShare},
                                         {&NodeRow::requests, "requests", Unit::kCount},
                                         {&NodeRow::cpu_cores, "CPU cores", Unit::kPlain},
                                         {&NodeRow::resident_bytes, "memory", Unit::kBytes},
                                         {&NodeRow::asked, "asked", Unit::kCount},
                                         {&NodeRow::asked_failed, "failed", Unit::kCount},
                                         {&NodeRow::asked_p50_ns, "p50", Unit::kNanos},
                                         {&NodeRow::asked_p99_ns, "p99", Unit::kNanos},
                                         {&NodeRow::failed, "owned, failed", Unit::kCount},
                                         {&NodeRow::p50_ns, "owned, p50", Unit::kNanos},
                                         {&NodeRow::p99_ns, "owned, p99", Unit::kNanos}};

Table NodeTable(const std::vector<NodeRow>& shown, const std::vector<NodeRow>& all) {
  std::vector<Table::Column> columns{{"node", false, "name"}, {"shares", false, "half"}};
  for (const ValueColumn& column : kValueColumns) {
    if (Any(all, column.field)) columns.push_back({column.title});
  }
  Table table(std::string("Each node's share of the ring and of the requests") +
                  (Any(all, &NodeRow::p99_ns)
                       ? ", beside the response times of what it was asked, and of the keys that "
                         "it owns."
                       : "."),
              columns);
  const double largest = Largest(all, {&NodeRow::arc, &NodeRow::expected, &NodeRow::measured});
  const double slowest = Largest(all, {&NodeRow::p99_ns});
  for (const NodeRow& row : shown) {
    std::vector<std::string> cells{Name(row.name), ShareStrip(row, largest)};
    for (const ValueColumn& column : kValueColumns) {
      if (Any(all, column.field)) cells.push_back(Cell(column.unit, row.*column.field));
    }
    if (row.p99_ns) {
      Strip strip(Scale(Scale::Kind::kLinear, 0, slowest));
      strip.Bar(*row.p99_ns, "c1");
      cells.back() += strip.Markup(row.name + ": p99 " + Cell(Unit::kNanos, row.p99_ns), "small");
    }
    table.Row(cells);
  }
  return table;
}

// Shares over the even share, largest first.
Line Ranked(const std::string& name, Colour colour, Line::Style style,
            const std::vector<NodeRow>& rows, Field field) {
  std::vector<double> relative;
  for (const NodeRow& row : rows) {
    if (row.*field && row.ideal > 0) relative.push_back(*(row.*field) / row.ideal);
  }
  std::sort(relative.begin(), relative.end(), std::greater<>());
  Line line{.name = name, .colour = colour, .style = style, .points = {}};
  for (std::size_t i = 0; i < relative.size(); ++i) {
    line.points.push_back({static_cast<double>(i + 1), relative[i]});
  }
  return line;
}

std::string AllNodesChart(const std::string& id, const std::vector<NodeRow>& rows) {
  std::vector<Line> lines{Ranked("share of the ring", 0, Line::Style::kSolid, rows, &NodeRow::arc),
                          Ranked("expected", 1, Line::Style::kSolid, rows, &NodeRow::expected),
                          Ranked("measured", 2, Line::Style::kDashed, rows, &NodeRow::measured)};
  std::erase_if(lines, [](const Line& line) { return line.points.empty(); });
  double highest = 1;
  for (const Line& line : lines) highest = std::max(highest, line.points.front().y);
  return PlotFigure(
      {.id = id + "-ranked",
       .title = "Load of all nodes, busiest first",
       .summary = "The busiest has " + Shown(Unit::kRatio, highest) + " the even share.",
       .reading =
           "Each line is sorted by itself, from the busiest node on the left: a flat line at "
           "1 is an even ring, and what rises on the left are the nodes that fill up first.",
       .x = {.title = "rank of the node",
             .unit = Unit::kCount,
             .scale = Scale(Scale::Kind::kLinear, 1, static_cast<double>(rows.size())),
             .wanted = 6},
       .y = {.title = "share over the even share",
             .unit = Unit::kRatio,
             .scale = Scale::FromZero(highest)},
       .lines = lines,
       .rules = {{.at = 1, .label = "even"}},
       .height = 220});
}

}  // namespace

double NodeRow::Load() const { return measured.value_or(expected.value_or(arc.value_or(0))); }

std::vector<NodeRow> RowsToShow(std::vector<NodeRow> rows) {
  if (rows.size() <= kNodeRows) return rows;
  std::stable_sort(rows.begin(), rows.end(),
                   [](const NodeRow& a, const NodeRow& b) { return a.Load() > b.Load(); });
  rows.erase(rows.begin() + kBusiest, rows.end() - kIdlest);
  return rows;
}

std::string NodesMarkup(const std::string& id, const std::vector<NodeRow>& rows) {
  if (rows.empty()) return "";
  const std::vector<NodeRow> shown = RowsToShow(rows);
  std::string markup = KeysOfStrips(rows) + NodeTable(shown, rows).Markup();
  if (shown.size() < rows.size()) {
    markup += Paragraph("Of " + Plural(rows.size(), "node") + " the table shows the " +
                            std::to_string(kBusiest) + " busiest and the " +
                            std::to_string(kIdlest) + " idlest; the chart has all of them.",
                        "soft") +
              AllNodesChart(id, rows);
  }
  return markup;
}

std::string CircleMarkup(const std::vector<NodeRow>& rows, const Json& arcs) {
  RingDrawing ring{.title = "The ring as a circle", .names = {}, .shares = {}};
  for (const NodeRow& row : rows) {
    ring.names.push_back(row.name);
    ring.shares.push_back(row.arc.value_or(0));
  }
  ring.arc_ends = ColumnAt(arcs, "ends");
  for (const double owner : ColumnAt(arcs, "owners")) {
    ring.owners.push_back(owner >= 0 && owner < 1e9 ? static_cast<std::size_t>(owner)
                                                    : rows.size());
  }
  const bool has_arcs = !ring.arc_ends.empty() && ring.arc_ends.size() == ring.owners.size();
  std::string text =
      has_arcs ? "The outer circle is the hash space, from the top clockwise: each stretch in the "
                 "colour of the node that owns it, where it really lies. The inner circle puts "
                 "each node's stretches together: its share."
               : "Shares, not positions: each node's stretches of the hash space, put together.";
  if (rows.size() > kColouredNodes) {
    text +=
        " Vermilion is the node that owns most, blue the one that owns least; the others are "
        "grey.";
  } else {
    text += " Point at a stretch to see whose it is.";
  }
  std::string key;
  if (rows.size() <= kColouredNodes) {
    std::vector<StripKey> keys;
    const std::vector<std::string> colours = NodeColours(ring.shares);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      keys.push_back({StripKey::Shape::kBar, colours[i],
                      rows[i].name + " " + Shown(Unit::kShare, ring.shares[i])});
    }
    key = StripLegend(keys);
  }
  return Element("div", {{"class", "beside"}},
                 RingCircle(ring) + Element("div", {}, Paragraph(text, "soft") + key));
}

Section BalanceSection(const Json& result) {
  const Json& balance = At(result, "balance");
  const Json& nodes = ListAt(balance, "nodes");
  std::vector<NodeRow> rows;
  for (const Json& node : nodes) {
    rows.push_back({.name = TextAt(node, "name"),
                    .ideal = 1 / static_cast<double>(nodes.size()),
                    .arc = NumberAt(node, "arc_share"),
                    .expected = NumberAt(node, "expected_share"),
                    .measured = NumberAt(node, "measured_share"),
                    .requests = NumberAt(node, "requests"),
                    .p50_ns = NumberAt(node, "p50_ns"),
                    .p99_ns = NumberAt(node, "p99_ns"),
                    .failed = NumberAt(node, "failed"),
                    .asked = NumberAt(node, "asked/requests"),
                    .asked_failed = NumberAt(node, "asked/failed"),
                    .asked_p50_ns = NumberAt(node, "asked/p50_ns"),
                    .asked_p99_ns = NumberAt(node, "asked/p99_ns"),
                    .cpu_cores = NumberAt(node, "cpu_cores"),
                    .resident_bytes = NumberAt(node, "resident_bytes")});
  }
  if (rows.empty()) return {};
  const std::string body =
      Tiles(
          {{Cell(Unit::kRatio, NumberAt(balance, "peak_to_mean")),
            "the busiest node, over the mean of the requests"},
           {Cell(Unit::kRatio, NumberAt(balance, "min_to_mean")), "the idlest node, likewise"},
           {Cell(Unit::kPlain, NumberAt(balance, "cv")), "coefficient of variation (0 is even)"}}) +
      Paragraph(
          "A node's bar is what it owns of the hash ring. The mark is what it should get of "
          "the requests, popular keys counted as popular; the dot what it did get. Dot on "
          "mark: the cluster does what its ring says.",
          "soft") +
      NodesMarkup("nodes", rows) + CircleMarkup(rows, At(result, "balance/arcs"));
  return {"balance", "The ring and its nodes", body};
}

}  // namespace ringlab::html
