#include "sim/run/map_session.h"

#include <memory>
#include <utility>

#include "node/live/process_usage.h"
#include "node/live/timer_thread.h"
#include "results/text/text_format.h"

namespace ringlab {

Result<MapSession> RunMapSession(const MapSpec& spec, std::uint64_t seed, JobRunner& runner,
                                 const std::function<bool(const std::string& progress)>& watch) {
  const TimePoint start = TimerThread::SteadyNow();
  const Duration cpu = UsageOfThisProcess().cpu;
  // Shared with the jobs, which may outlive this call.
  const auto shared = std::make_shared<const MapSpec>(spec);
  MapSession session{.report = {.spec = spec, .capacity = CapacityOf(spec, seed), .rows = {}},
                     .end = {}};
  std::uint64_t stuck = 0;
  auto end = runner.Run(
      {.count = spec.cells(),
       .work =
           [shared, seed](std::uint64_t job) {
             return ToBytes(RunMapCell(*shared, CellOf(*shared, job), seed));
           },
       .take = [&](std::uint64_t job, std::string_view bytes) -> Result<void> {
         Result<MapOutcome> outcome = MapOutcome();
         if (!ReadMapOutcome(bytes, outcome)) {
           return Fail(Code::kDataLoss, "a cell's outcome came in pieces");
         }
         if (!outcome) return tl::unexpected<Error>(outcome.error());
         stuck += outcome->was_well && !outcome->recovery_s ? 1 : 0;
         session.report.hash = (session.report.hash ^ outcome->hash) * 0x9e3779b97f4a7c15U;
         session.report.rows.push_back({CellOf(*shared, job), *outcome});
         return {};
       },
       .watch =
           [&](std::uint64_t done) {
             return watch("map: " + Count(done) + " of " + Count(shared->cells()) + " cells" +
                          (stuck == 0 ? "" : ", " + Count(stuck) + " that did not come back"));
           }});
  if (!end) return tl::unexpected<Error>(end.error());
  session.end = *std::move(end);
  session.report.took = TimerThread::SteadyNow() - start;
  session.report.cpu = UsageOfThisProcess().cpu - cpu;
  return session;
}

std::string StoppedText(const MapSession& session) {
  if (!session.end.stopped) return "";
  return "\ninterrupted: " + Count(session.report.rows.size()) + " of " +
         Plural(session.report.spec.cells(), "cell") + " were run\n";
}

}  // namespace ringlab
