#include "loadgen/live/follower.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "loadgen/judge/verdict.h"
#include "loadgen/report/report.h"
#include "node/live/environment.h"
#include "node/live/timer_thread.h"
#include "results/html/result_html.h"

namespace ringlab {

namespace {

constexpr Duration kMetricsEvery = std::chrono::milliseconds(200);
constexpr Duration kDrawEvery = std::chrono::seconds(1);
constexpr int kDrawingsShare = 100;  // a drawing may cost one part in so many of the time
constexpr Duration kReadersEvery = std::chrono::milliseconds(50);

// Of a part of a run: nothing is judged yet.
RunResult PartOf(const RunConfig& config, const LiveFigures& figures, const RunSoFar& so_far,
                 std::span<const TimeSeries::Counts> counts) {
  RunResult run;
  run.config = config;
  run.machine_cores = CoresOfThisProcess();
  if (so_far.state != RunState::kMeasuring) return run;
  run.elapsed = figures.elapsed;
  run.config.duration = run.elapsed;  // so far
  run.measured.totals = so_far.totals;
  run.measured.latencies.response = figures.response;
  run.measured.latencies.service = figures.service;
  if (run.elapsed > Duration::zero()) {
    run.achieved_qps = static_cast<double>(so_far.totals.sent) / Seconds(run.elapsed);
  }
  if (so_far.readings != nullptr) run.readings = *so_far.readings;
  if (so_far.latencies == nullptr || so_far.latencies->empty()) return run;
  TimeSeries& series = run.measured.series;
  series = *so_far.latencies;
  series.Cut(std::min(run.elapsed, series.length()));
  for (std::size_t i = 0; i < std::min(series.size(), counts.size()); ++i) {
    series.counts(i) = counts[i];
  }
  return run;
}

}  // namespace

Result<std::unique_ptr<LiveFollower>> LiveFollower::Start(const LiveOptions& options) {
  std::unique_ptr<LiveFollower> follower(new LiveFollower);
  const bool both = !options.page.empty() && options.page == options.metrics;
  const auto listen = [&](const char* flag, LiveServerOptions server) -> Result<void> {
    auto started = LiveServer::Start(server, follower->board_);
    if (!started) return Fail(started.error().code, flag + (": " + started.error().message));
    const std::string address = "http://" + (*started)->address();
    if (server.shows_page) follower->addresses_.push_back("live page: " + address + "/");
    if (server.has_metrics) follower->addresses_.push_back("metrics: " + address + "/metrics");
    follower->servers_.push_back(*std::move(started));
    return {};
  };
  if (!options.page.empty()) {
    auto listens = listen("--live", {.listen = options.page,
                                     .shows_page = true,
                                     .has_metrics = both,
                                     .page = LiveHtml("ringlab loadgen", "events")});
    if (!listens) return tl::unexpected<Error>(std::move(listens.error()));
  }
  if (!options.metrics.empty() && !both) {
    auto listens = listen("--metrics", {.listen = options.metrics, .has_metrics = true});
    if (!listens) return tl::unexpected<Error>(std::move(listens.error()));
  }
  if (!options.csv.empty()) {
    auto csv = CsvFile::Open(options.csv);
    if (!csv) return Fail(csv.error().code, "--live-csv: " + csv.error().message);
    follower->csv_ = *std::move(csv);
    follower->csv_->Append(CsvHeader());
  }
  follower->board_.SetMetrics(PrometheusText(follower->figures_), false);
  return follower;
}

std::vector<std::string> LiveFollower::Addresses() const { return addresses_; }

void LiveFollower::Begin(const RunConfig& config) {
  config_ = config;
  figures_ = {};
  counts_.clear();
  settled_ = 0;
  written_ = 0;
}

void LiveFollower::Count(std::span<const TimeSeries::Answer> answers) {
  for (const TimeSeries::Answer& answer : answers) {
    figures_.response.Record(Histogram::HighestAt(answer.response));
    figures_.service.Record(Histogram::HighestAt(answer.service));
  }
}

void LiveFollower::Look(const RunSoFar& run) {
  const TimePoint now = TimerThread::SteadyNow();
  figures_.state = run.state;
  if (run.state == RunState::kMeasuring) {
    figures_.elapsed = std::clamp(run.elapsed, Duration::zero(), run.duration);
    figures_.duration = run.duration;
    figures_.totals = run.totals;
    CountUp(run);
    if (csv_) WriteRows(run);
  }
  figures_.in_flight = run.in_flight;
  if (now >= next_metrics_) {
    board_.SetMetrics(PrometheusText(figures_), false);
    next_metrics_ = now + kMetricsEvery;
  }
  if (now >= next_drawing_ && board_.IsFollowed(now)) Draw(run, now);
}

// Reads what may have changed since the last look. An interval is over for good when all of its
// requests had ended at that look, and another interval had gone by since: senders may be late.
void LiveFollower::CountUp(const RunSoFar& run) {
  if (run.latencies == nullptr || run.latencies->empty() || run.elapsed < Duration::zero()) return;
  while (settled_ + 2 < counts_.size() && IsSettled(counts_[settled_])) ++settled_;
  const Duration last = run.latencies->length() - Duration(1);
  counts_.resize(std::max(counts_.size(), run.latencies->At(std::min(run.elapsed, last)) + 1));
  for (std::size_t i = settled_; i < counts_.size(); ++i) counts_[i] = run.counts(i);
}

// The latencies of settled intervals were handed in before this look.
void LiveFollower::WriteRows(const RunSoFar& run) {
  for (; written_ < settled_; ++written_) {
    csv_->Append(CsvRow(*run.latencies, written_, counts_[written_]));
  }
}

void LiveFollower::Finish(const TimeSeries& series) {
  for (; csv_ && written_ < series.size(); ++written_) {
    csv_->Append(CsvRow(series, written_, series.counts(written_)));
  }
}

void LiveFollower::Draw(const RunSoFar& run, TimePoint now) {
  nlohmann::ordered_json json = ToJson(PartOf(config_, figures_, run, counts_));
  json["verdict"] = run.state == RunState::kMeasuring ? "MEASURING" : "WARMING UP";
  board_.Publish(LiveHtmlUpdate(json), false);
  next_drawing_ = now + std::max(kDrawEvery, kDrawingsShare * (TimerThread::SteadyNow() - now));
}

void LiveFollower::End(const RunResult& run, const nlohmann::ordered_json& json) {
  figures_.state = RunState::kOver;
  figures_.elapsed = run.elapsed;
  figures_.totals = run.measured.totals;
  figures_.in_flight = 0;
  figures_.response = run.measured.latencies.response;
  figures_.service = run.measured.latencies.service;
  board_.SetMetrics(PrometheusText(figures_), true);
  board_.Publish(LiveHtmlUpdate(json), true);
}

bool LiveFollower::IsAwaited() const {
  const TimePoint now = TimerThread::SteadyNow();
  return board_.IsAwaited(now, now);
}

void LiveFollower::AwaitReaders(const std::function<bool()>& stop) const {
  const TimePoint over = TimerThread::SteadyNow();
  while (!stop() && board_.IsAwaited(over, TimerThread::SteadyNow())) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(kReadersEvery));
  }
}

}  // namespace ringlab
