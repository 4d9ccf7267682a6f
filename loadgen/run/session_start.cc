// How a session begins: with its workers, and at a moment agreed on with others.
#include <algorithm>
#include <thread>
#include <utility>

#include "loadgen/run/session.h"
#include "node/live/timer_thread.h"
#include "results/text/text_format.h"

namespace ringlab {

Result<std::unique_ptr<Session>> Session::Open(const LoadgenOptions& options, Cluster& cluster,
                                               std::shared_ptr<const Ring> ring,
                                               LiveFollower* follower) {
  auto workers = MakeWorkers({.workers = options.config.workers,
                              .connections = options.config.connections,
                              .engine = options.cluster.engine,
                              .security = options.cluster.security});
  if (!workers) return tl::unexpected<Error>(std::move(workers.error()));
  return std::unique_ptr<Session>(
      new Session(options, cluster, std::move(ring), *std::move(workers), follower));
}

Phase Session::MeasuredPhase(Duration interval) const {
  const RunConfig& config = options_.config;
  Phase phase{.start = timetable_ ? timetable_->measured() : TimePoint{},
              .begin = config.warmup,
              .end = config.warmup + config.duration,
              .interval = interval};
  if (config.phases.empty()) return phase;
  auto ends = std::make_shared<std::vector<Duration>>();
  for (const ProfilePhase& each : config.phases) ends->push_back(each.to);
  phase.part_ends = std::move(ends);
  return phase;
}

// On every sending thread, just before the first request that is due there. Each is awake by then,
// and looks at the clock until it is time: the kernel may take some 50 us to wake a thread on an
// idle core, on every machine another time.
void Session::WatchStart(TimePoint start) {
  constexpr Duration kAwakeBefore = std::chrono::microseconds(200);
  skew_ = std::make_shared<std::atomic<std::int64_t>>(0);
  missed_by_ = std::max(missed_by_, TimerThread::SteadyNow() - start);
  for (const auto& worker : workers_) {
    worker->scheduler().RunAt(start - kAwakeBefore, [start, skew = skew_] {
      while (TimerThread::SteadyNow() < start) {
      }
      const std::int64_t late = (TimerThread::SteadyNow() - start).count();
      std::int64_t most = skew->load();
      while (late > most && !skew->compare_exchange_weak(most, late)) {
      }
    });
  }
}

// False when the run was ended meanwhile.
bool Session::WaitUntil(TimePoint when, const Watch& watch) const {
  constexpr Duration kStep = std::chrono::milliseconds(100);
  while (true) {
    const TimePoint now = TimerThread::SteadyNow();
    if (now >= when) return true;
    const bool begun = now >= timetable_->measured();
    const Progress progress{.waiting = true,
                            .elapsed = now - (begun ? timetable_->measured() : timetable_->start),
                            .duration = options_.config.duration};
    if (!watch(progress)) return false;
    std::this_thread::sleep_for(std::min(when - now, kStep));
  }
}

// A thread that wakes late is charged for it in the send lag; who was not ready missed the start.
void Session::FillStart(RunResult& run) const {
  if (!timetable_) return;
  run.shard = GeneratorResult{
      .shard = options_.config.shard,
      .host = HostName(),
      .cpus = CpusOfThisProcess(),
      .ring = Format("%016llx", static_cast<unsigned long long>(ring_->fingerprint()))};
  if (skew_) run.shard->start_skew = Duration(skew_->load());
  if (missed_by_ <= Duration::zero()) return;
  run.problems.push_back("it was not ready at the agreed start, but " +
                         Time(static_cast<double>(missed_by_.count())) +
                         " later: agree on a later one");
}

}  // namespace ringlab
