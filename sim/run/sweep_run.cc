#include "sim/run/sweep_run.h"

#include <memory>
#include <utility>

#include "results/text/text_format.h"
#include "sim/sweep/measured_bytes.h"

namespace ringlab {

namespace {

tl::unexpected<Error> OfTheFlag(const Error& error) {
  return Fail(error.code, "--sweep: " + error.message);
}

}  // namespace

Result<SweepRun> RunSweep(const SimOptions& options, JobRunner& runner,
                          const std::function<bool(const std::string& progress)>& watch) {
  const RingReportOptions& r = options.report;
  auto cells = CellsOf(options.sweep, {.ring = options.rings.front(),
                                       .replicas = r.ring.replicas,
                                       .nodes = options.nodes,
                                       .zipf_s = r.zipf_s,
                                       .names = options.pattern});
  if (!cells) return OfTheFlag(cells.error());
  SweepRun run{.rows = {}, .cells = cells->size(), .end = {}};
  auto created = Sweep::Create(*std::move(cells), r.keys, r.seed, options.sweep_seeds);
  if (!created) return OfTheFlag(created.error());
  // Shared with the jobs, which may outlive this call.
  const auto sweep = std::make_shared<Sweep>(*std::move(created));
  auto end = runner.Run(
      {.count = sweep->jobs(),
       .work = [sweep](std::uint64_t job) { return ToBytes(sweep->Measure(job)); },
       .take = [sweep](std::uint64_t job, std::string_view bytes) -> Result<void> {
         const auto measured = ReadMeasured(bytes);
         if (!measured) return tl::unexpected<Error>(measured.error());
         return sweep->Take(job, *measured);
       },
       .watch =
           [&](std::uint64_t done) {
             return watch("sweep: " + Count(done) + " of " + Count(sweep->jobs()) + " rings");
           }});
  if (!end) return OfTheFlag(end.error());
  run.end = *std::move(end);
  auto rows = sweep->Rows(run.end.taken);
  if (!rows) return OfTheFlag(rows.error());
  run.rows = *std::move(rows);
  return run;
}

std::string StoppedText(const SweepRun& run) {
  if (!run.end.stopped) return "";
  return "\ninterrupted: " + Count(run.rows.size()) + " of " + Count(run.cells) +
         " cells were measured\n";
}

}  // namespace ringlab
