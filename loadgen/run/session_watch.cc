// What a session looks at while it measures: answers, the queue, whether to end.
#include <algorithm>
#include <utility>

#include "loadgen/live/follower.h"
#include "loadgen/run/session.h"
#include "node/live/timer_thread.h"

namespace ringlab {

// From all workers into one series, so that memory does not grow with their number.
void Session::CollectAnswers() {
  if (series_.empty()) return;
  for (const auto& driver : drivers_) {
    driver->TakeAnswers(answers_);
    answered_ += answers_.size();
    for (const TimeSeries::Answer& answer : answers_) {
      response_sum_ns_ += static_cast<double>(Histogram::LowestAt(answer.response));
    }
    if (follower_ != nullptr) follower_->Count(answers_);
    series_.Add(answers_);
  }
}

// A request is answered or has failed when its time is over.
bool Session::IsToBeAborted(const Phase& phase) {
  if (phase.interval == Duration::zero()) return false;
  const Duration settled = TimerThread::SteadyNow() - phase.start - options_.config.driver.timeout;
  for (AbortRule& rule : abort_rules_) {
    const auto held = rule.Look(phase.interval, settled, [this](std::size_t interval) {
      AbortRule::Interval figures{.counts = {}, .response = series_.response(interval)};
      for (const auto& driver : drivers_) figures.counts.Add(driver->counts(interval));
      return figures;
    });
    if (held) aborted_ = *held;
    if (held) return true;
  }
  return false;
}

Progress Session::Look(const Phase& phase) {
  Progress progress{
      .warming_up = phase.begin == Duration::zero() && options_.config.warmup > Duration::zero(),
      .elapsed = TimerThread::SteadyNow() - phase.start,
      .duration = sent_for_};
  for (const auto& driver : drivers_) {
    progress.totals.Add(driver->totals());
    progress.in_flight += driver->in_flight();
  }
  const bool sends = progress.elapsed <= progress.duration;
  LookAtQueue(progress.elapsed, progress.totals, sends ? &progress.in_flight : nullptr);
  progress.queue_grows = queue_.grew().has_value();
  return progress;
}

// `in_flight` is null at the end of the sending, which is looked at once: what is left of the queue
// then only falls.
void Session::LookAtQueue(Duration at, const Totals& totals, const std::uint64_t* in_flight) {
  if (series_.empty() || queue_is_over_) return;
  queue_is_over_ = in_flight == nullptr;
  queue_.Add({.at_s = Seconds(std::min(at, sent_for_)),
              .in_flight = in_flight == nullptr ? std::nullopt : std::optional(*in_flight),
              .sent = totals.sent,
              .answered = std::exchange(answered_, 0),
              .response_sum_ns = std::exchange(response_sum_ns_, 0)});
}

void Session::Show(const Phase& phase, const Progress& progress) {
  const bool measures = phase.interval > Duration::zero();
  Duration reached = Duration::max();  // asked for before the counts
  for (const auto& driver : drivers_) reached = std::min(reached, driver->reached());
  follower_->Look({.state = measures ? RunState::kMeasuring : RunState::kWarmUp,
                   .elapsed = progress.elapsed,
                   .duration = progress.duration,
                   .reached = reached,
                   .totals = progress.totals,
                   .in_flight = progress.in_flight,
                   .latencies = measures ? &series_ : nullptr,
                   .counts =
                       [this](std::size_t interval) {
                         TimeSeries::Counts counts;
                         for (const auto& driver : drivers_) counts.Add(driver->counts(interval));
                         return counts;
                       },
                   .readings = &readings_});
}

// Once in each interval, of those before it, in which nearly all is answered.
void Session::EndWhenSure(const Phase& phase) {
  const auto& until = options_.config.until;
  const Duration whole = phase.end - phase.begin;
  if (!until || sent_for_ < whole) return;
  const Duration now = TimerThread::SteadyNow() - phase.start;
  const Duration over = now / phase.interval * phase.interval;
  if (over <= sure_of_ || over + phase.interval < until->at_least) return;
  sure_of_ = over;
  const auto intervals = static_cast<std::size_t>(over / phase.interval) - 1;
  const auto half = HalfWidthOf(*until, series_, intervals);
  if (!half || *half > until->share) return;
  // At the end of this interval, or of the next if that is near.
  constexpr Duration kNear = std::chrono::milliseconds(200);
  const Duration end = (now + kNear) / phase.interval * phase.interval + phase.interval;
  if (end >= whole) return;
  sent_for_ = end;
  for (const auto& driver : drivers_) driver->EndAt(phase.begin + end);
}

}  // namespace ringlab
