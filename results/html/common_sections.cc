#include "results/html/common_sections.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/html/draw/markup.h"
#include "results/html/draw/table.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

struct Meaning {
  const char* verdict;
  const char* kind;  // a class of the style sheet
  const char* sign;
  const char* text;
};

constexpr std::array<Meaning, 10> kMeanings{{
    {"VALID", "good", "✓", "These figures can be trusted"},
    {"FAILED", "bad", "✕", "A threshold or a check did not hold."},
    {"INVALID", "warn", "!", "These figures would mislead: do not compare them."},
    {"OK", "good", "✓", "Nothing became slower or larger."},
    {"IMPROVED", "good", "✓", "Something became faster or smaller, and nothing worse."},
    {"WARN", "warn", "!", "Something became worse, within its limit."},
    {"FAIL", "bad", "✕", "Something became worse, beyond its limit."},
    {"INCONCLUSIVE", "warn", "?", "Too noisy, or too little, to tell."},
    {"WARMING UP", "", "…", "Nothing is measured yet."},
    {"MEASURING", "", "…", "The run goes on: these are its figures so far."},
}};
constexpr Meaning kUnknown{"", "", "?", "This result has no verdict."};

const Meaning& MeaningOf(const std::string& verdict) {
  for (const Meaning& meaning : kMeanings) {
    if (verdict == meaning.verdict) return meaning;
  }
  return kUnknown;
}

// Of a run that nothing was asked of there is nothing that holds.
std::string MeaningFor(const Json& result, const Meaning& meaning) {
  if (std::string_view(meaning.verdict) != "VALID") return meaning.text;
  return std::string(meaning.text) +
         (ListAt(result, "thresholds").empty() ? "." : ", and every threshold holds.");
}

std::string Definition(const std::string& term, const std::string& text) {
  if (text.empty()) return "";
  return Element("dt", {}, Escape(term)) + Element("dd", {}, Escape(text));
}

// A scalar as people read it; lists and objects as JSON.
std::string Scalar(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_float()) return Format("%.6g", json.get<double>());
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// "get 99.9 %, set 0.1 %": what was not asked for is left out.
std::string Mix(const Json& mix) {
  std::string text;
  for (const auto& [operation, share] : mix.items()) {
    if (!share.is_number() || share == 0) continue;
    text +=
        (text.empty() ? "" : ", ") + operation + ' ' + Format("%.4g %%", 100 * share.get<double>());
  }
  return text;
}

std::string EveryField(const Json& object) {
  if (!object.is_object()) return "";
  std::string list;
  for (const auto& [name, value] : object.items()) {
    if (name == "command") continue;
    list += Definition(name, name == "mix" && value.is_object() ? Mix(value) : Scalar(value));
  }
  return Element("dl", {}, list);
}

std::string Environment(const Json& result) {
  const Json& e = At(result, "environment");
  std::string text;
  for (const char* part : {"cpu", "cores", "kernel", "os", "compiler", "build"}) {
    const Json& value = At(e, part);
    if (value.is_null()) continue;
    text += (text.empty() ? "" : " · ") + Scalar(value);
    if (std::string_view(part) == "cores") text += value == 1 ? " core" : " cores";
  }
  return text;
}

std::string DeltaMarkup(const std::optional<double>& was, const std::optional<double>& is) {
  const std::string change = Change(was, is);
  return change.empty() ? "" : Element("span", {{"class", "delta"}}, change);
}

}  // namespace

std::string Tiles(const std::vector<Tile>& tiles) {
  std::string markup;
  for (const Tile& tile : tiles) {
    if (tile.figure.empty()) continue;
    markup +=
        Element("div", {{"class", "tile"}},
                Element("b", {}, Escape(tile.figure)) + Element("span", {}, Escape(tile.text)));
  }
  return markup.empty() ? "" : Element("div", {{"class", "tiles"}}, markup);
}

std::vector<Tile> TilesOf(const Json& json, const std::vector<FigureTile>& figures) {
  std::vector<Tile> tiles;
  for (const FigureTile& figure : figures) {
    const auto value = NumberAt(json, figure.path);
    if (value) tiles.push_back({Shown(figure.unit, *value), figure.text});
  }
  return tiles;
}

std::string VerdictBanner(const Json& result, const std::string& more) {
  const std::string verdict = TextAt(result, "verdict");
  const Meaning& meaning = MeaningOf(verdict);
  std::string reasons;
  for (const Json& reason : ListAt(result, "reasons")) {
    reasons += Element("li", {}, Escape(Scalar(reason)));
  }
  std::string early = TrueAt(result, "interrupted")
                          ? Paragraph(
                                "The run was cut short: these are the figures of "
                                "what was measured until then.")
                          : "";
  for (const Json& gone : ListAt(result, "gone")) {
    early += Paragraph("The run was cut short: " + Escape(Scalar(gone)));
  }
  for (const Json& warning : ListAt(result, "warnings")) {
    reasons += Element("li", {}, Escape("beware: " + Scalar(warning)));
  }
  return Element("div", {{"class", std::string("banner ") + meaning.kind}, {"id", "verdict"}},
                 Element("p", {{"class", "word"}},
                         Element("span", {{"aria-hidden", "true"}},
                                 std::string(meaning.sign) + "\u00a0") +
                             Escape(verdict.empty() ? "NO VERDICT" : verdict)) +
                     Paragraph(MeaningFor(result, meaning)) +
                     (reasons.empty() ? "" : Element("ul", {}, reasons)) + early) +
         more;
}

Section IdentitySection(const Json& result, const Json* baseline) {
  const std::string command = TextAt(result, "command");
  std::string body;
  if (!command.empty()) {
    body +=
        Paragraph("To run the same again:") +
        Element("pre", {{"id", "command"}}, Element("code", {}, "scripts/run " + Escape(command)));
  }
  std::string list = Definition("started", TextAt(result, "started_at"));
  const auto seed = NumberAt(result, "config/seed");
  if (seed) list += Definition("seed", Decimal(*seed, 0));
  list += Definition("plan hash", TextAt(result, "config/plan_hash"));
  list += Definition("cluster", TextAt(result, "config/cluster"));
  list += Definition("commit", TextAt(result, "environment/commit"));
  list += Definition("version", TextAt(result, "environment/version"));
  list += Definition("machine", Environment(result));
  if (baseline != nullptr) {
    list += Definition("compared with", "a run of " + TextAt(*baseline, "started_at"));
    const std::string plan = TextAt(result, "config/plan_hash");
    if (!plan.empty() && plan != TextAt(*baseline, "config/plan_hash")) {
      list +=
          Definition("beware", "the two runs sent different requests: their plan hashes differ");
    }
    if (Environment(result) != Environment(*baseline)) {
      list += Definition("beware",
                         "the two runs are from different machines: " + Environment(*baseline));
    }
  }
  body += Element("dl", {}, list);
  const std::string every = EveryField(At(result, "config"));
  if (!every.empty()) body += Folded("Every setting", every);
  const std::string environment = EveryField(At(result, "environment"));
  if (!environment.empty()) body += Folded("The whole environment", environment);
  return {"identity", "What was run", body};
}

Section ThresholdsSection(const Json& result) {
  Table table("What had to hold, and what was measured.",
              {{"threshold", false}, {"measured"}, {"verdict", false}});
  for (const Json& row : ListAt(result, "thresholds")) {
    const bool passed = TrueAt(row, "passed");
    const auto ns = NumberAt(row, "measured_ns");
    const auto plain = NumberAt(row, "measured");
    const std::string ring = TextAt(row, "ring");
    table.Row({(ring.empty() ? "" : Escape(ring) + ": ") +
                   Element("code", {}, Escape(TextAt(row, "threshold"))),
               (TrueAt(row, "at_least") ? "≥ " : "") +
                   (ns ? Cell(Unit::kNanos, ns) : Cell(Unit::kPlain, plain)),
               Element("span", {{"class", passed ? "good-text" : "bad-text"}},
                       passed ? "✓ holds" : "✕ does not hold")});
  }
  return {"thresholds", "Thresholds", table.rows() == 0 ? "" : table.Markup()};
}

std::string Cell(Unit unit, const std::optional<double>& value) {
  return value ? Escape(Shown(unit, *value)) : "–";
}

std::string Change(const std::optional<double>& was, const std::optional<double>& is) {
  if (!was || !is || *was <= 0) return "";
  return Format("%+.1f %%", 100 * (*is / *was - 1));
}

std::string TimeCell(const Json& latency, const std::string& key) {
  const auto ns = NumberAt(latency, key);
  if (!ns) return "–";
  if (*ns >= kTimeBeyondNs) return "≥ 60 s";
  const bool at_least = key == "mean" && NumberAt(latency, "clamped").value_or(0) > 0;
  return (at_least ? "≥ " : "") + Cell(Unit::kNanos, ns);
}

std::string LatencyTable(const std::string& caption, const std::vector<NamedJson>& rows,
                         const Percentiles& percentiles, const std::vector<const Json*>& baseline) {
  std::vector<std::pair<std::string, std::string>> figures{{"mean", "mean"}};
  for (const Percentile& percentile : percentiles) {
    figures.emplace_back(percentile.key, percentile.title);
  }
  figures.emplace_back("max", "max");
  std::vector<Table::Column> columns{{"", false}, {"count"}};
  for (const auto& [key, title] : figures) columns.push_back({title});
  Table table(caption, columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [name, json] = rows[i];
    if (!(NumberAt(*json, "count").value_or(0) > 0)) continue;
    std::vector<std::string> cells{Escape(name), Cell(Unit::kCount, NumberAt(*json, "count"))};
    for (const auto& [key, title] : figures) {
      const auto is = NumberAt(*json, key);
      cells.push_back(TimeCell(*json, key));
      if (i < baseline.size()) cells.back() += DeltaMarkup(NumberAt(*baseline[i], key), is);
    }
    table.Row(cells);
  }
  return table.rows() == 0 ? "" : table.Markup();
}

}  // namespace ringlab::html
