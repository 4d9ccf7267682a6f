#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/plot.h"
#include "results/html/draw/table.h"
#include "results/html/pages.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kMetricsMax = 500;
constexpr std::size_t kRunPlotsMax = 12;

const char* KindOf(const std::string& verdict) {
  if (verdict == "FAIL" || verdict == "INVALID") return "bad-text";
  if (verdict == "WARN" || verdict == "INCONCLUSIVE") return "warn-text";
  if (verdict == "OK" || verdict == "IMPROVED") return "good-text";
  return "";
}

const char* ColourOf(const std::string& verdict) {
  if (verdict == "FAIL" || verdict == "INVALID") return "c2";
  if (verdict == "WARN" || verdict == "INCONCLUSIVE") return "c5";
  if (verdict == "IMPROVED") return "c3";
  return "c1";
}

// head / base of a row: given, or from its figures.
std::optional<double> RatioOf(const Json& row) {
  if (const auto ratio = NumberAt(row, "ratio")) return ratio;
  const auto base = NumberAt(row, "base");
  const auto head = NumberAt(row, "head");
  if (base && head && *base > 0) return *head / *base;
  return std::nullopt;
}

// Every interval fits, 1 is in the middle, and no scale is so fine that noise looks large.
Scale RatioScale(const Json& rows) {
  double reach = std::log(1.05);
  for (const Json& row : rows) {
    for (const auto& value : {RatioOf(row), NumberAt(row, "low"), NumberAt(row, "high")}) {
      if (value && *value > 0) reach = std::max(reach, std::abs(std::log(*value)));
    }
  }
  reach = std::min(reach * 1.1, std::log(16.0));
  return {Scale::Kind::kLog, std::exp(-reach), std::exp(reach)};
}

std::string Forest(const Json& row, const Scale& scale) {
  const std::string verdict = TextAt(row, "verdict");
  const auto ratio = RatioOf(row);
  const auto low = NumberAt(row, "low");
  const auto high = NumberAt(row, "high");
  Strip strip(scale);
  std::string text = TextAt(row, "name") + ": ratio " + Cell(Unit::kRatio, ratio);
  if (low && high) {
    strip.Range(*low, *high, std::string(ColourOf(verdict)) + " thin");
    text += ", interval " + Shown(Unit::kRatio, *low) + " to " + Shown(Unit::kRatio, *high);
  }
  strip.Mark(1, "guide");
  if (ratio) strip.Dot(*ratio, low && high ? "ink" : ColourOf(verdict));
  return strip.Markup(text);
}

std::string FineText(const std::string& text) {
  return text.empty() ? "" : Element("span", {{"class", "delta"}}, Escape(text));
}

bool IsQuiet(const Json& row) {
  const std::string verdict = TextAt(row, "verdict");
  return verdict == "OK" || (verdict == "info" && TextAt(row, "note") == "new");
}

// The rows that say something, or those that do not.
Table ForestTable(const Json& rows, bool quiet, const Scale& scale) {
  Table table(
      Format("Ratios head / base; strips reach from %.2f × to %.2f ×.", scale.low(), scale.high()),
      {{"", false},
       {"benchmark", false, "name"},
       {"measure", false},
       {"base"},
       {"head"},
       {"change, and its limit"},
       {"ratio and its interval", false, "half"}});
  for (const Json& row : rows) {
    if (table.rows() == kMetricsMax || IsQuiet(row) != quiet) continue;
    const std::string verdict = TextAt(row, "verdict");
    const auto ratio = RatioOf(row);
    const std::string against = TextAt(row, "against");
    table.Row(
        {Element("span", {{"class", KindOf(verdict)}}, Escape(verdict)),
         Name(TextAt(row, "name")) + FineText(TextAt(row, "note")),
         Escape(TextAt(row, "measure")) + FineText(against.empty() ? "" : "against the " + against),
         Cell(Unit::kPlain, NumberAt(row, "base")), Cell(Unit::kPlain, NumberAt(row, "head")),
         (ratio ? Format("%+.2f %%", 100 * (*ratio - 1)) : "–") + FineText(TextAt(row, "limit")),
         Forest(row, scale)});
  }
  return table;
}

Section ForestSection(const Json& result) {
  const Json& rows = ListAt(result, "rows");
  if (rows.empty()) return {};
  const Scale scale = RatioScale(rows);
  const Table news = ForestTable(rows, false, scale);
  const Table quiet = ForestTable(rows, true, scale);
  using Shape = StripKey::Shape;
  std::string body =
      Paragraph(
          "The dashed line is no change. Where there is an interval, right of the line is worse, "
          "and one that does not touch it is a change that is not chance; a dot without an "
          "interval is head / base as it was found, exact unless its verdict is info.",
          "soft") +
      StripLegend({{Shape::kDot, "ink", "ratio"},
                   {Shape::kRange, "c1 thin", "interval"},
                   {Shape::kMark, "guide", "no change"}});
  if (news.rows() > 0) body += news.Markup();
  for (const auto& [key, title] : std::array<std::pair<const char*, const char*>, 2>{
           {{"reproduce", "To reproduce:"}, {"accept", "To accept:"}}}) {
    const std::string command = TextAt(result, key);
    if (!command.empty()) {
      body += Paragraph(title) + Element("pre", {}, Element("code", {}, Escape(command)));
    }
  }
  if (quiet.rows() > 0) {
    body += Folded(Plural(quiet.rows(), "metric") + " with nothing to say", quiet.Markup());
  }
  if (news.rows() + quiet.rows() < rows.size()) {
    body +=
        Paragraph(Format("More than %zu metrics: the rest is in the JSON.", kMetricsMax), "soft");
  }
  return {"comparisons", "What changed", body};
}

std::vector<Point> Samples(const Json& row, const char* side, double shift) {
  std::vector<Point> points;
  const std::vector<double> samples = ColumnAt(row, side);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    points.push_back({static_cast<double>(i + 1) + shift, samples[i]});
  }
  return points;
}

// The samples in the order in which they were taken: drift and spikes show here.
Section RunOrderSection(const Json& result) {
  std::string body;
  std::size_t drawn = 0;
  for (const Json& row : ListAt(result, "rows")) {
    Line base{.name = "base", .colour = 1, .points = Samples(row, "base_samples", 0)};
    Line head{.name = "head", .colour = 2, .points = Samples(row, "head_samples", 0)};
    if (base.points.size() < 2 || head.points.size() < 2) continue;
    if (++drawn > kRunPlotsMax) {
      body += Paragraph("Of more metrics the samples are in the JSON.", "soft");
      break;
    }
    double low = INFINITY;
    double high = 0;
    for (const Line* line : {&base, &head}) {
      for (const Point& p : line->points) {
        low = std::min(low, p.y);
        high = std::max(high, p.y);
      }
    }
    const double margin = std::max((high - low) * 0.1, 1e-12);
    const std::string measure = TextAt(row, "measure");
    body +=
        Heading(TextAt(row, "name")) +
        PlotFigure(
            {.id = "runs-" + std::to_string(drawn),
             .title = "Samples of " + TextAt(row, "name") + " in the order of the runs",
             .summary = Format("%zu pairs.", base.points.size()),
             .reading = "Two levels apart all the way are a real change; lines that "
                        "drift or jump together are the machine.",
             .x = {.title = "pair, in the order of measuring",
                   .unit = Unit::kCount,
                   .scale = Scale(Scale::Kind::kLinear, 1, static_cast<double>(base.points.size())),
                   .wanted = 8},
             .y = {.title = measure.empty() ? "as measured" : measure,
                   .unit = Unit::kPlain,
                   .scale =
                       Scale(Scale::Kind::kLinear, std::max(0.0, low - margin), high + margin)},
             .lines = {base, head},
             .height = 180});
  }
  return {"run-order", "Samples in the order of the runs", body};
}

// Of paths whose instructions moved: in which functions.
Section FunctionsSection(const Json& result) {
  Table table(
      "Instructions of one operation, by function: what each spends itself, head less base.",
      {{"benchmark", false, "name"}, {"function", false, "name"}, {"instructions"}});
  const Json& functions = At(result, "functions");
  if (!functions.is_object()) return {};
  for (const auto& [path, deltas] : functions.items()) {
    for (const Json& delta : deltas) {
      if (table.rows() == kMetricsMax) break;
      const auto moved = NumberAt(delta, "instructions_per_op");
      table.Row({Escape(path), Element("code", {}, Escape(TextAt(delta, "function"))),
                 moved ? Format("%+.1f", *moved) : "–"});
    }
  }
  return {"functions", "Where the instructions went", table.rows() == 0 ? "" : table.Markup()};
}

Section RemarksSection(const Json& result) {
  std::string list;
  for (const Json& remark : ListAt(result, "remarks")) {
    if (remark.is_string()) list += Element("li", {}, Escape(remark.get<std::string>()));
  }
  return {"remarks", "Remarks", list.empty() ? "" : Element("ul", {}, list)};
}

}  // namespace

Report GateReport(const Json& result) {
  Report report{.title = "ringlab performance gate", .banner = "", .sections = {}};
  const std::string base = TextAt(result, "base");
  const std::string head = TextAt(result, "head");
  if (!base.empty() && !head.empty()) report.title += " · " + base + " → " + head;
  std::vector<Tile> tiles;
  if (const auto pairs = NumberAt(result, "pairs")) {
    tiles.push_back({Shown(Unit::kCount, *pairs), "pairs of runs, base and head in turn"});
    tiles.push_back({Cell(Unit::kShare, NumberAt(result, "steal_share")),
                     "of the machine's time was taken away meanwhile"});
  }
  report.banner = VerdictBanner(result, Tiles(tiles));
  report.sections = {ForestSection(result), FunctionsSection(result), RunOrderSection(result),
                     RemarksSection(result), IdentitySection(result, nullptr)};
  return report;
}

}  // namespace ringlab::html
