#include "results/text/curves_text.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/parse.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr std::size_t kCurveNodes = 16;  // of more, those that need most and least

std::vector<JsonView> CurvesOf(const JsonView& result, const std::string& scope) {
  std::vector<JsonView> curves;
  for (const JsonView& curve : result["curves"].items()) {
    if (curve["scope"].text() == scope) curves.push_back(curve);
  }
  return curves;
}

std::string BytesText(double bytes) { return FormatBytes(static_cast<std::uint64_t>(bytes + 0.5)); }

std::string BytesCell(const JsonView& bytes) {
  return bytes.is_there() ? BytesText(bytes.number()) : "-";
}

double MostHits(const std::vector<JsonView>& curves) {
  double most = 0;
  for (const JsonView& curve : curves) {
    for (const JsonView& ratio : curve["hit_ratio"].items()) most = std::max(most, ratio.number());
  }
  return most;
}

std::string FigureLine(const std::string& name, const std::vector<std::string>& cells) {
  std::string line = text_page::Fit(name, 24, false);
  for (const std::string& cell : cells) line += text_page::Fit(cell, 12, true);
  return line;
}

void PrintRequests(const JsonView& mrc, Page& page) {
  page.Paragraph(
      "curves",
      Count(mrc["requests"].count()) + " requests" +
          (mrc["warm_up"].count() > 0 ? ", after " + Count(mrc["warm_up"].count()) + " to warm up,"
                                      : "") +
          " for some " + Count(static_cast<std::uint64_t>(mrc["entries"].number())) +
          " keys, which take " + BytesText(mrc["bytes"].number()) + " in the caches of " +
          Plural(mrc["nodes"].count(), "node") + ", with keys, overhead and index" +
          (mrc["absent"].count() > 0
               ? "; " + Count(mrc["absent"].count()) + " for keys without a value are left out"
               : ""));
  page.Paragraph(
      "", Percent(mrc["first_share"].number()) +
              " of the requests are the first for their key: no memory makes hits of "
              "them" +
              (mrc["rate"].number() < 1 ? Format("; sampled: LRU from %.3g %% of the keys at least",
                                                 100 * mrc["rate"].number())
                                        : std::string()));
}

void PrintCluster(const std::vector<JsonView>& curves, std::uint64_t nodes, Page& page) {
  std::vector<std::string> names{"a node"};
  for (const JsonView& curve : curves) names.push_back(curve["policy"].text());
  page.Line(FigureLine("memory of all nodes", names));
  const std::vector<JsonView> bytes = curves.front()["bytes"].items();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::vector<std::string> cells{BytesText(bytes[i].number() / static_cast<double>(nodes))};
    for (const JsonView& curve : curves) {
      const std::vector<JsonView> ratios = curve["hit_ratio"].items();
      cells.push_back(i < ratios.size() ? Percent(ratios[i].number()) : "-");
    }
    page.Line(FigureLine(BytesText(bytes[i].number()), cells));
  }
}

void PrintMemory(const std::vector<JsonView>& curves, Page& page) {
  page.Line(FigureLine("memory for hits of", {"90 %", "95 %", "99 %"}));
  for (const JsonView& curve : curves) {
    const JsonView memory = curve["memory_for"];
    page.Line(FigureLine(
        curve["policy"].text(),
        {BytesCell(memory["0.9"]), BytesCell(memory["0.95"]), BytesCell(memory["0.99"])}));
  }
}

void PrintCurveNode(const JsonView& result, const std::string& node, std::size_t policies,
                    Page& page) {
  std::vector<std::string> cells;
  for (const JsonView& curve : result["curves"].items()) {
    if (curve["scope"].text() != "node" || curve["node"].text() != node) continue;
    if (cells.size() < policies) cells.push_back(BytesCell(curve["memory_for"]["0.95"]));
  }
  page.Line(FigureLine(node, cells));
}

// The memory that each node would need for itself.
void PrintCurveNodes(const JsonView& result, const std::vector<JsonView>& cluster, Page& page) {
  std::vector<std::pair<double, std::string>> nodes;  // by what they need with the first policy
  std::vector<std::string> policies;
  for (const JsonView& curve : cluster) policies.push_back(curve["policy"].text());
  for (const JsonView& curve : CurvesOf(result, "node")) {
    if (curve["policy"].text() != policies.front()) continue;
    nodes.emplace_back(curve["memory_for"]["0.95"].maybe().value_or(INFINITY),
                       curve["node"].text());
  }
  if (nodes.size() < 2) return;
  page.Line();
  page.Line(FigureLine("alone, for 95 % hits", policies));
  const bool many = nodes.size() > kCurveNodes;
  if (many) std::stable_sort(nodes.begin(), nodes.end());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (many && i == kCurveNodes / 2) {
      const std::size_t hidden = nodes.size() - kCurveNodes;
      page.Line("… " + Count(hidden) + " more between those that need least and most");
      i += hidden;
    }
    PrintCurveNode(result, nodes[i].second, policies.size(), page);
  }
}

}  // namespace

std::string MemoryAnswer(const JsonView& result, const std::string& target) {
  const std::vector<JsonView> curves = CurvesOf(result, "cluster");
  if (curves.empty()) return "";
  const auto wanted = ParseNumber(target);
  const std::string percent = Format("%.4g %%", 100 * (wanted ? *wanted : 0));
  const JsonView* best = nullptr;
  for (const JsonView& curve : curves) {
    const JsonView bytes = curve["memory_for"][target];
    if (!bytes.is_there()) continue;
    if (best == nullptr || bytes.number() < (*best)["memory_for"][target].number()) best = &curve;
  }
  if (best == nullptr) {
    return percent + " hits: no memory gives so many; with every key in memory it is " +
           Percent(MostHits(curves));
  }
  const double bytes = (*best)["memory_for"][target].number();
  const double nodes = std::max(1.0, result["mrc"]["nodes"].number());
  std::string text = percent + " hits: " + BytesText(bytes) + " in all with " +
                     (*best)["policy"].text() + (curves.size() > 1 ? ", which needs least" : "");
  if (nodes > 1) text += ", " + BytesText(bytes / nodes) + " a node";
  if (const auto share = result["mrc"]["main_share"].maybe(); share && *share > 0) {
    text += " (--group-bytes " +
            std::to_string(static_cast<std::uint64_t>(std::ceil(bytes / nodes / *share))) + ")";
  }
  const JsonView first = curves.front();
  const JsonView of_first = first["memory_for"][target];
  if (first["policy"].text() == (*best)["policy"].text()) return text;
  return text + "; " + first["policy"].text() +
         (of_first.is_there() ? " needs " + BytesText(of_first.number()) : " does not get there");
}

void PrintCurves(const JsonView& result, Page& page) {
  const JsonView mrc = result["mrc"];
  if (!mrc.is_there()) return;
  PrintRequests(mrc, page);
  const std::vector<JsonView> cluster = CurvesOf(result, "cluster");
  if (cluster.empty()) return;
  page.Line();
  PrintCluster(cluster, std::max<std::uint64_t>(1, mrc["nodes"].count()), page);
  page.Line();
  PrintMemory(cluster, page);
  PrintCurveNodes(result, cluster, page);
  page.Line();
  std::string label = "answer";
  for (const char* target : {"0.9", "0.95", "0.99"}) {
    page.Paragraph(std::exchange(label, ""), MemoryAnswer(result, target));
  }
  page.Paragraph("",
                 "memory is what cachenode counts of main entries: key, value, overhead and "
                 "index; --group-bytes adds the parts for copies of hot keys and for missing "
                 "ones");
}

}  // namespace ringlab
