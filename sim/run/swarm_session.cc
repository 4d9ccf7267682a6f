#include "sim/run/swarm_session.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "node/live/process_usage.h"
#include "node/live/timer_thread.h"
#include "results/text/text_format.h"
#include "sim/virtual/swarm_bytes.h"
#include "sim/virtual/swarm_diagram.h"

namespace ringlab {

namespace {

// Each takes some dozens of runs.
constexpr std::size_t kShrunkMax = 3;

// What a session took, of this process.
class Took {
 public:
  Took() : start_(TimerThread::SteadyNow()), cpu_(UsageOfThisProcess().cpu) {}

  double seconds() const { return Seconds(TimerThread::SteadyNow() - start_); }
  void Tell(SwarmReport& report) const {
    report.took = TimerThread::SteadyNow() - start_;
    report.cpu = UsageOfThisProcess().cpu - cpu_;
  }

 private:
  const TimePoint start_;
  const Duration cpu_;
};

std::string ProgressOf(std::uint64_t done, const SwarmOptions& options, std::uint64_t failing,
                       double seconds) {
  return "swarm: " + Count(done) + " of " + Count(options.seeds) + " seeds, " +
         Format("%.1f a second", seconds > 0 ? static_cast<double>(done) / seconds : 0) +
         (failing == 0 ? "" : ", " + Count(failing) + " failed");
}

void ShrinkFirst(SwarmReport& report, const SwarmWatch& watch) {
  for (std::size_t i = 0; i < report.failed.size() && i < kShrunkMax; ++i) {
    FailedSeed& failed = report.failed[i];
    const std::string progress = "shrinking seed " + std::to_string(failed.seed);
    const auto go_on = [&] { return watch(progress); };
    if (!go_on()) return;
    failed.shrunk = Shrink({.seed = failed.seed}, failed.findings.front(), go_on);
  }
}

// What is looked at: the moment of the first finding, or the end of the first fault.
Duration MomentOf(const SwarmPlan& plan, const std::vector<SwarmFinding>& findings) {
  if (!findings.empty()) return findings.front().at;
  return plan.faults.empty() ? plan.trouble : plan.faults.front().at + plan.faults.front().length;
}

void Draw(const SwarmPlan& plan, Duration moment, SwarmReport& report) {
  auto diagram = DiagramOf(plan, moment);
  if (!diagram) return;  // no cluster, which the report says
  report.diagram = std::make_shared<const nlohmann::ordered_json>(*std::move(diagram));
}

}  // namespace

Result<SwarmSession> RunSwarmSession(const SwarmOptions& options, std::uint64_t first_seed,
                                     JobRunner& runner, const SwarmWatch& watch) {
  const Took took;
  SwarmTally tally(first_seed, options.seeds);
  auto end = runner.Run(
      {.count = options.seeds,
       .work = [first_seed](
                   std::uint64_t job) { return ToBytes(RunSwarm(DrawSwarm(first_seed + job))); },
       .take = [&](std::uint64_t, std::string_view bytes) -> Result<void> {
         Result<SwarmOutcome> outcome = SwarmOutcome();
         if (!ReadSwarmOutcome(bytes, outcome)) {
           return Fail(Code::kDataLoss, "a seed's outcome came in pieces");
         }
         tally.Take(outcome);
         return {};
       },
       .watch =
           [&](std::uint64_t done) {
             return watch(ProgressOf(done, options, tally.failing(), took.seconds()));
           }});
  if (!end) return tl::unexpected<Error>(end.error());
  SwarmSession session{.report = tally.report(), .text = "", .end = *std::move(end)};
  if (!session.end.stopped) ShrinkFirst(session.report, watch);
  took.Tell(session.report);
  session.text = ToText(session.report);
  return session;
}

SwarmSession RunSwarmReplay(const SwarmOptions& options, bool drawn, const SwarmWatch& watch) {
  const Took took;
  SwarmTally tally(options.replayed.seed, 1);
  const auto plan = PlanOf(options.replayed);
  const auto outcome = plan.and_then([](const SwarmPlan& one) { return RunSwarm(one); });
  tally.Take(outcome);
  SwarmSession session{.report = tally.report(), .text = "", .end = {}};
  if (!outcome) {
    session.text = outcome.error().message + "\n";
    return session;
  }
  session.text = CaseText(options.replayed, *plan, *outcome);
  SwarmPlan shown = *plan;
  Duration moment = MomentOf(*plan, outcome->findings);
  if (options.shrink && !session.report.failed.empty()) {
    FailedSeed& failed = session.report.failed.front();
    failed.shrunk =
        Shrink(options.replayed, failed.findings.front(), [&] { return watch("shrinking"); });
    session.text += "shrunk to " + Plural(failed.shrunk->faults, "fault") + " in " +
                    Plural(failed.shrunk->runs, "run") + ": sim --replay " +
                    ToText(failed.shrunk->of) + "\n";
    shown = PlanOf(failed.shrunk->of).value_or(*plan);
    moment = failed.shrunk->finding.at;
  }
  if (drawn) Draw(shown, moment, session.report);
  took.Tell(session.report);
  return session;
}

std::string StoppedText(const SwarmSession& session) {
  if (!session.end.stopped) return "";
  return "\ninterrupted: " + Count(session.report.seeds) + " of " +
         Plural(session.report.asked, "seed") + " were run\n";
}

}  // namespace ringlab
