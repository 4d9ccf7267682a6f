#include "loadgen/measure/phase_series.h"

#include <algorithm>
#include <utility>

namespace ringlab {

namespace {

std::int64_t Clamped(Duration time) {
  return std::clamp<std::int64_t>(time.count(), 0, Histogram::kHighestTrackable);
}

std::uint16_t BucketOf(Duration time) {
  return static_cast<std::uint16_t>(Histogram::IndexOf(Clamped(time)));
}

}  // namespace

PhaseSeries::PhaseSeries(const Phase& phase) : start_(phase.start) {
  if (phase.interval <= Duration::zero() || phase.end <= phase.begin) return;
  series_ = TimeSeries(phase.end - phase.begin, phase.interval);
  open_.resize(series_.size());
  answers_.reserve(kAnswersMax);
}

std::size_t PhaseSeries::IntervalOf(const SentRequest& request) const {
  return series_.At(request.intended - start_);
}

void PhaseSeries::Begin(const SentRequest& request, bool sent) {
  if (series_.empty()) return;
  const std::size_t at = IntervalOf(request);
  TimeSeries::Counts& counts = series_.counts(at);
  ++counts.scheduled;
  if (!sent) {
    ++counts.skipped;
    return;
  }
  ++counts.sent;
  counts.late += request.sent - request.intended > TimeSeries::kLateAfter ? 1 : 0;
  ++open_[at];
}

void PhaseSeries::Answered(const SentRequest& request, Level level) {
  if (series_.empty()) return;
  ++series_.counts(IntervalOf(request)).levels[static_cast<std::size_t>(level)];
}

void PhaseSeries::End(const SentRequest& request, std::uint64_t TimeSeries::Counts::* outcome,
                      TimePoint now) {
  if (series_.empty()) return;
  const std::size_t at = IntervalOf(request);
  TimeSeries::Counts& counts = series_.counts(at);
  ++(counts.*outcome);
  --open_[at];
  if (outcome == &TimeSeries::Counts::failed) return;  // no answer
  counts.response_max = std::max(counts.response_max, Clamped(now - request.intended));
  answers_.push_back({.interval = static_cast<std::uint16_t>(at),
                      .operation = static_cast<std::uint16_t>(request.operation),
                      .response = BucketOf(now - request.intended),
                      .service = BucketOf(now - request.sent)});
  if (answers_.size() < kAnswersMax) return;
  series_.Add(answers_);
  answers_.clear();
}

void PhaseSeries::GiveUp() {
  for (std::size_t at = 0; at < open_.size(); ++at) {
    series_.counts(at).failed += std::exchange(open_[at], 0);
  }
}

void PhaseSeries::Take(std::vector<TimeSeries::Answer>& answers) {
  answers.clear();
  if (series_.empty()) return;
  answers.reserve(kAnswersMax);
  answers.swap(answers_);
}

TimeSeries PhaseSeries::Sorted() && {
  if (!series_.empty()) series_.Add(answers_);
  return std::move(series_);
}

}  // namespace ringlab
