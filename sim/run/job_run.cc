#include "sim/run/job_run.h"

#include "sim/report/report.h"
#include "sim/run/map_session.h"
#include "sim/run/swarm_session.h"
#include "sim/run/sweep_run.h"

namespace ringlab {

namespace {

using JobWatch = std::function<bool(const std::string& progress)>;

tl::unexpected<Error> ErrorOf(const char* flag, const Error& error) {
  return Fail(error.code, flag + (": " + error.message));
}

Result<JobRun> RunSwarmJobs(const SimOptions& options, JobRunner& runner, const JobWatch& watch,
                            SimResult& result) {
  const SwarmOptions& swarm = options.swarm;
  const Result<SwarmSession> run = swarm.replay.empty()
                                       ? RunSwarmSession(swarm, options.report.seed, runner, watch)
                                       : RunSwarmReplay(swarm, !options.html_file.empty(), watch);
  if (!run) return ErrorOf("--swarm", run.error());
  result.swarm = run->report;
  return JobRun{.end = run->end, .text = run->text, .left_out = StoppedText(*run)};
}

Result<JobRun> RunMapJobs(const SimOptions& options, JobRunner& runner, const JobWatch& watch,
                          SimResult& result) {
  const auto run = RunMapSession(*options.map.spec, options.report.seed, runner, watch);
  if (!run) return ErrorOf("--map", run.error());
  result.map = run->report;
  return JobRun{.end = run->end, .text = MapText(run->report), .left_out = StoppedText(*run)};
}

Result<JobRun> RunSweepJobs(const SimOptions& options, JobRunner& runner, const JobWatch& watch,
                            SimResult& result) {
  const auto run = RunSweep(options, runner, watch);
  if (!run) return tl::unexpected<Error>(run.error());  // which names the flag already
  result.sweep = run->rows;
  return JobRun{.end = run->end,
                .text = run->rows.empty() ? "" : SweepText(run->rows),
                .left_out = StoppedText(*run)};
}

}  // namespace

bool AsksForJobs(const SimOptions& options) {
  return options.swarm.asked() || options.map.asked() || !options.sweep_texts.empty();
}

Result<JobRun> RunJobs(const SimOptions& options, JobRunner& runner, const JobWatch& watch,
                       SimResult& result) {
  auto run = options.swarm.asked() ? RunSwarmJobs(options, runner, watch, result)
             : options.map.asked() ? RunMapJobs(options, runner, watch, result)
                                   : RunSweepJobs(options, runner, watch, result);
  if (run) result.interrupted = run->end.stopped;
  return run;
}

}  // namespace ringlab
