#include "loadgen/live/follower.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "core/base/parse.h"
#include "loadgen/judge/verdict.h"
#include "loadgen/report/report.h"
#include "node/live/environment.h"
#include "node/live/process_usage.h"
#include "node/live/timer_thread.h"
#include "results/html/result_html.h"

namespace ringlab {

namespace {

constexpr Duration kMetricsEvery = std::chrono::seconds(1);
constexpr Duration kDrawEvery = std::chrono::seconds(1);
constexpr Duration kDrawAtLeastEvery = std::chrono::seconds(5);
constexpr int kDrawingsShare = 300;  // a drawing may cost one part in so many
constexpr Duration kReadersEvery = std::chrono::milliseconds(50);
constexpr Duration kLastWords = std::chrono::milliseconds(100);

// Of the answers in a series, whose buckets give each the highest value of its own.
void AddLatencies(const TimeSeries& series, Latencies& latencies) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (const BucketCount& bucket : series.response(i)) {
      latencies.response.RecordMany(Histogram::HighestAt(bucket.index), bucket.count);
    }
    for (const BucketCount& bucket : series.service(i)) {
      latencies.service.RecordMany(Histogram::HighestAt(bucket.index), bucket.count);
    }
  }
}

// Of a part of a run: nothing is judged yet.
RunResult PartOf(const RunConfig& config, const RunSoFar& so_far, TimeSeries series) {
  RunResult run;
  run.config = config;
  run.machine_cores = CoresOfThisProcess();
  if (so_far.state != RunState::kMeasuring) return run;
  run.elapsed = std::clamp(so_far.elapsed, Duration::zero(), so_far.duration);
  run.config.duration = run.elapsed;  // so far
  run.measured.totals = so_far.totals;
  if (run.elapsed > Duration::zero()) {
    run.achieved_qps = static_cast<double>(so_far.totals.sent) / Seconds(run.elapsed);
  }
  if (so_far.readings != nullptr) run.readings = *so_far.readings;
  AddLatencies(series, run.measured.latencies);
  run.measured.series = std::move(series);
  return run;
}

// Two addresses that may be one by two names.
bool AreOfOnePort(const std::string& a, const std::string& b) {
  const auto port_of = [](const std::string& text) {
    return ParseCount(text.substr(std::min(text.rfind(':') + 1, text.size()))).value_or(0);
  };
  return port_of(a) != 0 && port_of(a) == port_of(b);
}

}  // namespace

Duration PauseAfterDrawing(Duration took, double cores) {
  const Duration of_a_core = kDrawingsShare * took;
  Duration of_ours = kDrawAtLeastEvery;
  if (const double ns = static_cast<double>(of_a_core.count()) / std::max(cores, 1e-6);
      ns < static_cast<double>(kDrawAtLeastEvery.count())) {
    of_ours = Duration(static_cast<std::int64_t>(ns));
  }
  return std::max({kDrawEvery, of_a_core, of_ours});
}

Result<std::unique_ptr<LiveFollower>> LiveFollower::Start(const LiveOptions& options) {
  std::unique_ptr<LiveFollower> follower(new LiveFollower);
  if (auto listens = follower->Listen(options); !listens) {
    return tl::unexpected<Error>(std::move(listens.error()));
  }
  if (!options.csv.empty()) {
    auto csv = CsvFile::Open(options.csv);
    if (!csv) return Fail(csv.error().code, "--live-csv: " + csv.error().message);
    follower->csv_ = *std::move(csv);
    follower->csv_->Append(CsvHeader());
  }
  follower->ShowMetrics(false);
  return follower;
}

Result<void> LiveFollower::Listen(const LiveOptions& options) {
  has_metrics_ = !options.metrics.empty();
  const bool both = !options.page.empty() && options.page == options.metrics;
  if (!options.page.empty()) {
    auto listens = ListenAt("--live", {.listen = options.page,
                                       .shows_page = true,
                                       .has_metrics = both,
                                       .page = LiveHtml("ringlab loadgen", "events")});
    if (!listens) return listens;
  }
  if (!has_metrics_ || both) return {};
  auto listens = ListenAt("--metrics", {.listen = options.metrics, .has_metrics = true});
  if (listens || !AreOfOnePort(options.page, options.metrics)) return listens;
  return Fail(listens.error().code,
              "--metrics: \"" + options.metrics + "\" and --live: \"" + options.page +
                  "\": the port is the same; expected the same HOST:PORT, letter by letter, for "
                  "both on one port, or another port");
}

Result<void> LiveFollower::ListenAt(const char* flag, const LiveServerOptions& server) {
  auto started = LiveServer::Start(server, board_);
  if (!started) return Fail(started.error().code, flag + (": " + started.error().message));
  const std::string address = "http://" + (*started)->address();
  const bool is_news = (*started)->address() != server.listen;
  if (server.shows_page) addresses_.push_back({"live page: " + address + "/", is_news});
  if (server.has_metrics) addresses_.push_back({"metrics: " + address + "/metrics", is_news});
  servers_.push_back(*std::move(started));
  return {};
}

void LiveFollower::Begin(const RunConfig& config) {
  ++figures_.run;
  figures_.elapsed = {};
  config_ = config;
  counts_.clear();
  settled_ = 0;
  reached_ = {};
  written_ = 0;
  drawn_ = {};
  next_metrics_ = {};
  drawn_at_ = TimerThread::SteadyNow();
  cpu_when_drawn_ = UsageOfThisProcess().cpu;
}

// With the lowest value of its bucket, so that no sum falls when it becomes exact at the end.
void LiveFollower::Count(std::span<const TimeSeries::Answer> answers) {
  if (!has_metrics_) return;
  for (const TimeSeries::Answer& answer : answers) {
    figures_.response.Record(Histogram::LowestAt(answer.response));
    figures_.service.Record(Histogram::LowestAt(answer.service));
  }
}

void LiveFollower::Look(const RunSoFar& run) {
  const TimePoint now = TimerThread::SteadyNow();
  figures_.state = run.state;
  if (run.state == RunState::kMeasuring) {
    figures_.elapsed = std::clamp(run.elapsed, Duration::zero(), run.duration);
    figures_.totals = over_.totals;
    figures_.totals.Add(run.totals);
    CountUp(run);
    if (csv_) WriteRows(run);
  }
  figures_.in_flight = run.in_flight;
  if (now >= next_metrics_) {
    ShowMetrics(false);
    next_metrics_ = now + kMetricsEvery;
  }
  if (now >= next_drawing_ && board_.IsFollowed(now)) Draw(run);
}

// Reads what may have changed since the last look. An interval is over for good when nothing of it
// was left to send at that look, and all that was sent in it had ended.
void LiveFollower::CountUp(const RunSoFar& run) {
  if (run.latencies == nullptr || run.latencies->empty() || run.elapsed < Duration::zero()) return;
  const auto is_sent = [&](std::size_t interval) {
    return static_cast<std::int64_t>(interval + 1) * run.latencies->interval() <= reached_;
  };
  while (settled_ + 1 < counts_.size() && is_sent(settled_) && IsSettled(counts_[settled_])) {
    ++settled_;
  }
  const Duration last = run.latencies->length() - Duration(1);
  counts_.resize(std::max(counts_.size(), run.latencies->At(std::min(run.elapsed, last)) + 1));
  for (std::size_t i = settled_; i < counts_.size(); ++i) counts_[i] = run.counts(i);
  reached_ = run.reached;
}

// The latencies of settled intervals were handed in before this look.
void LiveFollower::WriteRows(const RunSoFar& run) {
  for (; written_ < settled_; ++written_) {
    csv_->Append(CsvRow(*run.latencies, written_, counts_[written_]));
  }
}

void LiveFollower::Finish(const Measurements& measured) {
  const TimeSeries& series = measured.series;
  for (; csv_ && written_ < series.size(); ++written_) {
    csv_->Append(CsvRow(series, written_, series.counts(written_)));
  }
  figures_.in_flight = 0;
  over_.totals.Add(measured.totals);
  figures_.totals = over_.totals;
  if (!has_metrics_) return;
  over_.response.Merge(measured.latencies.response);
  over_.service.Merge(measured.latencies.service);
  figures_.response = over_.response;
  figures_.service = over_.service;
  ShowMetrics(false);
}

void LiveFollower::ShowMetrics(bool is_last) {
  if (has_metrics_) board_.SetMetrics(PrometheusText(figures_), is_last);
}

void LiveFollower::Draw(const RunSoFar& run) {
  const Duration before = CpuOfThisThread();
  TimeSeries series;
  if (run.state == RunState::kMeasuring && !counts_.empty()) {
    series = drawn_.Of(*run.latencies, counts_, settled_, run.elapsed);
  }
  nlohmann::ordered_json json = ToJson(PartOf(config_, run, std::move(series)));
  json["verdict"] = run.state == RunState::kMeasuring ? "MEASURING" : "WARMING UP";
  board_.Publish(LiveHtmlUpdate(json), false);
  const Duration cpu = UsageOfThisProcess().cpu;
  const TimePoint end = TimerThread::SteadyNow();
  const double cores = Seconds(cpu - cpu_when_drawn_) / Seconds(end - drawn_at_);
  next_drawing_ = end + PauseAfterDrawing(CpuOfThisThread() - before, cores);
  drawn_at_ = end;
  cpu_when_drawn_ = cpu;
}

void LiveFollower::End(const nlohmann::ordered_json& json) {
  figures_.state = RunState::kOver;
  ShowMetrics(true);
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

void LiveFollower::LetLeave() const {
  if (board_.IsFollowed(TimerThread::SteadyNow())) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(kLastWords));
  }
}

}  // namespace ringlab
