#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loadgen/report.h"
#include "loadgen/text_format.h"
#include "loadgen/text_page.h"
#include "loadgen/verdict.h"

namespace ringlab {

namespace {

constexpr std::size_t kLines = 40;

// How much of a run is shown: all of it, or less where that would be more than a screen.
struct Detail {
  std::size_t node_rows;          // of more nodes, only the busiest and the least busy:
  std::size_t node_rows_of_many;  // so many of each
  bool operations;
  bool levels;
};
constexpr Detail kDetails[] = {
    {8, 3, true, true}, {3, 1, true, true}, {8, 3, true, false}, {3, 1, false, false}};

std::string Percentile(const Histogram& h, double percentile) {
  if (!SupportsPercentile(h.count(), percentile)) return "-";
  return FormatDuration(Duration(h.ValueAtPercentile(percentile)));
}

std::string Held(const std::vector<ThresholdResult>& thresholds) {
  std::string text;
  for (const ThresholdResult& t : thresholds) {
    if (!t.passed) continue;
    text += (text.empty() ? "holds: " : ", ") + t.threshold.text + " (" +
            (t.threshold.series == Series::kRun ? Format("%.6g", *t.measured) : Time(*t.measured)) +
            ")";
  }
  return text;
}

// With reasons on at most `left` lines.
void PrintVerdict(const RunResult& run, std::size_t left, Page& page) {
  const char* const meaning = run.verdict == Verdict::kValid ? ": these figures can be trusted"
                              : run.verdict == Verdict::kFailed
                                  ? ": these figures can be trusted, but are not good enough"
                                  : ": do not trust these figures";
  page.Paragraph("verdict", std::string(VerdictName(run.verdict)) + meaning +
                                (run.interrupted ? " (interrupted: as measured until then)" : ""));
  constexpr std::string_view kBullet = "          -";
  for (std::size_t i = 0; i < run.reasons.size(); ++i) {
    const std::size_t needs = Page::LinesOf(run.reasons[i]);
    const std::size_t keeps = i + 1 == run.reasons.size() ? 0 : 1;  // for the line that says "more"
    if (needs + keeps > left) {
      page.Paragraph(kBullet, Format("%zu more; --json has them all", run.reasons.size() - i));
      break;
    }
    page.Paragraph(kBullet, run.reasons[i]);
    left -= needs;
  }
  page.Paragraph("", Held(run.thresholds), 1);
}

void PrintRun(const RunResult& run, Page& page) {
  const RunConfig& c = run.config;
  page.Paragraph("cluster",
                 c.cluster + "; ring " + c.ring.dialect + ", " + Count(c.ring.replicas) +
                     " points a node; asks " +
                     (c.driver.route == Route::kAny ? "nodes in turn" : "each key's owner"));
  const OperationMix& mix = c.workload.mix;
  const double weights = mix.get + mix.set + mix.remove;
  if (mix.HasWrites() || c.workload.batch > 1) {
    page.Paragraph(
        "mix",
        Format("%.4g %% get", 100 * mix.get / weights) +
            (c.workload.batch > 1 ? " of " + Count(c.workload.batch) + " keys each" : "") +
            Format(", %.4g %% set, %.4g %% remove", 100 * mix.set / weights,
                   100 * mix.remove / weights) +
            (c.driver.ttl > Duration::zero() ? "; sets live " + FormatDuration(c.driver.ttl) : ""));
  }
  const std::string law =
      c.workload.zipf_s == 0 ? "uniform" : Format("Zipf %.4g", c.workload.zipf_s);
  page.Paragraph("plan", std::string(ArrivalProcessName(c.workload.process)) + " arrivals; " + law +
                             " over " + Count(c.workload.keys) + " keys; seed " +
                             std::to_string(c.workload.seed) +
                             (run.plan_hash.empty() ? "" : "; plan hash " + run.plan_hash));
  page.Paragraph("rate", Rate(run.achieved_qps) + " requests/s sent of " + Rate(c.workload.qps) +
                             Format(" asked (%.2f %%), for %.1f s after %.1f s of warm-up",
                                    100 * run.achieved_qps / c.workload.qps, Seconds(run.elapsed),
                                    Seconds(c.warmup)));
  const Totals& t = run.measured.totals;
  page.Paragraph("requests", Count(t.scheduled) + " scheduled = " + Count(t.sent) + " sent + " +
                                 Count(t.skipped) +
                                 (t.skipped == 0 ? " skipped" : " skipped (too many in flight)"));
  page.Paragraph(
      "", Count(t.sent) + " sent = " + Count(t.ok) + " ok + " + Count(t.not_found) +
              " not found + " + Count(t.errors) + " errors + " + Count(t.timeouts) + " timeouts; " +
              (c.driver.verify ? Count(t.wrong_values) + " wrong values" : "values not checked"));
}

void PrintLatencies(const Latencies& latencies, Page& page) {
  page.Row("latency", {"mean", "p50", "p90", "p99", "p99.9", "p99.99", "max"});
  const std::pair<const char*, const Histogram*> rows[] = {{"response", &latencies.response},
                                                           {"service", &latencies.service},
                                                           {"send lag", &latencies.send_lag}};
  for (const auto& [name, h] : rows) {
    if (h->count() == 0) continue;
    page.Row(name,
             {Time(h->mean()), Percentile(*h, 50), Percentile(*h, 90), Percentile(*h, 99),
              Percentile(*h, 99.9), Percentile(*h, 99.99), FormatDuration(Duration(h->max()))});
  }
  page.Paragraph(
      "", "response: planned start to answer; send lag: until it was sent; service: from there on");
  if (const std::uint64_t clamped = latencies.response.clamped(); clamped > 0) {
    page.Paragraph("", Count(clamped) + " took more than 60 s and count as 60 s");
  }
}

// What came of the keys in batches, of which a request shows the best one alone.
void PrintKeys(const RunResult& run, Page& page) {
  const KeyTotals& k = run.measured.keys;
  if (run.config.workload.batch == 1) return;
  page.Paragraph("",
                 Count(k.asked) + " keys asked for = " + Count(k.ok) + " ok + " +
                     Count(k.not_found) + " not found + " + Count(k.failed) + " failed",
                 1);
}

void PrintService(const std::string& name, const Histogram& h, std::uint64_t whole, Page& page) {
  if (h.count() == 0) return;
  page.Row(name, {ShortCount(h.count()),
                  Percent(static_cast<double>(h.count()) / static_cast<double>(whole)),
                  Time(h.mean()), Percentile(h, 50), Percentile(h, 99), Percentile(h, 99.9),
                  FormatDuration(Duration(h.max()))});
}

// Service times by operation, where there is more than gets, and of the gets by who answered.
void PrintOperations(const RunResult& run, const Detail& detail, Page& page) {
  const Measurements& m = run.measured;
  const bool operations = detail.operations && run.config.workload.mix.HasWrites();
  if ((!operations && !detail.levels) || m.latencies.service.count() == 0) return;
  page.Row("service", {"count", "share", "mean", "p50", "p99", "p99.9", "max"});
  for (std::size_t i = 0; i < kOperations && operations; ++i) {
    const auto operation = static_cast<Operation>(i);
    PrintService(std::string(OperationName(operation)), m.of(operation).service, m.totals.sent,
                 page);
  }
  for (std::size_t i = 0; i < kLevels && detail.levels; ++i) {
    PrintService("by " + std::string(LevelName(static_cast<Level>(i))), m.levels[i], m.keys.ok,
                 page);
  }
}

void PrintStaleness(const RunResult& run, Page& page) {
  if (!run.config.checks_staleness()) return;
  const Staleness& s = run.measured.staleness;
  const std::string how = " (" + Count(s.own_stale) +
                          " missed a write of their own worker; the worst was " +
                          Time(static_cast<double>(s.age.max())) + " old)";
  page.Paragraph("staleness",
                 Count(s.reads) + " reads: " + Count(s.stale) + " stale" +
                     (s.stale == 0 ? "" : how) + ", " + Count(s.reverted) +
                     " back at the source's value after a set" +
                     (s.untold == 0 ? "" : ", " + Count(s.untold) + " cannot be told"),
                 2);
}

void PrintNode(const NodeResult& node, Page& page) {
  page.Row(node.name, {Percent(node.arc_share), Percent(node.expected_share),
                       node.measured_share ? Percent(*node.measured_share) : "-",
                       ShortCount(node.owned.requests), Percentile(node.owned.response, 50),
                       Percentile(node.owned.response, 99),
                       node.cpu_cores ? Format("%.2f", *node.cpu_cores) : "-",
                       node.resident_bytes ? FormatBytes(*node.resident_bytes) : "-"});
}

void PrintNodes(const RunResult& run, const Detail& detail, Page& page) {
  page.Row("node", {"ring", "expected", "measured", "requests", "p50", "p99", "CPU", "memory"});
  std::vector<const NodeResult*> nodes;
  for (const NodeResult& node : run.nodes) nodes.push_back(&node);
  const bool many = nodes.size() > detail.node_rows;
  if (many) {
    std::sort(nodes.begin(), nodes.end(), [](const NodeResult* a, const NodeResult* b) {
      return a->owned.requests != b->owned.requests ? a->owned.requests > b->owned.requests : a < b;
    });
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (many && i == detail.node_rows_of_many) {
      const std::size_t hidden = nodes.size() - 2 * detail.node_rows_of_many;
      page.Paragraph("…", Count(hidden) + " more between the busiest and the least busy");
      i += hidden;
    }
    PrintNode(*nodes[i], page);
  }
  page.Row("loadgen", {"", "", "", "", "", "", Format("%.2f", run.client_cpu_cores),
                       FormatBytes(run.client_resident_bytes)});
  page.Paragraph(
      "",
      "ring: share of the ring that it owns; expected: weighted by key popularity; "
      "measured: share of the requests for its keys; p50, p99: their response times; CPU: "
      "cores in use");
  if (!run.balance) return;
  page.Paragraph("balance",
                 Format("peak %.3f x mean, least %.3f x mean; CV %.3f, Gini %.3f, Jain %.4f (even: "
                        "0, 0, 1)",
                        run.balance->peak_to_mean, run.balance->min_to_mean, run.balance->cv,
                        run.balance->gini, run.balance->jain));
}

void PrintCache(const CacheResult& c, Page& page) {
  page.Paragraph("cache", (c.hit_ratio ? Percent(*c.hit_ratio) + " hits: " : "") + Count(c.gets) +
                              " gets, " + Count(c.hits) + " hits, " + Count(c.joined) +
                              " joined another's load, " + Count(c.source_loads) + " source loads");
  page.Paragraph("", Count(c.peer_loads) + " forwarded to the owner, " + Count(c.peer_errors) +
                         " failed; " + Count(c.evicted) + " evicted; " + FormatBytes(c.used_bytes) +
                         " of " + FormatBytes(c.budget_bytes) + " used");
}

void PrintArrivals(const RunResult& run, Page& page) {
  if (!run.arrivals) return;
  const double distance = run.arrivals->distance;
  const std::string gaps = Count(run.arrivals->gaps) + " gaps between sends";
  page.Paragraph("arrivals", run.config.workload.process == ArrivalProcess::kPoisson
                                 ? Format("%.4f from the Poisson law over ", distance) + gaps +
                                       " (KS distance; 0 is perfect)"
                                 : Percent(distance) + " of " + gaps +
                                       " differ from the plan by more than a tenth");
}

Page PrintBody(const RunResult& run, const Detail& detail) {
  Page body;
  PrintRun(run, body);
  PrintKeys(run, body);
  body.Line();
  PrintLatencies(run.measured.latencies, body);
  PrintOperations(run, detail, body);
  body.Line();
  PrintNodes(run, detail, body);
  body.Line();
  if (run.cache) PrintCache(*run.cache, body);
  PrintStaleness(run, body);
  PrintArrivals(run, body);
  return body;
}

}  // namespace

std::string ToText(const RunResult& run) {
  constexpr std::size_t kRest = 3;  // the verdict, the thresholds that hold, an empty line
  Page body;
  for (const Detail& detail : kDetails) {
    body = PrintBody(run, detail);
    if (body.lines() + kRest + run.reasons.size() <= kLines) break;
  }
  Page page;
  PrintVerdict(run, kLines - std::min(kLines, body.lines() + kRest), page);
  page.Line();
  return std::move(page).text() + std::move(body).text();
}

}  // namespace ringlab
