// AbortRule: when to end a run that has shown enough, such as "p99>50ms for 10s".
//
// Judged interval by interval of the run's TimeSeries (a second, or more in runs of more than an
// hour), each when its requests have been answered or failed. Pure; not thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "loadgen/measure/time_series.h"
#include "results/text/threshold.h"

namespace ringlab {

class AbortRule {
 public:
  // FIGURE>BOUND for TIME: of the response a percentile or max; failed, skipped or goodput as
  // fractions. INVALID_ARGUMENT, with the text and what is accepted.
  static Result<AbortRule> Parse(std::string_view text);

  // An interval's counts, and the response times of its answers.
  struct Interval {
    TimeSeries::Counts counts;
    BucketCounts response;
  };
  using Intervals = std::function<Interval(std::size_t)>;

  // Looks at the intervals, each so long, that ended before `settled`, each once. A sentence when
  // the rule has held in all of them for its time; one with too few answers to tell does not hold.
  std::optional<std::string> Look(Duration each, Duration settled, const Intervals& intervals);

  const std::string& text() const { return text_; }

 private:
  bool HoldsIn(const Interval& interval) const;

  std::string text_;
  Threshold bound_;
  Duration lasts_{};
  std::size_t next_ = 0;
  std::size_t held_ = 0;  // of the intervals before it, in a row
};

}  // namespace ringlab
