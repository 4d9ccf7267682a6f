// Session: one run against a cluster that serves: warm up, measure, count, judge.
//
// The live half of loadgen: it owns the workers. Blocks until the run is over; not thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <optional>
#include <vector>

#include "core/ring/ring.h"
#include "loadgen/judge/run_result.h"
#include "loadgen/plan/timetable.h"
#include "loadgen/run/cluster.h"
#include "loadgen/run/options.h"
#include "loadgen/run/progress.h"
#include "loadgen/run/worker.h"
#include "node/live/environment.h"
#include "node/live/process_usage.h"

namespace ringlab {

class CpuProfile;
class LiveFollower;

class Session {
 public:
  // Called every now and then while the run goes on, on the thread of Run; false stops the run.
  using Watch = std::function<bool(const Progress&)>;

  // With the workers that `options` ask for, which as `cluster` must outlive it. `follower` shows
  // every run; null: nobody looks. An error when there can be no such workers.
  static Result<std::unique_ptr<Session>> Open(const LoadgenOptions& options, Cluster& cluster,
                                               std::shared_ptr<const Ring> ring,
                                               LiveFollower* follower = nullptr);
  ~Session();

  // Asks every node who it is. An error names the first that cannot be used and why: it does not
  // answer, it is not the one that was meant, or it has no such group.
  Result<void> Connect();

  // With `start`, the plan begins then; late, if that has passed, and the result says so. The
  // nodes' counts are read when others who begin with us have no request under way.
  RunResult Run(const Watch& watch, std::optional<TimePoint> start = std::nullopt);

 private:
  using AllStats = std::vector<Result<NodeStats>>;

  Session(const LoadgenOptions& options, Cluster& cluster, std::shared_ptr<const Ring> ring,
          std::vector<std::unique_ptr<Worker>> workers, LiveFollower* follower);

  AllStats AskAll(Duration patience);
  AllStats AskWhenQuiet(Duration patience);
  bool RunPhase(const Phase& phase, const Watch& watch);
  Phase MeasuredPhase(Duration interval) const;
  void WatchStart(TimePoint start);
  bool WaitUntil(TimePoint when, const Watch& watch) const;
  void FillStart(RunResult& run) const;
  void EndEarly(TimePoint start, Duration whole, std::latch& left);
  void FillPlan(bool sent_whole, RunResult& run) const;
  void FillTimes(RunResult& run) const;
  void CompareRings(const AllStats& stats, std::vector<std::string>& problems) const;

  // In session_profile.cc.
  void BeginProfile(const AllStats& stats, RunResult& run);
  void EndProfile();
  void DrawProfile(RunResult& run);

  // In session_watch.cc.
  void CollectAnswers();
  bool IsToBeAborted(const Phase& phase);
  Progress Look(const Phase& phase);
  void LookAtQueue(Duration at, const Totals& totals, const std::uint64_t* in_flight);
  void EndWhenSure(const Phase& phase);
  void Show(const Phase& phase, const Progress& progress);

  // In session_nodes.cc.
  void ReadNodes(TimePoint start);
  void FillPopularity(RunResult& run) const;
  std::optional<std::uint64_t> GetsBetween(const Result<NodeStats>& before,
                                           const Result<NodeStats>& after) const;
  void FillNodes(const AllStats& before, const AllStats& after, Duration took,
                 RunResult& run) const;
  void FillCache(const AllStats& before, const AllStats& after, RunResult& run) const;
  void FillGone(const AllStats& before, const AllStats& after, RunResult& run) const;

  // In session_usage.cc.
  struct Usage {
    TimePoint at;
    CpuTimes machine;
    MachineTicks ticks;
    ProcessUsage client;
    std::vector<Duration> senders = {};
    std::optional<Duration> longest_turn = {};  // since the reading before
  };
  Usage ReadUsage() const;
  void FillUsage(const Usage& before, const Usage& after, bool measured, RunResult& run) const;
  std::optional<Duration> CpuOfOurs(const RunResult& run, Duration took) const;

  const LoadgenOptions& options_;
  Cluster& cluster_;
  std::shared_ptr<const Ring> ring_;
  Workload plan_;
  VersionLedger ledger_;
  std::vector<std::unique_ptr<Worker>> workers_;  // one at least
  std::vector<std::unique_ptr<Driver>> drivers_;
  std::vector<AbortRule> abort_rules_;
  std::string aborted_;  // what RunResult says of it
  TimeSeries series_;    // of the measured stretch, what is collected while it goes on
  std::vector<TimeSeries::Answer> answers_;
  Duration sure_of_{};  // what --until has looked at
  QueueWatch queue_;    // of the measured stretch
  bool queue_is_over_ = false;
  std::uint64_t answered_ = 0;         // since the last look at it
  double response_sum_ns_ = 0;         // of these
  std::vector<NodeReading> readings_;  // of the measured stretch
  Duration read_every_ = std::chrono::seconds(1);
  Duration sent_for_{};           // of the last stretch: all of it, or until it was ended
  LiveFollower* const follower_;  // null: nobody looks
  std::unique_ptr<CpuProfile> profile_;
  std::optional<Timetable> timetable_;
  // How late the threads began with the last stretch that had an agreed start, ns.
  std::shared_ptr<std::atomic<std::int64_t>> skew_;
  Duration missed_by_{};  // how late we were ready for one
};

}  // namespace ringlab
