#include "sim/run/swarm_session.h"

#include <utility>

#include "node/live/parallel.h"
#include "node/live/process_usage.h"
#include "node/live/timer_thread.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

// Each takes some dozens of runs.
constexpr std::size_t kShrunkMax = 3;

}  // namespace

SwarmReport RunSwarmSession(const SwarmOptions& options, std::uint64_t first_seed,
                            StatusLine& status, const std::function<bool()>& go_on) {
  const TimePoint start = TimerThread::SteadyNow();
  const Duration cpu = UsageOfThisProcess().cpu;
  Swarm swarm(first_seed, options.seeds);
  const std::uint64_t done = RunInParallel(
      swarm.jobs(), [&](std::uint64_t job) { swarm.Run(job); },
      [&](std::uint64_t ran) {
        const std::uint64_t failing = swarm.failing();
        const double took = Seconds(TimerThread::SteadyNow() - start);
        status.Show("swarm: " + Count(ran) + " of " + Count(swarm.jobs()) + " seeds, " +
                    Format("%.1f a second", took > 0 ? static_cast<double>(ran) / took : 0) +
                    (failing == 0 ? "" : ", " + Count(failing) + " failed"));
        return go_on();
      });
  SwarmReport report = swarm.Report(done);
  for (std::size_t i = 0; i < report.failed.size() && i < kShrunkMax && go_on(); ++i) {
    FailedSeed& failed = report.failed[i];
    status.Show("shrinking seed " + std::to_string(failed.seed));
    failed.shrunk = Shrink({.seed = failed.seed}, failed.findings.front(), go_on);
  }
  status.Clear();
  report.took = TimerThread::SteadyNow() - start;
  report.cpu = UsageOfThisProcess().cpu - cpu;
  return report;
}

SwarmReport RunSwarmReplay(const SwarmOptions& options, StatusLine& status,
                           const std::function<bool()>& go_on, std::string& text) {
  const TimePoint start = TimerThread::SteadyNow();
  SwarmReport report{.first_seed = options.replayed.seed, .asked = 1, .seeds = 1};
  const auto plan = PlanOf(options.replayed);
  auto outcome = plan.and_then([](const SwarmPlan& one) { return RunSwarm(one); });
  if (!outcome) {
    report.broken.push_back(outcome.error().message);
    return report;
  }
  text = CaseText(options.replayed, *plan, *outcome);
  AddOutcome(*outcome, report);
  if (options.shrink && !report.failed.empty()) {
    status.Show("shrinking");
    FailedSeed& failed = report.failed.front();
    failed.shrunk = Shrink(options.replayed, failed.findings.front(), go_on);
    status.Clear();
    text += "shrunk to " + Plural(failed.shrunk->faults, "fault") + " in " +
            Plural(failed.shrunk->runs, "run") + ": sim --replay " + ToText(failed.shrunk->of) +
            "\n";
  }
  report.took = TimerThread::SteadyNow() - start;
  return report;
}

}  // namespace ringlab
