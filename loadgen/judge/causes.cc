#include "loadgen/judge/causes.h"

#include <algorithm>
#include <optional>

#include "loadgen/judge/figures.h"
#include "loadgen/judge/verdict.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

// Enough to tell the median.
bool Tells(const Histogram& histogram) { return SupportsPercentile(histogram.count(), 50); }

double Sum(const Histogram& histogram) {
  return histogram.mean() * static_cast<double>(histogram.count());
}

std::string Median(const Histogram& histogram) {
  return TimeOrBeyond(static_cast<double>(histogram.ValueAtPercentile(50)));
}

// The cores that loadgen and the nodes of its own used.
double CoresOfOurs(const RunResult& run) {
  double cores = run.client_cpu_cores;
  for (const NodeResult& node : run.nodes) cores += node.cpu_cores.value_or(0);
  return cores;
}

std::string OthersText(const MachineLoad& load) {
  return Format("other processes took %.0f %% of the CPUs", 100 * load.others_share);
}

// Others on the same cores make latencies longer, and nothing else in the result would say so.
// Where strangers do a part of the work, nobody can tell them from the others.
bool OthersMislead(const RunResult& run) {
  return run.machine_load && !run.config.has_strangers &&
         run.machine_load->others_share > kOthersCpuMax &&
         run.machine_load->idle_share < kIdleEnough;
}

std::optional<Cause> FindOthers(const RunResult& run) {
  if (!OthersMislead(run)) return std::nullopt;
  return Cause{.kind = Cause::Kind::kOthers,
               .text = OthersText(*run.machine_load) +
                       Format(", and %.0f %% were idle: latencies are theirs as well; end them, or "
                              "use a machine of its own",
                              100 * run.machine_load->idle_share)};
}

std::optional<Cause> FindMachine(const RunResult& run) {
  if (!run.machine_load || run.machine_load->idle_share >= kIdleNone || OthersMislead(run)) {
    return std::nullopt;
  }
  const std::string who =
      run.config.has_strangers ? "loadgen and what else runs here" : "the nodes and loadgen";
  const std::string cores = run.config.has_strangers
                                ? "took all of it"
                                : Format("used up %.2f of its %.0f cores", CoresOfOurs(run),
                                         static_cast<double>(run.machine_cores));
  return Cause{.kind = Cause::Kind::kMachine,
               .text = "this machine had no CPU left: " + who + " " + cores +
                       "; lower --qps, or use more cores",
               .misleads = false};
}

// Every node that was asked let gets time out: it is not one of them that is ill.
bool AllTimedOut(const RunResult& run) {
  std::uint64_t least = UINT64_MAX;
  std::uint64_t sum = 0;
  for (const NodeResult& node : run.nodes) {
    std::uint64_t timeouts = 0;
    for (const FailureResult& f : run.failures) {
      if (f.node == node.name && f.code == Code::kDeadlineExceeded) timeouts += f.requests;
    }
    least = std::min(least, timeouts);
    sum += timeouts;
  }
  constexpr std::uint64_t kFairPart = 4;  // of the mean
  return sum > 0 && least * kFairPart * run.nodes.size() >= sum;
}

// Requests were late or could not be sent because answers were, and those that needed no source
// were not.
std::string SlowSource(const RunResult& run) {
  const Measurements& m = run.measured;
  const Totals& t = m.totals;
  const double late = FractionOf(t.timeouts + t.skipped, t.scheduled).value_or(0);
  const bool few = late <= kLateTold || t.errors > t.timeouts + t.skipped;
  const auto level = [&](Level l) -> const Histogram& {
    return m.levels[static_cast<std::size_t>(l)];
  };
  const Histogram& memory = level(Level::kCache);
  if (few || !run.cache || !Tells(memory)) return "";
  const std::string told = "those from memory took " + Median(memory) + " (p50)";
  const Histogram& source = level(Level::kSource);
  const double loading = Sum(source) + Sum(level(Level::kPeer));
  const bool took_it = 2 * loading >= Sum(m.latencies.service) + Sum(m.latencies.failed);
  const auto is_slow = [&](std::int64_t ns) {
    return ns >= kSlowOfMemory * memory.ValueAtPercentile(50);
  };
  if (took_it && Tells(source) && is_slow(source.ValueAtPercentile(50))) {
    return "the source is slow: gets that it answered took " + Median(source) + ", " + told;
  }
  const bool loads = 2 * run.cache->source_loads >= t.timeouts;
  if (2 * t.timeouts >= t.timeouts + t.errors && loads && AllTimedOut(run) &&
      is_slow(run.config.driver.timeout.count())) {
    return "the source is slow: " + Count(t.timeouts) + " requests had no answer within " +
           FormatDuration(run.config.driver.timeout) + ", " + told;
  }
  return "";
}

std::optional<Cause> FindSource(const RunResult& run) {
  std::string text = SlowSource(run);
  if (text.empty()) return std::nullopt;
  return Cause{.kind = Cause::Kind::kSource, .text = std::move(text), .misleads = false};
}

std::optional<Cause> FindLoadgen(const RunResult& run) {
  if (run.sender_cpu_share > kSenderCpuMax) {
    return Cause{.kind = Cause::Kind::kLoadgen,
                 .text = Format("a sending thread used %.0f %% of a core: loadgen was the limit; "
                                "raise --workers",
                                100 * run.sender_cpu_share)};
  }
  const auto cores = static_cast<double>(run.machine_cores);
  if (run.client_cpu_cores > kClientCpuMax * cores) {
    return Cause{
        .kind = Cause::Kind::kLoadgen,
        .text = Format("loadgen used %.2f of %.0f cores: it was the limit; lower --qps, or "
                       "give it cores of its own",
                       run.client_cpu_cores, cores)};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Cause> FindCauses(const RunResult& run) {
  std::vector<Cause> causes;
  for (const auto find : {FindOthers, FindMachine, FindSource, FindLoadgen}) {
    if (auto cause = find(run)) causes.push_back(*std::move(cause));
  }
  return causes;
}

std::string OthersToBewareOf(const RunResult& run) {
  if (!run.machine_load || run.machine_load->others_share <= kOthersCpuTold) return "";
  if (OthersMislead(run)) return "";
  return OthersText(*run.machine_load) +
         (run.config.has_strangers ? "; targets, or a database, on this machine are among them"
                                   : ": latencies may be longer for it");
}

Limit LimitOf(const std::vector<Cause>& causes) {
  if (causes.empty()) return {};
  const Cause& first = causes.front();
  switch (first.kind) {
    case Cause::Kind::kOthers:
    case Cause::Kind::kMachine: return {.what = "machine-cpu", .why = first.text};
    case Cause::Kind::kSource: return {.what = "source", .why = first.text};
    case Cause::Kind::kLoadgen: return {.what = "loadgen", .why = first.text};
  }
  return {};
}

}  // namespace ringlab
