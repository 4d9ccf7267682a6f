#include "loadgen/judge/abort_rule.h"

#include "core/base/parse.h"
#include "loadgen/judge/figures.h"

namespace ringlab {

Result<AbortRule> AbortRule::Parse(std::string_view text) {
  constexpr std::string_view kFor = " for ";
  const auto refuse = [&](const std::string& accepted) {
    return Fail(Code::kInvalidArgument, "\"" + std::string(text) + "\": expected " + accepted);
  };
  const std::size_t at = text.find(kFor);
  if (at == std::string_view::npos) return refuse("a bound and its time, as in p99>50ms for 10s");
  const auto bound = ParseThreshold(text.substr(0, at));
  if (!bound) return tl::unexpected(bound.error());
  const auto lasts = ParseDuration(text.substr(at + kFor.size()));
  if (!lasts || *lasts <= Duration::zero()) return refuse("a time above 0 behind it, such as 10s");
  const bool is_time = bound->series == Series::kResponse && bound->figure != "mean";
  const bool is_share =
      bound->series == Series::kRun &&
      (bound->figure == "failed" || bound->figure == "skipped" || bound->figure == "goodput");
  if (bound->phase > 0 || (!is_time && !is_share)) {
    return refuse("a percentile or max of the response, failed, skipped or goodput");
  }
  AbortRule rule;
  rule.text_ = text;
  rule.bound_ = *bound;
  rule.lasts_ = *lasts;
  return rule;
}

bool AbortRule::HoldsIn(const Interval& interval) const {
  const TimeSeries::Counts& counts = interval.counts;
  if (bound_.series == Series::kRun) {
    const std::uint64_t part = bound_.figure == "failed"    ? counts.failed
                               : bound_.figure == "skipped" ? counts.skipped
                                                            : counts.ok;
    const auto fraction = FractionOf(part, counts.scheduled);
    return fraction && bound_.Holds(*fraction);
  }
  const std::uint64_t answered = CountOf(interval.response);
  const bool is_max = bound_.figure == "max";
  if (answered == 0 || (!is_max && !SupportsPercentile(answered, bound_.percentile()))) {
    return false;
  }
  const std::int64_t ns =
      is_max ? counts.response_max
             : ValueAtPercentile(interval.response, bound_.percentile(), counts.response_max);
  return bound_.Holds(static_cast<double>(ns), ns >= Histogram::kHighestTrackable);
}

std::optional<std::string> AbortRule::Look(Duration each, Duration settled,
                                           const Intervals& intervals) {
  for (;; ++next_) {
    const Duration end = static_cast<std::int64_t>(next_ + 1) * each;
    if (end > settled) return std::nullopt;
    held_ = HoldsIn(intervals(next_)) ? held_ + 1 : 0;
    const Duration lasted = static_cast<std::int64_t>(held_) * each;
    if (lasted < lasts_) continue;
    return text_ + ": it held from " + FormatDuration(end - lasted) + " to " + FormatDuration(end);
  }
}

}  // namespace ringlab
