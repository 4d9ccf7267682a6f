#include <nlohmann/json.hpp>

#include "core/base/parse.h"
#include "results/format/report_formats.h"
#include "results/text/json_view.h"
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

std::string Figure(const JsonView& latency, const char* name) {
  return latency[name].is_there() ? FormatDuration(latency[name].nanoseconds()) : "-";
}

std::string Share(const JsonView& share) {
  return share.is_there() ? Percent(share.number()) : "-";
}

std::string LatencyRow(const std::string& name, const JsonView& h) {
  if (h["count"].count() == 0) return "";
  return "| " + name + " | " + Count(h["count"].count()) + " | " + Time(h["mean"].number()) +
         " | " + Figure(h, "p50") + " | " + Figure(h, "p90") + " | " + Figure(h, "p99") + " | " +
         Figure(h, "p999") + " | " + Figure(h, "max") + " |\n";
}

std::string Latencies(const JsonView& run) {
  std::string text =
      "| latency | count | mean | p50 | p90 | p99 | p99.9 | max |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  text += LatencyRow("response (from the planned start)", run["latency_ns"]["response"]);
  text += LatencyRow("service (from the sending)", run["latency_ns"]["service"]);
  text += LatencyRow("send lag", run["latency_ns"]["send_lag"]);
  for (const std::string& name : run["operations"].names()) {
    text += LatencyRow(name + ", service", run["operations"][name]["service_ns"]);
  }
  return text;
}

std::string Nodes(const JsonView& run) {
  std::string text =
      "| node | ring | expected | measured | requests | p50 | p99 |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  for (const JsonView& node : run["balance"]["nodes"].items()) {
    text += "| " + Plain(node["name"].text()) + " | " + Share(node["arc_share"]) + " | " +
            Share(node["expected_share"]) + " | " + Share(node["measured_share"]) + " | " +
            Count(node["requests"].count()) + " | " + Figure(node, "p50_ns") + " | " +
            Figure(node, "p99_ns") + " |\n";
  }
  return text;
}

std::string Thresholds(const JsonView& run) {
  std::string text;
  for (const JsonView& t : run["thresholds"].items()) {
    text +=
        (t["passed"].is_true() ? "- holds: " : "- does not hold: ") + Plain(t["threshold"].text());
    if (t["measured_ns"].is_there()) text += ", measured " + Time(t["measured_ns"].number());
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
          Format("; Zipf %.4g over ", c["zipf_s"].number()) + Count(c["keys"].count()) +
          " keys; seed " + std::to_string(c["seed"].count()) + "\n\n";
  text += Count(t["scheduled"].count()) + " scheduled = " + Count(t["sent"].count()) + " sent + " +
          Count(t["skipped"].count()) + " skipped; " + Count(t["ok"].count()) + " ok, " +
          Count(t["not_found"].count()) + " not found, " + Count(t["errors"].count()) +
          " errors, " + Count(t["timeouts"].count()) + " timeouts\n\n";
  text += Latencies(run) + "\n";
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
