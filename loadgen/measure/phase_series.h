// PhaseSeries: a phase's TimeSeries as its requests begin and end. Not thread-safe: PhaseTally
// guards it. Costs a request some 10 ns; the sorting is left to whoever takes the answers.
#pragma once

#include <cstdint>
#include <vector>

#include "loadgen/measure/time_series.h"
#include "loadgen/plan/phase.h"

namespace ringlab {

class PhaseSeries {
 public:
  // Answers wait, so many at most, to be taken; when there are more they are sorted in at once,
  // which takes some milliseconds.
  static constexpr std::size_t kAnswersMax = std::size_t{1} << 18;

  PhaseSeries() = default;  // keeps nothing
  // Keeps nothing either when the phase has no intervals.
  explicit PhaseSeries(const Phase& phase);

  void Begin(const SentRequest& request, bool sent);
  void Answered(const SentRequest& request, Level level);  // one of its keys
  void End(const SentRequest& request, std::uint64_t TimeSeries::Counts::* outcome, TimePoint now);

  // All that are open have failed.
  void GiveUp();

  // The answers since the last call; they are in no other series then. `answers` is replaced, and
  // its memory used again.
  void Take(std::vector<TimeSeries::Answer>& answers);

  const TimeSeries::Counts& counts(std::size_t interval) const { return series_.counts(interval); }

  // With all answers that were not taken.
  TimeSeries Sorted() &&;

 private:
  std::size_t IntervalOf(const SentRequest& request) const;

  TimePoint start_{};
  TimeSeries series_;
  std::vector<std::uint32_t> open_;  // by interval
  std::vector<TimeSeries::Answer> answers_;
};

}  // namespace ringlab
