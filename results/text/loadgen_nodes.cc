#include "results/text/loadgen_nodes.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "results/text/json_figures.h"

namespace ringlab {

namespace {

void PrintNode(const JsonView& node, Page& page) {
  const JsonView cpu = node["cpu_cores"];
  const JsonView memory = node["resident_bytes"];
  page.Row(node["name"].text(),
           {PercentOr(node["arc_share"], "-"), PercentOr(node["expected_share"], "-"),
            PercentOr(node["measured_share"], "-"), ShortCount(node["requests"].count()),
            cpu.is_there() ? Format("%.2f", cpu.number()) : "-",
            memory.is_there() ? FormatBytes(memory.count()) : "-"});
}

// Its times as the owner of keys, and as the one that was asked.
void PrintTimes(const JsonView& node, bool has_asked, Page& page) {
  const auto failed = [](const JsonView& of) {
    return of["failed"].is_there() ? ShortCount(of["failed"].count()) : "-";
  };
  std::vector<std::string> cells{failed(node), Figure(node, "p50_ns"), Figure(node, "p99_ns")};
  if (const JsonView asked = node["asked"]; has_asked) {
    cells.insert(cells.end(), {ShortCount(asked["requests"].count()), failed(asked),
                               Figure(asked, "p50_ns"), Figure(asked, "p99_ns")});
  }
  page.Row(node["name"].text(), cells);
}

// Calls print() for the nodes that there is room for, and one line for those between them.
void PrintRows(const std::vector<JsonView>& nodes, const NodeRows& rows, Page& page,
               const std::function<void(const JsonView&)>& print) {
  const bool many = nodes.size() > rows.most;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (many && i == rows.of_many) {
      const std::size_t hidden = nodes.size() - 2 * rows.of_many;
      page.Paragraph("…", Count(hidden) + " more between the busiest and the least busy");
      i += hidden;
    }
    print(nodes[i]);
  }
}

void PrintBalance(const JsonView& b, Page& page) {
  if (!b["cv"].is_there()) return;
  page.Paragraph("balance",
                 Format("peak %.3f x mean, least %.3f x mean; CV %.3f, Gini %.3f, Jain %.4f (even: "
                        "0, 0, 1)",
                        b["peak_to_mean"].number(), b["min_to_mean"].number(), b["cv"].number(),
                        b["gini"].number(), b["jain"].number()));
}

// Requests that failed with one code.
struct Failures {
  std::string code;
  std::uint64_t requests = 0;
  std::vector<std::pair<std::string, std::uint64_t>> nodes = {};
};

// "n1 118, n2 2": the most first, and of many nodes the others together.
std::string NodesText(const Failures& failures) {
  constexpr std::size_t kNamed = 4;
  std::string text;
  std::uint64_t rest = failures.requests;
  for (std::size_t i = 0; i < failures.nodes.size(); ++i) {
    const auto& [node, requests] = failures.nodes[i];
    if (i == kNamed) {
      return text + ", " + Count(failures.nodes.size() - i) + " more " + Count(rest);
    }
    text += (i == 0 ? "" : ", ") + node + " " + Count(requests);
    rest -= std::min(rest, requests);
  }
  return text;
}

}  // namespace

void PrintNodes(const JsonView& run, const NodeRows& rows, Page& page) {
  page.Row("node", {"ring", "expected", "measured", "requests", "CPU", "memory"});
  std::vector<JsonView> nodes = run["balance"]["nodes"].items();
  if (nodes.size() > rows.most) {
    std::stable_sort(nodes.begin(), nodes.end(), [](const JsonView& a, const JsonView& b) {
      return a["requests"].count() > b["requests"].count();
    });
  }
  PrintRows(nodes, rows, page, [&](const JsonView& node) { PrintNode(node, page); });
  page.Row("loadgen", {"", "", "", "", Format("%.2f", run["client"]["cpu_cores"].number()),
                       FormatBytes(run["client"]["resident_bytes"].count())});
  page.Paragraph(
      "",
      "ring: share of the ring; expected: weighted by key popularity; measured: share of "
      "the requests for its keys");
  PrintBalance(run["balance"], page);
  if (!rows.times) return;
  // Where each key's owner is asked, both are the same.
  const bool has_asked = run["config"]["route"].text() != "owner" && !nodes.empty() &&
                         nodes.front()["asked"].is_there();
  std::vector<std::string> titles{"failed", "p50", "p99"};
  if (has_asked) titles.insert(titles.end(), {"asked", "failed", "p50", "p99"});
  page.Row("responses", titles);
  PrintRows(nodes, rows, page, [&](const JsonView& node) { PrintTimes(node, has_asked, page); });
  if (has_asked) {
    page.Paragraph("", "to requests for its keys; from asked on: to those that it was asked");
  }
}

void PrintFailures(const JsonView& run, Page& page) {
  std::vector<Failures> codes;
  for (const JsonView& cell : run["failures"].items()) {
    const std::string code = cell["code"].text();
    auto at = std::ranges::find(codes, code, &Failures::code);
    if (at == codes.end()) at = codes.insert(at, {.code = code});
    at->requests += cell["requests"].count();
    at->nodes.emplace_back(cell["node"].text(), cell["requests"].count());
  }
  std::ranges::stable_sort(codes, std::greater(), &Failures::requests);
  std::string text;
  for (Failures& of : codes) {
    std::ranges::stable_sort(of.nodes, std::greater(),
                             &std::pair<std::string, std::uint64_t>::second);
    text += (text.empty() ? "" : "; ") + of.code + " " + Count(of.requests) +
            (of.code == CodeName(Code::kResourceExhausted) ? ", turned away" : "") + " (" +
            NodesText(of) + ")";
  }
  if (!text.empty()) page.Paragraph("failed", text);
}

void PrintCache(const JsonView& run, Page& page) {
  const JsonView c = run["cache"];
  if (run["cache_missing"].is_there()) {
    page.Paragraph("cache", "hits, loads and memory are not known: " + run["cache_missing"].text());
  }
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
