#include <array>
#include <cstdio>

#include "core/parse.h"
#include "loadgen/report.h"
#include "loadgen/verdict.h"

namespace ringlab {

namespace {

// Text built line by line, printf-style.
class Page {
 public:
  template <class... Args>
  void Line(const char* format, Args... args) {
    std::array<char, 1024> line{};
    std::snprintf(line.data(), line.size(), format, args...);
    text_ += line.data();
    text_ += '\n';
  }
  void Raw(const std::string& line) { text_ += line + '\n'; }

  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

using Count = unsigned long long;

void PrintVerdict(const RunResult& run, Page& page) {
  page.Raw("verdict   " + std::string(VerdictName(run.verdict)) +
           (run.interrupted ? " (interrupted: what was measured until then)" : ""));
  for (const std::string& reason : run.reasons) page.Raw("          - " + reason);
  for (const ThresholdResult& t : run.thresholds) {
    if (t.passed) page.Raw("          " + t.threshold.text + " holds");
  }
}

void PrintRun(const RunResult& run, Page& page) {
  const RunConfig& c = run.config;
  page.Line("cluster   %s, ring %s x %u, route %s", c.cluster.c_str(), c.ring.dialect.c_str(),
            c.ring.replicas, c.driver.route == Route::kAny ? "any" : "owner");
  const std::string law =
      c.workload.zipf_s == 0 ? "uniform" : "Zipf " + std::to_string(c.workload.zipf_s).substr(0, 4);
  page.Line("plan      %s arrivals, %s over %llu keys, seed %llu, plan %s",
            std::string(ArrivalProcessName(c.workload.process)).c_str(), law.c_str(),
            static_cast<Count>(c.workload.keys), static_cast<Count>(c.workload.seed),
            run.plan_hash.c_str());
  const Totals& t = run.measured.totals;
  page.Line("rate      %.0f requests/s of %.0f asked (%.2f %%) over %.1f s%s", run.achieved_qps,
            c.workload.qps, 100 * run.achieved_qps / c.workload.qps, Seconds(run.elapsed),
            run.arrivals ? "" : "");
  page.Line("requests  %llu scheduled = %llu sent + %llu skipped", static_cast<Count>(t.scheduled),
            static_cast<Count>(t.sent), static_cast<Count>(t.skipped));
  page.Line("          %llu ok, %llu not found, %llu errors, %llu timeouts; %llu wrong values",
            static_cast<Count>(t.ok), static_cast<Count>(t.not_found), static_cast<Count>(t.errors),
            static_cast<Count>(t.timeouts), static_cast<Count>(t.wrong_values));
}

std::string Cell(const Histogram& h, double percentile) {
  if (!SupportsPercentile(h.count(), percentile)) return "-";
  return FormatDuration(Duration(h.ValueAtPercentile(percentile)));
}

void PrintLatencies(const Latencies& latencies, Page& page) {
  page.Line("%-10s %9s %9s %9s %9s %9s %9s %9s", "latency", "mean", "p50", "p90", "p99", "p99.9",
            "p99.99", "max");
  const std::pair<const char*, const Histogram*> rows[] = {{"response", &latencies.response},
                                                           {"service", &latencies.service},
                                                           {"send lag", &latencies.send_lag}};
  for (const auto& [name, h] : rows) {
    if (h->count() == 0) continue;
    page.Line("%-10s %9s %9s %9s %9s %9s %9s %9s", name,
              FormatDuration(Duration(static_cast<std::int64_t>(h->mean()))).c_str(),
              Cell(*h, 50).c_str(), Cell(*h, 90).c_str(), Cell(*h, 99).c_str(),
              Cell(*h, 99.9).c_str(), Cell(*h, 99.99).c_str(),
              FormatDuration(Duration(h->max())).c_str());
  }
  page.Raw("           response: from the planned start; service: from the sending; send lag: between");
}

void PrintBalance(const RunResult& run, Page& page) {
  page.Line("%-10s %7s %9s %9s %9s %9s %9s %6s %9s", "node", "arc", "expected", "measured",
            "requests", "p50", "p99", "CPU", "memory");
  for (const NodeResult& node : run.nodes) {
    std::array<char, 16> cpu{"-"};
    if (node.cpu_cores) std::snprintf(cpu.data(), cpu.size(), "%.2f", *node.cpu_cores);
    page.Line("%-10s %6.2f%% %8.2f%% %8.2f%% %9llu %9s %9s %6s %9s", node.name.c_str(),
              100 * node.arc_share, 100 * node.expected_share, 100 * node.measured_share,
              static_cast<Count>(node.owned.requests), Cell(node.owned.response, 50).c_str(),
              Cell(node.owned.response, 99).c_str(), cpu.data(),
              node.resident_bytes ? FormatBytes(*node.resident_bytes).c_str() : "-");
  }
  page.Line("%-10s %47s %9s %9s %6.2f %9s", "loadgen", "", "", "", run.client_cpu_cores,
            FormatBytes(run.client_resident_bytes).c_str());
  page.Raw("           requests, p50 and p99 are those for the keys that the node owns; CPU in cores");
  if (!run.balance) return;
  page.Line("balance   peak %.3f and least %.3f of the mean, CV %.3f, Gini %.3f, Jain %.4f",
            run.balance->peak_to_mean, run.balance->min_to_mean, run.balance->cv,
            run.balance->gini, run.balance->jain);
}

void PrintCache(const RunResult& run, Page& page) {
  if (run.cache) {
    const CacheResult& c = *run.cache;
    page.Line("cache     hit ratio %.4f: %llu gets, %llu hits, %llu joined a load, %llu source loads",
              c.hit_ratio, static_cast<Count>(c.gets), static_cast<Count>(c.hits),
              static_cast<Count>(c.joined), static_cast<Count>(c.source_loads));
    page.Line("          %llu peer loads, %llu peer errors, %llu fallbacks, %llu evicted; %s of %s",
              static_cast<Count>(c.peer_loads), static_cast<Count>(c.peer_errors),
              static_cast<Count>(c.fallbacks), static_cast<Count>(c.evicted),
              FormatBytes(c.used_bytes).c_str(), FormatBytes(c.budget_bytes).c_str());
  }
  if (run.arrivals) {
    const bool poisson = run.config.workload.process == ArrivalProcess::kPoisson;
    page.Line("arrivals  %s %.4f over %llu gaps between sends (0 = as planned)",
              poisson ? "KS distance from the exponential law" : "fraction of gaps off by a tenth",
              run.arrivals->distance, static_cast<Count>(run.arrivals->gaps));
  }
}

}  // namespace

std::string ToText(const RunResult& run) {
  Page page;
  PrintVerdict(run, page);
  page.Raw("");
  PrintRun(run, page);
  page.Raw("");
  PrintLatencies(run.measured.latencies, page);
  page.Raw("");
  PrintBalance(run, page);
  page.Raw("");
  PrintCache(run, page);
  return std::move(page).text();
}

}  // namespace ringlab
