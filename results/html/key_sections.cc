#include "results/html/key_sections.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/plot.h"
#include "results/html/draw/table.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kHottestMax = 50;  // rows, whatever a file holds

// Shares of one key, on average over a band of ranks.
std::string PopularityChart(const Json& result) {
  const auto sent = NumberAt(result, "totals/sent");
  const auto zipf = NumberAt(result, "config/zipf_s");
  Line expected{.name = "expected by Zipf's law", .colour = 0, .points = {}};
  Line observed{.name = "observed", .colour = 2, .style = Line::Style::kDots, .points = {}};
  double ranks = 1;
  double low = INFINITY;
  double high = 0;
  for (const Json& band : ListAt(result, "popularity/ranks")) {
    const auto from = NumberAt(band, "rank");
    const auto share = NumberAt(band, "expected_share");
    const auto requests = NumberAt(band, "requests");
    if (!from || !share || !(*from >= 1)) continue;
    const double to = std::max(*from, NumberAt(band, "to").value_or(*from));
    const double keys = to - *from + 1;
    const double at = std::sqrt(*from * to);
    const auto add = [&](Line& line, double y) {
      line.points.push_back({at, y});
      low = std::min(low, y);
      high = std::max(high, y);
    };
    ranks = std::max(ranks, to);
    if (*share > 0) add(expected, *share / keys);
    if (requests && *requests > 0 && sent && *sent > 0) add(observed, *requests / *sent / keys);
  }
  if (high <= 0 || ranks <= 1) return "";
  return PlotFigure(
      {.id = "zipf-chart",
       .title = "Popularity of keys by rank, observed and expected",
       .summary = Format("%zu bands of ranks over %.0f keys.", expected.points.size(), ranks),
       .reading = "Both axes are logarithmic, so Zipf's law" +
                  (zipf ? Format(" with s = %g", *zipf) : std::string()) +
                  " is a straight line; dots on it mean that the traffic was as skewed as it was "
                  "meant to be. A dot is the mean of a band of ranks; far right, with few requests "
                  "a key, dots scatter by chance.",
       .x = {.title = "rank of the key, the most popular first (log scale)",
             .unit = Unit::kCount,
             .scale = Scale(Scale::Kind::kLog, 1, ranks)},
       .y = {.title = "share of the requests, of one key (log scale)",
             .unit = Unit::kShare,
             .scale = Scale::Decades(low, high)},
       .lines = {expected, observed}});
}

std::string HottestTable(const Json& result) {
  const auto sent = NumberAt(result, "totals/sent");
  Table table("The hottest keys, and which node owns them.",
              {{"rank"},
               {"key", false, "name"},
               {"owner", false, "name"},
               {"share of the requests", false, "half"},
               {"expected"},
               {"observed"},
               {"requests"}});
  double largest = 0;
  for (const Json& key : ListAt(result, "popularity/hottest")) {
    largest = std::max(largest, NumberAt(key, "expected_share").value_or(0));
    const double requests = NumberAt(key, "requests").value_or(0);
    if (sent && *sent > 0) largest = std::max(largest, requests / *sent);
  }
  for (const Json& key : ListAt(result, "popularity/hottest")) {
    if (table.rows() == kHottestMax) break;
    const auto expected = NumberAt(key, "expected_share");
    const auto requests = NumberAt(key, "requests");
    std::optional<double> observed;
    if (requests && sent && *sent > 0) observed = *requests / *sent;
    Strip strip(Scale(Scale::Kind::kLinear, 0, largest * 1.02));
    if (expected) strip.Mark(*expected, "ink");
    if (observed) strip.Bar(*observed, "c2 thin");
    const std::string name = TextAt(key, "key");
    table.Row({Cell(Unit::kCount, NumberAt(key, "rank")), Element("code", {}, Name(name)),
               Name(TextAt(key, "owner")),
               strip.Markup(name + ": " + Cell(Unit::kShare, observed) + " observed, " +
                            Cell(Unit::kShare, expected) + " expected"),
               Cell(Unit::kShare, expected), Cell(Unit::kShare, observed),
               Cell(Unit::kCount, requests)});
  }
  if (table.rows() == 0) return "";
  return Heading("The hottest keys") +
         Paragraph(
             "Bar: observed; mark: expected. All requests for one of these keys end at one "
             "node, its owner, unless it is copied or mirrored.",
             "soft") +
         table.Markup();
}

}  // namespace

Section PopularitySection(const Json& result) {
  return {"popularity", "Popularity of keys", PopularityChart(result) + HottestTable(result)};
}

}  // namespace ringlab::html
