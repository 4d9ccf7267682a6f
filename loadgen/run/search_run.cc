#include "loadgen/run/search_run.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "loadgen/judge/verdict.h"
#include "results/text/text_format.h"
#include "results/text/text_page.h"

namespace ringlab {

namespace {

constexpr Duration kPause = std::chrono::milliseconds(250);   // after the last answer of a probe
constexpr Duration kLeadIn = std::chrono::milliseconds(500);  // of a probe, or a tenth of it
constexpr double kWarmupQps = 10e3;                           // or the nearest of the range

std::string RateOf(double qps) { return Rate(qps) + "/s"; }

std::string Words(const ThresholdResult& bound) {
  if (!bound.measured) return bound.threshold.text + " not told";
  const bool is_time = bound.threshold.series != Series::kRun;
  return bound.threshold.text + " " + (bound.passed ? "holds: " : "broken: ") +
         (is_time ? MeasuredTime(*bound.measured, bound.at_least)
                  : Format("%.6g", *bound.measured));
}

// "12,000/s  p99<5ms holds: 1.20 ms"
std::string LineOf(const Probe& probe) {
  const ProbeOutcome& outcome = probe.outcome;
  std::string line = text_page::Fit(RateOf(probe.order.qps), 12, true) + "  ";
  if (outcome.standing == Standing::kBeyond || outcome.standing == Standing::kUntold) {
    return line + "INVALID: " + outcome.why;
  }
  for (std::size_t i = 0; i < outcome.bounds.size(); ++i) {
    line += (i == 0 ? "" : ", ") + Words(outcome.bounds[i]);
  }
  if (outcome.lost_share > 0) line += "; " + Percent(outcome.lost_share) + " failed";
  return line;
}

class Prober {
 public:
  Prober(const LoadgenOptions& options, Cluster& cluster, std::shared_ptr<const Ring> ring,
         const SearchWatch& watch)
      : options_(options), cluster_(cluster), ring_(std::move(ring)), watch_(watch) {}

  // One session at a rate, judged by the bounds. `connects`: it asks the nodes who they are.
  Result<RunResult> Run(const std::string& name, double qps, Duration lead_in, Duration duration,
                        bool connects) {
    LoadgenOptions options = AtRate(options_, qps);
    RunConfig& config = options.config;
    config.warmup = lead_in;
    config.duration = duration;
    config.workload.duration = lead_in + duration;
    // A warm-up, which has no lead-in, is shown to nobody: it is not among the probes.
    LiveFollower* const follower = lead_in > Duration::zero() ? watch_.follower : nullptr;
    auto session = Session::Open(options, cluster_, ring_, follower);
    if (!session) return tl::unexpected<Error>(std::move(session.error()));
    if (connects) {
      if (const auto connected = (*session)->Connect(); !connected) {
        return tl::unexpected<Error>(connected.error());
      }
      watch_.begins();
    }
    RunResult run =
        (*session)->Run([&](const Progress& progress) { return watch_.goes_on(name, progress); });
    run.command = options.command;
    Judge(options.search.bounds, run);
    return run;
  }

 private:
  const LoadgenOptions& options_;
  Cluster& cluster_;
  const std::shared_ptr<const Ring> ring_;
  const SearchWatch& watch_;
};

// Of the runs of a search the one to report: the confirmation; before there is one, the highest
// rate that holds; else the last.
class Chosen {
 public:
  void Offer(const Probe& probe, RunResult run) {
    const Purpose purpose = probe.order.purpose;
    if (confirmed_ || purpose == Purpose::kOverload || purpose == Purpose::kWayDown) return;
    if (probe.outcome.standing == Standing::kHolds) {
      confirmed_ = purpose == Purpose::kConfirm;
      if (confirmed_ || !holding_ || holding_->config.workload.qps <= probe.order.qps) {
        holding_ = run;
      }
    }
    last_ = std::move(run);
  }

  std::optional<RunResult> Take(SearchEnd end) && {
    const bool of_rate = confirmed_ || end == SearchEnd::kGoesOn;
    return of_rate && holding_ ? std::move(holding_) : std::move(last_);
  }

 private:
  std::optional<RunResult> holding_;
  std::optional<RunResult> last_;
  bool confirmed_ = false;
};

SearchedRun EndedSearch(RateSearch search, Chosen chosen, std::optional<RunResult> cut_short) {
  const SearchEnd end = search.result().end;
  const bool interrupted = cut_short.has_value();
  auto run = std::move(chosen).Take(end);
  if (!run) run = std::move(cut_short);
  if (interrupted) run->interrupted = true;
  return {.search = std::move(search), .run = *std::move(run)};
}

}  // namespace

Result<SearchedRun> RunSearch(const LoadgenOptions& options, Cluster& cluster,
                              const std::shared_ptr<const Ring>& ring, const SearchWatch& watch) {
  Prober prober(options, cluster, ring, watch);
  RateSearch search(options.search);
  Chosen chosen;
  bool connects = true;
  if (options.config.warmup > Duration::zero()) {
    const RateRange& range = options.search.range;
    auto warmup = prober.Run("warm-up", std::clamp(kWarmupQps, range.low, range.high), {},
                             options.config.warmup, connects);
    if (!warmup) return tl::unexpected<Error>(std::move(warmup.error()));
    if (warmup->interrupted) return EndedSearch(std::move(search), {}, *std::move(warmup));
    connects = false;
  }
  while (search.next()) {
    const ProbeOrder order = *search.next();
    std::this_thread::sleep_for(kPause);
    const std::string name =
        "probe " + std::to_string(search.probes().size() + 1) + " at " + RateOf(order.qps);
    auto run = prober.Run(name, order.qps, std::min(kLeadIn, order.duration / 10), order.duration,
                          std::exchange(connects, false));
    if (!run) return tl::unexpected<Error>(std::move(run.error()));
    if (run->interrupted) return EndedSearch(std::move(search), std::move(chosen), *std::move(run));
    search.Tell(OutcomeOf(*run));
    watch.told(LineOf(search.probes().back()));
    chosen.Offer(search.probes().back(), *std::move(run));
  }
  return EndedSearch(std::move(search), std::move(chosen), std::nullopt);
}

}  // namespace ringlab
