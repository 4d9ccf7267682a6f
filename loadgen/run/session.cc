#include "loadgen/run/session.h"

#include <algorithm>
#include <future>
#include <latch>
#include <utility>

#include "core/base/check.h"
#include "loadgen/judge/phases.h"
#include "loadgen/live/follower.h"
#include "loadgen/run/cpu_profile.h"
#include "loadgen/run/rates.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

constexpr Duration kAskPatience = std::chrono::seconds(5);
constexpr Duration kQuietPatience = std::chrono::seconds(4);
constexpr Duration kEndPatience = std::chrono::milliseconds(200);  // of who ended the run
constexpr Duration kLookEvery = std::chrono::milliseconds(200);
// Requests; a third of a second of walking, for somebody who pressed Ctrl-C and waits.
constexpr double kHashWalkMax = 4e6;
// Between the decision to start and the first intended time, so that no thread begins late.
constexpr Duration kLeadTime = std::chrono::milliseconds(20);

Workload PlanOf(const LoadgenOptions& options) {
  auto plan = Workload::Create(options.config.workload);
  RL_CHECK_BECAUSE(plan.has_value(), plan.error().message.c_str());  // the flags were checked
  return *std::move(plan);
}

// What is wrong with a target that says another name than the one it was given, or "": the keys of
// one node would be asked, and counted, as another's.
std::string ComplaintAboutName(const LoadgenOptions& options, const Peer& target,
                               const std::string& own) {
  if (options.targets.empty() || own.empty() || own == target.name) return "";
  const bool listed = options.etcd.endpoints.empty();
  const std::string given = target.name == target.address ? "" : target.name + "=";
  return (listed ? "--targets: \"" : "--etcd: \"") + given + target.address +
         "\": the node there calls itself \"" + own + "\"; expected " + own + "=" + target.address +
         (listed ? "" : " in etcd");
}

RunResult BeginResult(const RunConfig& config) {
  RunResult run;
  run.config = config;
  run.started_at = UtcNow();
  run.environment = DescribeEnvironment();
  run.machine_cores = CoresOfThisProcess();
  return run;
}

}  // namespace

Session::Session(const LoadgenOptions& options, Cluster& cluster, std::shared_ptr<const Ring> ring,
                 std::vector<std::unique_ptr<Worker>> workers, LiveFollower* follower)
    : options_(options),
      cluster_(cluster),
      ring_(std::move(ring)),
      plan_(PlanOf(options)),
      ledger_({.source_version = options.config.driver.values.version,
               .sole_writer = options.config.sole_writer,
               .shard = options.config.shard,
               .others_remove =
                   !options.config.shard.is_whole() && options.config.workload.mix.remove > 0}),
      workers_(std::move(workers)),
      abort_rules_(options.abort_rules),
      follower_(follower) {
  // Of a cluster that was there before us nobody knows what it holds, unless we write there.
  const RunConfig& config = options_.config;
  const bool judges =
      config.driver.verify && (config.sole_writer || config.workload.mix.HasWrites());
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& worker = *workers_[i];
    worker.transport().SetPeers(cluster_.peers());
    drivers_.push_back(std::make_unique<Driver>(
        config.driver, SliceOf(plan_, config.shard, i, workers_.size()), *ring_, worker.scheduler(),
        worker.transport(), judges ? &ledger_ : nullptr));
  }
}

Session::~Session() {
  for (const auto& worker : workers_) worker->Stop();
}

Result<void> Session::Connect() {
  const AllStats stats = AskAll(kAskPatience);
  for (std::size_t i = 0; i < stats.size(); ++i) {
    const Peer& peer = cluster_.peers()[i];
    const std::string who = "node " + peer.name + " at " + peer.address;
    if (!stats[i]) {
      if (stats[i].error().code == Code::kUnimplemented) continue;  // not one of ours: drive it
      return Fail(stats[i].error().code, who + " does not answer: " + stats[i].error().message);
    }
    if (std::string wrong = ComplaintAboutName(options_, peer, stats[i]->name); !wrong.empty()) {
      return Fail(Code::kInvalidArgument, std::move(wrong));
    }
    std::string has;
    bool found = false;
    for (const auto& [name, group] : stats[i]->groups) {
      found = found || name == options_.config.driver.group;
      has += (has.empty() ? "" : ", ") + name;
    }
    if (!found) {
      return Fail(Code::kNotFound, "--group: \"" + options_.config.driver.group + "\": " + who +
                                       " has no such group; it has: " + has);
    }
  }
  return {};
}

RunResult Session::Run(const Watch& watch, std::optional<TimePoint> start) {
  const RunConfig& config = options_.config;
  if (start) {
    timetable_ = Timetable{.start = *start,
                           .warmup = config.warmup,
                           .duration = config.duration,
                           .patience = config.driver.timeout + Driver::kDrainSlack};
  }
  if (follower_ != nullptr) follower_->Begin(config);
  RunResult run = BeginResult(config);

  bool going =
      config.warmup == Duration::zero() ||
      RunPhase({.start = start.value_or(TimePoint{}), .begin = {}, .end = config.warmup}, watch);
  if (timetable_) going = going && WaitUntil(timetable_->quiet(), watch);
  const AllStats before = AskWhenQuiet(going ? kAskPatience : kEndPatience);
  CompareRings(before, run.problems);
  if (going) BeginProfile(before, run);
  if (timetable_) going = going && WaitUntil(timetable_->measured() - kLeadTime, watch);
  const Usage usage_before = ReadUsage();
  const bool measuring = going;
  run.measured_from_s = SecondsSince1970() + Seconds(kLeadTime);
  if (going) {
    const Duration interval =
        config.open_ended ? kForeverInterval : TimeSeries::IntervalFor(config.duration);
    series_ = TimeSeries(config.duration, interval);
    going = RunPhase(MeasuredPhase(interval), watch);
  }
  const Usage usage_after = ReadUsage();
  EndProfile();
  run.interrupted = !going && !(config.open_ended && measuring && aborted_.empty());
  run.aborted = aborted_;
  if (timetable_ && going) WaitUntil(timetable_->over(), watch);
  FillStart(run);
  run.measured = Measurements(ring_->nodes().size());
  if (measuring) {
    CollectAnswers();
    for (const auto& driver : drivers_) run.measured.Merge(driver->measurements());
    LookAtQueue(sent_for_, run.measured.totals, nullptr);
    run.measured.series.Merge(series_);
    run.elapsed = std::max(sent_for_, run.measured.last_sent);
    run.measured.series.Cut(run.elapsed);
    if (follower_ != nullptr) follower_->Finish(run.measured);
    run.measured.series.Coarsen();
    if (config.open_ended) run.config.duration = run.elapsed;
    if (config.until && going) run.config.duration = sent_for_;
    FillPopularity(run);
    run.phases = PhasesOf(config.phases, run.measured.parts, run.elapsed);
    if (run.interrupted) run.config.workload.qps = PlannedQps(config, run.elapsed);
  } else {
    run.problems.emplace_back("interrupted in the warm-up: nothing was measured");
  }
  FillPlan(going && sent_for_ == config.duration, run);
  if (run.elapsed > Duration::zero()) {
    run.achieved_qps = static_cast<double>(run.measured.totals.sent) / Seconds(run.elapsed);
  }
  FillTimes(run);
  const AllStats after = AskWhenQuiet(going ? kAskPatience : kEndPatience);
  run.readings = std::move(readings_);
  run.moved.queue = queue_.seconds();
  run.moved.growth = queue_.grew();
  FillNodes(before, after, measuring ? usage_after.at - usage_before.at : Duration::zero(), run);
  FillCache(before, after, run);
  FillGone(before, after, run);
  FillUsage(usage_before, usage_after, measuring, run);
  for (std::string& problem : cluster_.Problems()) run.problems.push_back(std::move(problem));
  DrawProfile(run);
  return run;
}

// With arrivals that are not at random, who comes does not see what is there on average.
void Session::FillTimes(RunResult& run) const {
  if (!run.config.has_own_times()) run.arrivals = FidelityOf(run);
  const Histogram& responses = run.measured.latencies.response;
  const OperationMix& mix = run.config.workload.mix;
  std::optional<std::int64_t> p99;
  if (!mix.HasWrites() && SupportsPercentile(responses.count(), 99)) {
    p99 = responses.ValueAtPercentile(99);
  }
  run.stages = SumStages(run.measured.breakdown, ring_->nodes().size(), p99);
  if (run.config.workload.process != ArrivalProcess::kPoisson || run.config.has_own_times()) return;
  if (!run.config.workload.profile) {
    run.littles_law = LittlesLawOf(run.measured.in_flight, run.elapsed);
  }
}

// Who sent the whole plan has its hash; otherwise it takes a walk to the end, if that is not far.
void Session::FillPlan(bool sent_whole, RunResult& run) const {
  const WorkloadOptions& workload = options_.config.workload;
  if (sent_whole || workload.qps * Seconds(workload.duration) <= kHashWalkMax) {
    const PlanHash hash = sent_whole ? drivers_.front()->plan_hash() : HashPlan(plan_);
    run.plan_hash = hash.ToString();
    run.order_hash = hash.OrderToString();
  }
  if (const auto& cut = drivers_.front()->plan_error()) {
    run.problems.push_back("the trace could not be read to its end: " + cut->message);
  }
}

// True when the whole stretch was sent. It starts when it says, or a moment from now.
bool Session::RunPhase(const Phase& stretch, const Watch& watch) {
  sent_for_ = stretch.end - stretch.begin;
  Phase phase = stretch;
  if (timetable_) {
    WatchStart(phase.start);
  } else {
    phase.start = TimerThread::SteadyNow() + kLeadTime;
  }
  std::latch left(static_cast<std::ptrdiff_t>(drivers_.size()));
  for (const auto& driver : drivers_) {
    driver->Run(phase, [&left] { left.count_down(); });
  }
  while (!left.try_wait()) {
    std::this_thread::sleep_for(kLookEvery);
    CollectAnswers();
    const Progress progress = Look(phase);
    if (follower_ != nullptr) Show(phase, progress);
    const bool goes_on = watch(progress) && !IsToBeAborted(phase);
    if (!goes_on) {
      EndEarly(phase.start, phase.end - phase.begin, left);
      return false;
    }
    const bool began = TimerThread::SteadyNow() >= phase.start;
    if (phase.interval > Duration::zero() && began) {
      ReadNodes(phase.start);
      EndWhenSure(phase);
    }
  }
  return true;
}

// Sends nothing more, and waits a moment for the answers under way. After the planned end of the
// stretch it was sent whole all the same.
void Session::EndEarly(TimePoint start, Duration whole, std::latch& left) {
  for (const auto& driver : drivers_) driver->StopSending();
  const TimePoint end = TimerThread::SteadyNow();
  sent_for_ = std::clamp(end - start, Duration::zero(), whole);
  while (!left.try_wait() && TimerThread::SteadyNow() - end < kEndPatience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  for (const auto& driver : drivers_) driver->GiveUp(TimerThread::SteadyNow() - end);
  left.wait();
}

Session::AllStats Session::AskAll(Duration patience) {
  std::vector<std::promise<Result<NodeStats>>> answers(cluster_.peers().size());
  const TimePoint deadline = TimerThread::SteadyNow() + patience;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    workers_.front()->transport().Stats(
        cluster_.peers()[i].name, deadline,
        [&answer = answers[i]](auto stats) { answer.set_value(std::move(stats)); });
  }
  AllStats all;
  for (auto& answer : answers) all.push_back(answer.get_future().get());
  return all;
}

// A request that we gave up may still be under way in a node, whose counts add up only when it is
// over; a load ends within the nodes' own timeout.
Session::AllStats Session::AskWhenQuiet(Duration patience) {
  const TimePoint give_up = TimerThread::SteadyNow() + std::min(patience, kQuietPatience);
  while (true) {
    AllStats all = AskAll(patience);
    const bool quiet = std::all_of(all.begin(), all.end(), [&](const Result<NodeStats>& node) {
      return !node || std::all_of(node->groups.begin(), node->groups.end(), [](const auto& group) {
        return CheckIdentities(group.second).empty();
      });
    });
    if (quiet || TimerThread::SteadyNow() > give_up) return all;
    std::this_thread::sleep_for(kLookEvery);
  }
}

void Session::CompareRings(const AllStats& stats, std::vector<std::string>& problems) const {
  for (std::size_t i = 0; i < stats.size(); ++i) {
    if (!stats[i] || stats[i]->ring.fingerprint == ring_->fingerprint()) continue;
    const auto& theirs = stats[i]->ring;
    problems.push_back("node " + cluster_.peers()[i].name + " routes by another ring (" +
                       theirs.dialect + " x " + std::to_string(theirs.replicas) + " over " +
                       std::to_string(theirs.nodes.size()) + " nodes) than the one measured by (" +
                       ring_->dialect() + " x " + std::to_string(ring_->replicas()) + " over " +
                       std::to_string(ring_->nodes().size()) +
                       "): give --ring, --replicas and the nodes' names as in --targets NAME=…");
  }
}

}  // namespace ringlab
