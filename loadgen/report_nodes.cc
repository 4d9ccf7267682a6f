#include "loadgen/report_nodes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "loadgen/json_figures.h"

namespace ringlab {

namespace {

void PrintNode(const JsonView& node, Page& page) {
  const JsonView cpu = node["cpu_cores"];
  const JsonView memory = node["resident_bytes"];
  page.Row(node["name"].text(),
           {PercentOr(node["arc_share"], "-"), PercentOr(node["expected_share"], "-"),
            PercentOr(node["measured_share"], "-"), ShortCount(node["requests"].count()),
            Figure(node, "p50_ns"), Figure(node, "p99_ns"),
            cpu.is_there() ? Format("%.2f", cpu.number()) : "-",
            memory.is_there() ? FormatBytes(memory.count()) : "-"});
}

}  // namespace

void PrintNodes(const JsonView& run, const NodeRows& rows, Page& page) {
  page.Row("node", {"ring", "expected", "measured", "requests", "p50", "p99", "CPU", "memory"});
  std::vector<JsonView> nodes = run["balance"]["nodes"].items();
  const bool many = nodes.size() > rows.most;
  if (many) {
    std::stable_sort(nodes.begin(), nodes.end(), [](const JsonView& a, const JsonView& b) {
      return a["requests"].count() > b["requests"].count();
    });
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (many && i == rows.of_many) {
      const std::size_t hidden = nodes.size() - 2 * rows.of_many;
      page.Paragraph("…", Count(hidden) + " more between the busiest and the least busy");
      i += hidden;
    }
    PrintNode(nodes[i], page);
  }
  page.Row("loadgen", {"", "", "", "", "", "", Format("%.2f", run["client"]["cpu_cores"].number()),
                       FormatBytes(run["client"]["resident_bytes"].count())});
  page.Paragraph(
      "",
      "ring: share of the ring that it owns; expected: weighted by key popularity; "
      "measured: share of the requests for its keys; p50, p99: their response times; CPU: "
      "cores in use");
  const JsonView b = run["balance"];
  if (!b["cv"].is_there()) return;
  page.Paragraph("balance",
                 Format("peak %.3f x mean, least %.3f x mean; CV %.3f, Gini %.3f, Jain %.4f (even: "
                        "0, 0, 1)",
                        b["peak_to_mean"].number(), b["min_to_mean"].number(), b["cv"].number(),
                        b["gini"].number(), b["jain"].number()));
}

void PrintCache(const JsonView& run, Page& page) {
  const JsonView c = run["cache"];
  if (!c.is_there()) return;
  page.Paragraph("cache",
                 (c["hit_ratio"].is_there() ? Percent(c["hit_ratio"].number()) + " hits: " : "") +
                     Count(c["gets"].count()) + " gets, " + Count(c["hits"].count()) + " hits, " +
                     Count(c["joined"].count()) + " joined another's load, " +
                     Count(c["source_loads"].count()) + " source loads");
  page.Paragraph("", Count(c["peer_loads"].count()) + " forwarded to the owner, " +
                         Count(c["peer_errors"].count()) + " failed; " +
                         Count(c["evicted"].count()) + " evicted; " +
                         FormatBytes(c["used_bytes"].count()) + " of " +
                         FormatBytes(c["budget_bytes"].count()) + " used");
}

}  // namespace ringlab
