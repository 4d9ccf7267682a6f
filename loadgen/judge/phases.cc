#include "loadgen/judge/phases.h"

#include <algorithm>
#include <utility>

namespace ringlab {

std::vector<PhaseResult> PhasesOf(const std::vector<ProfilePhase>& planned,
                                  const std::vector<PartMeasurements>& measured, Duration elapsed) {
  std::vector<PhaseResult> phases;
  for (std::size_t i = 0; i < std::min(planned.size(), measured.size()); ++i) {
    if (planned[i].from >= elapsed) break;
    phases.push_back({.planned = planned[i], .measured = measured[i]});
    phases.back().planned.to = std::min(planned[i].to, elapsed);
  }
  return phases;
}

double PlannedQps(const RunConfig& config, Duration elapsed) {
  const RateProfile* const profile = config.workload.profile.get();
  if (profile == nullptr || elapsed <= Duration::zero()) return config.workload.qps;
  const Duration end = std::min(config.warmup + elapsed, profile->length());
  return (profile->CountAt(end) - profile->CountAt(config.warmup)) / Seconds(elapsed);
}

std::optional<ArrivalFidelity> FidelityOf(const RunResult& run) {
  const WorkloadOptions& workload = run.config.workload;
  if (!workload.profile) {
    return MeasureFidelity(run.measured.sent_times, workload.process, workload.qps,
                           run.config.shard.of);
  }
  std::vector<Duration> sent = run.measured.sent_times;
  for (Duration& at : sent) {
    const double count = workload.profile->CountAt(run.config.warmup + at);
    at = Duration(static_cast<std::int64_t>(count * 1e9));
  }
  return MeasureFidelity(std::move(sent), workload.process, 1, run.config.shard.of);
}

}  // namespace ringlab
