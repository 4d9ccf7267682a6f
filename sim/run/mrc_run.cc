#include "sim/run/mrc_run.h"

#include <atomic>
#include <utility>

#include "node/live/parallel.h"
#include "results/text/text_format.h"

namespace ringlab {

Result<CurveResult> MeasureCurves(const CurveOptions& options,
                                  const std::function<bool(const std::string& line)>& watch) {
  CurveRun run(options);
  std::atomic<std::uint64_t> walked{0};
  std::atomic<bool> stop{false};
  const CurveRun::GoOn go_on = [&](std::uint64_t requests) {
    walked.fetch_add(requests);
    return !stop.load();
  };
  const auto look = [&](const std::string& line) {
    if (!watch(line)) stop.store(true);
    return !stop.load();
  };
  Result<void> survey;
  RunInParallel(
      1, [&](std::uint64_t) { survey = run.Survey(go_on); },
      [&](std::uint64_t) {
        const std::uint64_t all = options.stream.requests;
        return look("curves: lru and sizes, " + ShortCount(walked.load()) +
                    (all > 0 ? " of " + ShortCount(all) : "") + " requests");
      });
  if (!survey) return tl::unexpected<Error>(std::move(survey).error());
  walked = 0;
  const std::uint64_t all = run.jobs() * run.requests_walked();
  if (run.jobs() > 0) {
    RunInParallel(
        run.jobs(), [&](std::uint64_t job) { run.Measure(job, go_on); },
        [&](std::uint64_t) {
          const double part = static_cast<double>(walked.load()) / static_cast<double>(all);
          return look("curves: policies in miniature, " + Format("%.0f %%", 100 * part));
        });
  }
  return run.Curves();
}

}  // namespace ringlab
