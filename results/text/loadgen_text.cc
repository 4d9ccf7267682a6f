#include "results/text/loadgen_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/types.h"
#include "results/text/json_figures.h"
#include "results/text/json_view.h"
#include "results/text/loadgen_generators.h"
#include "results/text/loadgen_latency.h"
#include "results/text/loadgen_nodes.h"
#include "results/text/loadgen_repeats.h"
#include "results/text/percentiles.h"
#include "results/text/search_text.h"
#include "results/text/text_format.h"
#include "results/text/text_page.h"

namespace ringlab {

namespace {

constexpr std::size_t kLines = 44;
constexpr std::size_t kReasonLines = 24;  // so many are shown whatever else there is

// How much of a run is shown: all of it, or less where that would be more than a screen.
struct Detail {
  NodeRows nodes;
  ServiceRows service;
  std::size_t generators = 0;
};
constexpr Detail kDetails[] = {{{8, 3, true}, {true, true}, 8},
                               {{3, 1, true}, {true, true}, 4},
                               {{3, 1, false}, {true, true}, 2},
                               {{3, 1, false}, {true, false}, 2},
                               {{3, 1, false}, {false, false}, 1}};

std::string Held(const JsonView& run) {
  std::string text;
  for (const JsonView& t : run["thresholds"].items()) {
    if (!t["passed"].is_true()) continue;
    const JsonView time = t["measured_ns"];
    text += (text.empty() ? "holds: " : ", ") + t["threshold"].text() + " (" +
            (time.is_there() ? MeasuredTime(time.number(), t["at_least"].is_true())
                             : Format("%.6g", t["measured"].number())) +
            ")";
  }
  const JsonView response = run["latency_ns"]["response"];
  const std::uint64_t failed = response["failed"].count();
  if (text.empty() || failed == 0) return text;
  return text + "; times are of " + Plural(response["count"].count(), "answer") + ", " +
         Count(failed) + " failed";
}

// " (cut short: interrupted after 2.3 of 10.0 s)", or "".
std::string CutShort(const JsonView& run) {
  std::string text;
  if (run["interrupted"].is_true() && run["search"].is_there()) {
    text = "the search was interrupted";
  } else if (run["interrupted"].is_true()) {
    text = Format("%s after %.1f of %.1f s", run["aborted"].is_there() ? "ended" : "interrupted",
                  run["totals"]["elapsed_s"].number(), run["config"]["duration_s"].number());
  }
  for (const JsonView& gone : run["gone"].items()) {
    text += (text.empty() ? "" : "; ") + gone.text();
  }
  return text.empty() ? "" : " (cut short: " + text + ")";
}

// Every reason; of more than fit on most screens, those on at most `left` lines.
void PrintVerdict(const JsonView& run, std::size_t left, Page& page) {
  const std::string verdict = run["verdict"].text();
  const char* const meaning = verdict == "VALID" ? ": these figures can be trusted"
                              : verdict == "FAILED"
                                  ? ": these figures can be trusted, but are not good enough"
                                  : ": do not trust these figures";
  page.Paragraph("verdict", verdict + meaning + CutShort(run));
  constexpr std::string_view kBullet = "          -";
  std::vector<std::string> reasons;
  for (const JsonView& reason : run["reasons"].items()) reasons.push_back(reason.text());
  for (const JsonView& warning : run["warnings"].items()) {
    reasons.push_back("beware: " + warning.text());
  }
  std::size_t lines = 0;
  for (const std::string& reason : reasons) lines += Page::LinesOf(reason);
  if (lines <= kReasonLines) left = std::max(left, lines);
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

std::string LawText(const JsonView& c) {
  const double s = c["zipf_s"].number();
  return (c["profile"].is_there() ? c["profile"].text() + "; " : "") + c["arrivals"].text() +
         " arrivals; " + (s == 0 ? "uniform" : Format("Zipf %.4g", s)) + " over " +
         Count(c["keys"].count()) + " keys" +
         (c["drift"].is_there() ? ", drift " + c["drift"].text() : "") +
         (c["preset"].is_there() ? "; preset " + c["preset"].text() : "");
}

std::string TraceText(const JsonView& c) {
  const JsonView trace = c["trace"];
  const std::string packed = trace["compression"].text();
  const double speed = trace["speed"].number();
  return Count(trace["requests"].count()) + " requests for about " + Count(c["keys"].count()) +
         " keys of " + trace["file"].text() + " (" + trace["format"].text() +
         (packed == "none" ? "" : ", " + packed) + "), at " +
         (trace["times"].text() == "rate" ? c["arrivals"].text() + " arrivals"
          : speed == 1                    ? "its own times"
                                          : Format("%.4g times its speed", speed));
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
  const std::string hash = c["plan_hash"].text();
  page.Paragraph("plan", (c["trace"].is_there() ? TraceText(c) : LawText(c)) + "; seed " +
                             std::to_string(c["seed"].count()) +
                             (hash.empty() ? "" : "; plan hash " + hash));
}

std::string UntilText(const JsonView& until) {
  const JsonView half = until["half_width"];
  if (!until["ended_early"].is_true() || !half.is_there()) return "";
  return "; ended by --until " + until["width"].text() +
         Format(" (+-%.1f %%)", 100 * half.number());
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
                         100 * achieved / asked, t["elapsed_s"].number(), c["warmup_s"].number()) +
                  UntilText(run["until"]));
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

void PrintStaleness(const JsonView& s, Page& page) {
  if (!s.is_there()) return;
  const std::uint64_t stale = s["stale_reads"].count();
  const std::uint64_t untold = s["untold"].count();
  const std::string how = " (" + Count(s["own_stale_reads"].count()) +
                          " missed a write of their own worker; the worst was " +
                          Figure(s["age_ns"], "max") + " old)";
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

// What it could not have gone faster for.
void PrintLimit(const JsonView& run, Page& page) {
  const std::string why = run["limit"]["why"].text();
  for (const JsonView& reason : run["reasons"].items()) {
    if (reason.text() == why) return;  // it is said above
  }
  if (!why.empty()) page.Paragraph("limit", why);
}

// A profile's phases, a row each.
void PrintPhases(const JsonView& run, Page& page) {
  constexpr std::size_t kRows = 20;
  const std::vector<JsonView> phases = run["phases"].items();
  if (phases.empty()) return;
  page.Line();
  page.Row("phase", {"from", "planned/s", "sent/s", "failed", "p50", "p99", "max", "lag p99"});
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (i == kRows && phases.size() > kRows + 1) {
      page.Paragraph("", Count(phases.size() - i) + " more; --json has them all");
      break;
    }
    const JsonView phase = phases[i];
    const JsonView totals = phase["totals"];
    const double seconds = phase["to_s"].number() - phase["from_s"].number();
    const double scheduled = totals["scheduled"].number();
    const double failed = totals["errors"].number() + totals["timeouts"].number();
    const JsonView response = phase["latency_ns"]["response"];
    page.Row(phase["name"].text(),
             {phase["from_s"].number() > 0 ? FormatDuration(phase["from_s"].seconds()) : "0 s",
              seconds > 0 ? Rate(scheduled / seconds) : "-",
              seconds > 0 ? Rate(totals["sent"].number() / seconds) : "-",
              scheduled > 0 ? Percent(failed / scheduled) : "-", Figure(response, "p50"),
              Figure(response, "p99"), Figure(response, "max"),
              Figure(phase["latency_ns"]["send_lag"], "p99")});
  }
}

Page PrintBody(const JsonView& run, const Detail& detail, const Percentiles& percentiles) {
  Page body;
  PrintLimit(run, body);
  PrintRepeats(run, percentiles, body);
  PrintRun(run, body);
  PrintFailures(run, body);
  PrintKeys(run, body);
  body.Line();
  PrintLatencies(run, percentiles, body);
  PrintPhases(run, body);
  PrintOperations(run, detail.service, percentiles, body);
  body.Line();
  PrintGenerators(run, detail.generators, body);
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
    const Percentiles percentiles = PercentilesOf(result);
    for (const Detail& detail : kDetails) {
      body = PrintBody(run, detail, percentiles);
      if (body.lines() + kRest + run["reasons"].items().size() + run["warnings"].items().size() <=
          kLines)
        break;
    }
  }
  Page page;
  PrintVerdict(run, kLines - std::min(kLines, body.lines() + kRest), page);
  PrintSearch(run["search"], page);
  if (run["search"].is_there() && body.lines() > 0) {
    page.Line();
    page.Paragraph("run", "what follows is of the probe at " +
                              Rate(run["config"]["requested_qps"].number()) + "/s");
  }
  if (body.lines() > 0) page.Line();
  return std::move(page).text() + std::move(body).text();
}

}  // namespace ringlab
