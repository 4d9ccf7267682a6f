#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/types.h"
#include "results/text/loadgen_nodes.h"
#include "results/text/loadgen_text.h"
#include "results/text/json_figures.h"
#include "results/text/json_view.h"
#include "results/text/text_format.h"
#include "results/text/text_page.h"

namespace ringlab {

namespace {

constexpr std::size_t kLines = 40;

// How much of a run is shown: all of it, or less where that would be more than a screen.
struct Detail {
  NodeRows nodes;
  bool operations;
  bool levels;
};
constexpr Detail kDetails[] = {
    {{8, 3}, true, true}, {{3, 1}, true, true}, {{8, 3}, true, false}, {{3, 1}, false, false}};

std::string Held(const JsonView& run) {
  std::string text;
  for (const JsonView& t : run["thresholds"].items()) {
    if (!t["passed"].is_true()) continue;
    const JsonView time = t["measured_ns"];
    text += (text.empty() ? "holds: " : ", ") + t["threshold"].text() + " (" +
            (time.is_there() ? Time(time.number()) : Format("%.6g", t["measured"].number())) + ")";
  }
  return text;
}

// With reasons on at most `left` lines.
void PrintVerdict(const JsonView& run, std::size_t left, Page& page) {
  const std::string verdict = run["verdict"].text();
  const char* const meaning = verdict == "VALID" ? ": these figures can be trusted"
                              : verdict == "FAILED"
                                  ? ": these figures can be trusted, but are not good enough"
                                  : ": do not trust these figures";
  page.Paragraph(
      "verdict",
      verdict + meaning +
          (run["interrupted"].is_true() ? " (interrupted: as measured until then)" : ""));
  constexpr std::string_view kBullet = "          -";
  std::vector<std::string> reasons;
  for (const JsonView& reason : run["reasons"].items()) reasons.push_back(reason.text());
  for (const JsonView& warning : run["warnings"].items()) {
    reasons.push_back("beware: " + warning.text());
  }
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    const std::string& reason = reasons[i];
    const std::size_t needs = Page::LinesOf(reason);
    const std::size_t keeps = i + 1 == reasons.size() ? 0 : 1;  // for the line that says "more"
    if (needs + keeps > left) {
      page.Paragraph(kBullet, Format("%zu more; --json has them all", reasons.size() - i));
      break;
    }
    page.Paragraph(kBullet, reason);
    left -= needs;
  }
  page.Paragraph("", Held(run), 1);
}

bool HasWrites(const JsonView& config) {
  return config["mix"]["set"].number() > 0 || config["mix"]["remove"].number() > 0;
}

void PrintConfig(const JsonView& c, Page& page) {
  page.Paragraph("cluster",
                 c["cluster"].text() + "; ring " + c["ring"].text() + ", " +
                     Count(c["replicas"].count()) + " points a node; asks " +
                     (c["route"].text() == "any" ? "nodes in turn" : "each key's owner") +
                     (c["engine"].text().empty() ? "" : " by " + c["engine"].text()));
  const std::uint64_t batch = c["batch"].count();
  if (HasWrites(c) || batch > 1) {
    const JsonView mix = c["mix"];
    const Duration ttl = c["ttl_s"].seconds();
    page.Paragraph("mix", Format("%.4g %% get", 100 * mix["get"].number()) +
                              (batch > 1 ? " of " + Count(batch) + " keys each" : "") +
                              Format(", %.4g %% set, %.4g %% remove", 100 * mix["set"].number(),
                                     100 * mix["remove"].number()) +
                              (ttl > Duration::zero() ? "; sets live " + FormatDuration(ttl) : ""));
  }
  const double s = c["zipf_s"].number();
  const std::string hash = c["plan_hash"].text();
  page.Paragraph(
      "plan", c["arrivals"].text() + " arrivals; " + (s == 0 ? "uniform" : Format("Zipf %.4g", s)) +
                  " over " + Count(c["keys"].count()) + " keys; seed " +
                  std::to_string(c["seed"].count()) + (hash.empty() ? "" : "; plan hash " + hash));
}

void PrintRun(const JsonView& run, Page& page) {
  const JsonView c = run["config"];
  const JsonView t = run["totals"];
  PrintConfig(c, page);
  const double asked = c["requested_qps"].number();
  const double achieved = t["achieved_qps"].number();
  page.Paragraph(
      "rate", Rate(achieved) + " requests/s sent of " + Rate(asked) +
                  Format(" asked (%.2f %%), for %.1f s after %.1f s of warm-up",
                         100 * achieved / asked, t["elapsed_s"].number(), c["warmup_s"].number()));
  const std::uint64_t skipped = t["skipped"].count();
  page.Paragraph("requests", Count(t["scheduled"].count()) + " scheduled = " +
                                 Count(t["sent"].count()) + " sent + " + Count(skipped) +
                                 (skipped == 0 ? " skipped" : " skipped (too many in flight)"));
  page.Paragraph("", Count(t["sent"].count()) + " sent = " + Count(t["ok"].count()) + " ok + " +
                         Count(t["not_found"].count()) + " not found + " +
                         Count(t["errors"].count()) + " errors + " + Count(t["timeouts"].count()) +
                         " timeouts; " +
                         (c["verify"].is_true() ? Count(t["wrong_values"].count()) + " wrong values"
                                                : "values not checked"));
}

void PrintLatencies(const JsonView& latencies, Page& page) {
  page.Row("latency", {"mean", "p50", "p90", "p99", "p99.9", "p99.99", "max"});
  constexpr std::pair<const char*, const char*> kRows[] = {
      {"response", "response"}, {"service", "service"}, {"send lag", "send_lag"}};
  for (const auto& [label, name] : kRows) {
    const JsonView h = latencies[name];
    if (h["count"].count() == 0) continue;
    page.Row(label, {Time(h["mean"].number()), Figure(h, "p50"), Figure(h, "p90"), Figure(h, "p99"),
                     Figure(h, "p999"), Figure(h, "p9999"), Figure(h, "max")});
  }
  page.Paragraph(
      "", "response: planned start to answer; send lag: until it was sent; service: from there on");
  if (const std::uint64_t clamped = latencies["response"]["clamped"].count(); clamped > 0) {
    page.Paragraph("", Count(clamped) + " took more than 60 s and count as 60 s");
  }
}

// What came of the keys in batches, of which a request shows the best one alone.
void PrintKeys(const JsonView& run, Page& page) {
  const JsonView k = run["operations"]["get"]["keys"];
  if (run["config"]["batch"].count() <= 1) return;
  page.Paragraph("",
                 Count(k["asked"].count()) + " keys asked for = " + Count(k["ok"].count()) +
                     " ok + " + Count(k["not_found"].count()) + " not found + " +
                     Count(k["failed"].count()) + " failed",
                 1);
}

void PrintService(const std::string& name, const JsonView& h, std::uint64_t whole, Page& page) {
  const std::uint64_t count = h["count"].count();
  if (count == 0) return;
  page.Row(name,
           {ShortCount(count), Percent(static_cast<double>(count) / static_cast<double>(whole)),
            Time(h["mean"].number()), Figure(h, "p50"), Figure(h, "p99"), Figure(h, "p999"),
            Figure(h, "max")});
}

// Service times by operation, where there is more than gets, and of the gets by who answered.
void PrintOperations(const JsonView& run, const Detail& detail, Page& page) {
  const bool operations = detail.operations && HasWrites(run["config"]);
  if ((!operations && !detail.levels) || run["latency_ns"]["service"]["count"].count() == 0) return;
  page.Row("service", {"count", "share", "mean", "p50", "p99", "p99.9", "max"});
  for (const char* const name : {"get", "set", "remove"}) {
    if (!operations) break;
    PrintService(name, run["operations"][name]["service_ns"], run["totals"]["sent"].count(), page);
  }
  const std::uint64_t keys = run["operations"]["get"]["keys"]["ok"].count();
  for (std::size_t i = 0; i < kLevels && detail.levels; ++i) {
    const std::string name(LevelName(static_cast<Level>(i)));
    PrintService("by " + name, run["levels"][name]["service_ns"], keys, page);
  }
}

void PrintStaleness(const JsonView& s, Page& page) {
  if (!s.is_there()) return;
  const std::uint64_t stale = s["stale_reads"].count();
  const std::uint64_t untold = s["untold"].count();
  const std::string how = " (" + Count(s["own_stale_reads"].count()) +
                          " missed a write of their own worker; the worst was " +
                          Time(s["age_ns"]["max"].number()) + " old)";
  page.Paragraph("staleness",
                 Count(s["reads"].count()) + " reads: " + Count(stale) + " stale" +
                     (stale == 0 ? "" : how) + ", " + Count(s["reverted"].count()) +
                     " back at the source's value after a set" +
                     (untold == 0 ? "" : ", " + Count(untold) + " cannot be told"),
                 2);
}

void PrintArrivals(const JsonView& arrivals, Page& page) {
  if (!arrivals["gaps"].is_there()) return;
  const double distance = arrivals["ks"].number();
  const std::string gaps = Count(arrivals["gaps"].count()) + " gaps between sends";
  page.Paragraph("arrivals", arrivals["process"].text() == "poisson"
                                 ? Format("%.4f from the Poisson law over ", distance) + gaps +
                                       " (KS distance; 0 is perfect)"
                                 : Percent(distance) + " of " + gaps +
                                       " differ from the plan by more than a tenth");
}

Page PrintBody(const JsonView& run, const Detail& detail) {
  Page body;
  PrintRun(run, body);
  PrintFailures(run, body);
  PrintKeys(run, body);
  body.Line();
  PrintLatencies(run["latency_ns"], body);
  PrintOperations(run, detail, body);
  body.Line();
  PrintNodes(run, detail.nodes, body);
  body.Line();
  PrintCache(run, body);
  PrintStaleness(run["staleness"], body);
  PrintArrivals(run["arrivals"], body);
  return body;
}

}  // namespace

std::string TextOfLoadgen(const nlohmann::ordered_json& result) {
  constexpr std::size_t kRest = 3;  // the verdict, the thresholds that hold, an empty line
  const JsonView run(result);
  Page body;
  if (run["totals"].is_there()) {
    for (const Detail& detail : kDetails) {
      body = PrintBody(run, detail);
      if (body.lines() + kRest + run["reasons"].items().size() + run["warnings"].items().size() <=
          kLines)
        break;
    }
  }
  Page page;
  PrintVerdict(run, kLines - std::min(kLines, body.lines() + kRest), page);
  if (body.lines() > 0) page.Line();
  return std::move(page).text() + std::move(body).text();
}

}  // namespace ringlab
