#include <nlohmann/json.hpp>

#include "core/base/parse.h"
#include "results/format/report_formats.h"
#include "results/text/json_figures.h"
#include "results/text/json_view.h"
#include "results/text/percentiles.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

// In a cell of a table, or in a line: what would be markup, or a new line, is shown as itself.
std::string Plain(const std::string& text) {
  std::string plain;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      plain += ' ';
      continue;
    }
    if (std::string_view("\\`*_{}[]<>#|~").find(c) != std::string_view::npos) plain += '\\';
    plain += c;
  }
  return plain;
}

std::string Share(const JsonView& share) { return PercentOr(share, "-"); }

// `failed` besides those that it is of; absent where that says nothing.
std::string LatencyRow(const std::string& name, const JsonView& h, const JsonView& failed,
                       const Percentiles& percentiles) {
  if (h["count"].count() == 0) return "";
  std::string row = "| " + name + " | " + Count(h["count"].count()) + " | " +
                    (failed.is_there() ? Count(failed.count()) : "") + " | " + Figure(h, "mean");
  for (const Percentile& percentile : percentiles) row += " | " + Figure(h, percentile.key);
  return row + " | " + Figure(h, "max") + " |\n";
}

std::string Latencies(const JsonView& run, const Percentiles& percentiles) {
  std::string text = "| latency | answered | failed | mean |";
  std::string line = "| --- | ---: | ---: | ---: |";
  for (const Percentile& percentile : percentiles) {
    text += ' ' + percentile.title + " |";
    line += " ---: |";
  }
  text += " max |\n" + line + " ---: |\n";
  const auto add = [&](const std::string& name, const JsonView& h, const JsonView& failed) {
    text += LatencyRow(name, h, failed, percentiles);
  };
  const JsonView latency = run["latency_ns"];
  add("response (from the planned start)", latency["response"], latency["response"]["failed"]);
  add("service (from the sending)", latency["service"], latency["service"]["failed"]);
  add("send lag (of all that were sent)", latency["send_lag"], latency["send_lag"]["failed"]);
  const JsonView failed = run["latency_failed_ns"];
  add("failed (from the planned start)", failed, failed["failed"]);
  for (const std::string& name : run["operations"].names()) {
    const JsonView operation = run["operations"][name];
    add(name + ", service", operation["service_ns"], operation["failed"]);
  }
  return text;
}

std::string Repeated(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

// Of a node, as the owner or as the one that was asked.
std::string Requests(const JsonView& of) {
  const auto count = [](const JsonView& n) { return n.is_there() ? Count(n.count()) : "-"; };
  return count(of["requests"]) + " | " + count(of["failed"]) + " | " + Figure(of, "p50_ns") +
         " | " + Figure(of, "p99_ns");
}

std::string Nodes(const JsonView& run) {
  std::string text =
      "| node | ring | expected | measured | requests | failed | p50 | p99 | asked | failed | p50 "
      "| p99 |\n| --- |" +
      Repeated(" ---: |", 11) + "\n";
  for (const JsonView& node : run["balance"]["nodes"].items()) {
    text += "| " + Plain(node["name"].text()) + " | " + Share(node["arc_share"]) + " | " +
            Share(node["expected_share"]) + " | " + Share(node["measured_share"]) + " | " +
            Requests(node) + " | " + Requests(node["asked"]) + " |\n";
  }
  return text +
         "\nThe first requests are those for keys that the node owns, the second those that "
         "it was asked.\n";
}

std::string Thresholds(const JsonView& run) {
  std::string text;
  for (const JsonView& t : run["thresholds"].items()) {
    text +=
        (t["passed"].is_true() ? "- holds: " : "- does not hold: ") + Plain(t["threshold"].text());
    if (t["measured_ns"].is_there()) {
      text += ", measured " + MeasuredTime(t["measured_ns"].number(), t["at_least"].is_true());
    }
    if (t["measured"].is_there()) text += Format(", measured %.6g", t["measured"].number());
    text += '\n';
  }
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

std::string ResultMarkdown(const nlohmann::ordered_json& result) {
  const JsonView run(result);
  const JsonView c = run["config"];
  const JsonView t = run["totals"];
  std::string text = "## loadgen: " + run["verdict"].text() + "\n\n";
  for (const JsonView& reason : run["reasons"].items()) text += "- " + Plain(reason.text()) + "\n";
  if (!run["reasons"].items().empty()) text += "\n";
  text += Rate(t["achieved_qps"].number()) + " of " + Rate(c["requested_qps"].number()) +
          Format(" requests/s for %.1f s; ", t["elapsed_s"].number()) + Plain(c["cluster"].text()) +
          "; ring " + Plain(c["ring"].text()) + " x " + Count(c["replicas"].count()) +
          (c["trace"].is_there() ? "; trace " + Plain(c["trace"]["file"].text()) + " of about "
                                 : Format("; Zipf %.4g over ", c["zipf_s"].number())) +
          Count(c["keys"].count()) + " keys; seed " + std::to_string(c["seed"].count()) + "\n\n";
  text += Count(t["scheduled"].count()) + " scheduled = " + Count(t["sent"].count()) + " sent + " +
          Count(t["skipped"].count()) + " skipped; " + Count(t["ok"].count()) + " ok, " +
          Count(t["not_found"].count()) + " not found, " + Count(t["errors"].count()) +
          " errors, " + Count(t["timeouts"].count()) + " timeouts\n\n";
  text += Latencies(run, PercentilesOf(result)) + "\n";
  if (const std::uint64_t batch = c["batch"].count(); batch > 1) {
    text += "A get is a batch of " + Count(batch) + " keys, counted and timed as one.\n\n";
  }
  text += Nodes(run);
  if (run["cache"]["hit_ratio"].is_there()) {
    text += "\nHit ratio " + Percent(run["cache"]["hit_ratio"].number()) + ", " +
            Count(run["cache"]["source_loads"].count()) + " source loads\n";
  }
  text += Thresholds(run);
  if (const std::string command = run["command"].text(); !command.empty()) {
    // Indented: a block of code whatever the command holds.
    text += "\n    " + command + "\n";
  }
  return text;
}

}  // namespace ringlab
