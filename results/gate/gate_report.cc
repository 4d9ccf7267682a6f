#include "results/gate/gate_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "results/format/printable.h"
#include "results/format/result_file.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRowsShown = 24;
constexpr std::size_t kPathsExplained = 6;

std::string Number(double figure) {
  if (figure == static_cast<double>(static_cast<std::uint64_t>(std::abs(figure))) &&
      figure < 1e15) {
    return Count(static_cast<std::uint64_t>(figure));
  }
  return Format(figure < 100 ? "%.3g" : "%.1f", figure);
}

bool IsExact(const Row& row) { return !row.interval && row.base_samples.empty(); }

std::string Unit(const Row& row) {
  if (row.measure == "instructions") return "Ir/op";
  if (row.measure == "allocations") return "allocs/op";
  if (row.measure == "allocated_bytes") return "alloc B/op";
  if (row.measure == "bytes") return "B";
  return row.measure;
}

std::string Change(const Row& row) {
  if (row.note.starts_with("missing") || row.note == "new") return "";
  if (row.interval) return Format("ratio %.3f", row.interval->ratio);
  if (row.base == row.head) return "0.0 %";
  return row.base > 0 ? Format("%+.1f %%", 100 * (row.head / row.base - 1)) : "from 0";
}

std::string Detail(const Row& row) {
  if (row.interval) {
    return Format("98 %% CI [%.3f, %.3f]", row.interval->low, row.interval->high);
  }
  return IsExact(row) ? "exact" : "";
}

std::string FigureText(const Row& row) {
  if (row.note.starts_with("missing")) return "missing";
  if (row.note == "new") return "new";
  return Number(row.base) + " -> " + Number(row.head);
}

std::string Line(const Row& row) {
  std::string line = Format("  %-12s %-32s %-10s %-22s %-12s %-24s %-6s",
                            std::string(GateVerdictName(row.verdict)).c_str(), row.name.c_str(),
                            Unit(row).c_str(), FigureText(row).c_str(), Change(row).c_str(),
                            Detail(row).c_str(), row.against.c_str());
  if (!row.limit.empty()) line += " limit " + row.limit;
  if (!row.note.empty() && row.note != "new") line += "  (" + row.note + ")";
  return line + '\n';
}

bool IsNews(const Row& row) {
  if (row.verdict == GateVerdict::kInfo) return row.note != "new";
  return row.verdict != GateVerdict::kOk;
}

std::string Summary(const Comparison& comparison) {
  std::string text = comparison.base + " -> " + comparison.head;
  if (comparison.pairs > 0) {
    text += Format("   %zu pairs   steal %.1f %%", comparison.pairs, 100 * comparison.steal_share);
  }
  return text;
}

std::size_t CountOf(const Comparison& comparison, GateVerdict verdict) {
  return static_cast<std::size_t>(
      std::ranges::count(comparison.rows, verdict, [](const Row& row) { return row.verdict; }));
}

std::string Functions(const Comparison& comparison, const char* bullet) {
  std::string text;
  std::vector<std::string> paths;  // in the order of the rows, worst first
  for (const Row& row : comparison.rows) {
    const bool known = comparison.functions.contains(row.name) &&
                       std::ranges::find(paths, row.name) == paths.end();
    if (known && paths.size() < kPathsExplained) paths.push_back(row.name);
  }
  for (const std::string& path : paths) {
    const std::vector<FunctionDelta>& deltas = comparison.functions.at(path);
    text += bullet + path + ": instructions moved in";
    for (const FunctionDelta& delta : deltas) {
      text += Format("  %s %+.1f", delta.function.c_str(), delta.instructions);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string Headline(const Comparison& comparison) {
  const GateVerdict worst = VerdictOf(comparison);
  std::string text(GateVerdictName(worst));
  if (WorstOf(comparison.rows) == GateVerdict::kInfo) {
    return text + (comparison.same_programs ? " (the programs are the same)" : " (nothing judged)");
  }
  text += " (" + std::to_string(CountOf(comparison, worst)) + " of " +
          std::to_string(comparison.rows.size()) + ")";
  const std::size_t improved = CountOf(comparison, GateVerdict::kImproved);
  if (improved > 0) text += ", IMPROVED (" + std::to_string(improved) + ")";
  return text;
}

std::string ToText(const Comparison& comparison, bool every_row) {
  std::string text = "PERF GATE  " + Summary(comparison) + "   " + Headline(comparison) + '\n';
  std::size_t quiet = 0;
  std::size_t news = 0;
  for (const Row& row : comparison.rows) {
    if (!every_row && !IsNews(row)) {
      ++quiet;
    } else if (every_row || news++ < kRowsShown) {
      text += Line(row);
    }
  }
  if (!every_row && news > kRowsShown) {
    text += "  and " + std::to_string(news - kRowsShown) + " more with a verdict: --all\n";
  }
  if (quiet > 0) text += "  and " + Plural(quiet, "metric") + " unchanged or new\n";
  text += Functions(comparison, "");
  for (const std::string& remark : comparison.remarks) text += "note: " + remark + '\n';
  const GateVerdict worst = VerdictOf(comparison);
  if (worst == GateVerdict::kFail || worst == GateVerdict::kInvalid) {
    if (!comparison.reproduce.empty()) text += "reproduce:  " + comparison.reproduce + '\n';
    if (!comparison.accept.empty()) text += "accept:     " + comparison.accept + '\n';
  } else if (CountOf(comparison, GateVerdict::kImproved) > 0 && !comparison.accept.empty()) {
    text += "better than before: keep it so with  " + comparison.accept + '\n';
  }
  return Printable(text);
}

std::string ToMarkdown(const Comparison& comparison) {
  std::string text =
      "### Performance gate: " + Headline(comparison) + "\n\n" + Summary(comparison) + "\n\n";
  text += "| verdict | metric | unit | base -> head | change | interval | against | limit |\n";
  text += "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  std::size_t quiet = 0;
  for (const Row& row : comparison.rows) {
    if (!IsNews(row)) {
      ++quiet;
      continue;
    }
    text += "| " + std::string(GateVerdictName(row.verdict)) + " | `" + row.name + "` | " +
            Unit(row) + " | " + FigureText(row) + " | " + Change(row) + " | " + Detail(row) +
            " | " + row.against + " | " + row.limit + (row.note.empty() ? "" : "; " + row.note) +
            " |\n";
  }
  text += "\n" + Plural(quiet, "metric") + " unchanged or new.\n";
  if (const std::string moved = Functions(comparison, "- "); !moved.empty()) text += "\n" + moved;
  for (const std::string& remark : comparison.remarks) text += "\nNote: " + remark + ".\n";
  if (!comparison.reproduce.empty()) text += "\nReproduce: `" + comparison.reproduce + "`\n";
  return text;
}

namespace {

Json RowJson(const Row& row) {
  Json json{{"verdict", GateVerdictName(row.verdict)},
            {"name", row.name},
            {"measure", row.measure},
            {"against", row.against},
            {"base", row.base},
            {"head", row.head}};
  if (row.interval) {
    json["ratio"] = row.interval->ratio;
    json["low"] = row.interval->low;
    json["high"] = row.interval->high;
  }
  if (!row.limit.empty()) json["limit"] = row.limit;
  if (!row.note.empty()) json["note"] = row.note;
  if (!row.base_samples.empty()) {
    json["base_samples"] = row.base_samples;
    json["head_samples"] = row.head_samples;
  }
  for (const Row& round : row.rounds) json["earlier_rounds"].push_back(RowJson(round));
  return json;
}

}  // namespace

Json ToJson(const Comparison& comparison) {
  Json json{{"schema_version", kSchemaVersion},
            {"tool", "gate"},
            {"verdict", GateVerdictName(VerdictOf(comparison))},
            {"base", comparison.base},
            {"head", comparison.head}};
  if (comparison.pairs > 0) {
    json["pairs"] = comparison.pairs;
    json["steal_share"] = comparison.steal_share;
  }
  json["remarks"] = comparison.remarks;
  json["rows"] = Json::array();
  for (const Row& row : comparison.rows) json["rows"].push_back(RowJson(row));
  for (const auto& [path, deltas] : comparison.functions) {
    for (const FunctionDelta& delta : deltas) {
      json["functions"][path].push_back(
          {{"function", delta.function}, {"instructions_per_op", delta.instructions}});
    }
  }
  if (!comparison.reproduce.empty()) json["reproduce"] = comparison.reproduce;
  if (!comparison.accept.empty()) json["accept"] = comparison.accept;
  json["environment"] = comparison.environment;
  return json;
}

}  // namespace ringlab
