#include "loadgen/judge/until.h"

#include <algorithm>
#include <vector>

#include "core/base/histogram.h"
#include "core/base/parse.h"
#include "loadgen/judge/intervals.h"

namespace ringlab {

namespace {

constexpr std::string_view kMax = "max=";

tl::unexpected<Error> RefuseUntil(const std::string& text) {
  return Fail(Code::kInvalidArgument,
              "\"" + text +
                  "\": expected a percentile and how near it must be, from 0.1 to 50 %, such as "
                  "p99+-5% or p99.9+-10%,max=5m");
}

}  // namespace

Result<Until> ParseUntil(const std::string& text) {
  const auto [bound, rest] = SplitOnce(text, ',');
  const std::size_t sign = bound.find("+-");
  if (sign == std::string_view::npos || !bound.starts_with('p')) return RefuseUntil(text);
  auto percentiles = ParsePercentiles(std::string(bound.substr(1, sign - 1)));
  const std::string near(bound.substr(sign + 2));
  const auto share = ParseFraction(near);
  const bool fits = share && near.ends_with('%') && *share >= 0.001 && *share <= 0.5;
  if (!percentiles || percentiles->size() != 1 || !fits) return RefuseUntil(text);
  Until until{.text = std::string(bound), .percentile = percentiles->front(), .share = *share};
  if (bound.size() == text.size()) return until;
  if (!rest.starts_with(kMax)) return RefuseUntil(text);
  const auto most = ParseDuration(rest.substr(kMax.size()));
  if (!most || *most <= Duration::zero()) return RefuseUntil(text);
  until.at_most = *most;
  return until;
}

std::optional<double> HalfWidthOf(const Until& until, const TimeSeries& series,
                                  std::size_t intervals) {
  const std::vector<BucketCounts> batches =
      ResponseBatches(series, 0, std::min(intervals, series.size()));
  const auto found = IntervalsOf(batches, Histogram::kHighestTrackable, {until.percentile});
  if (found.empty() || !found.front().low || !found.front().high) return std::nullopt;
  const auto width = static_cast<double>(*found.front().high - *found.front().low);
  return width / 2 / static_cast<double>(std::max<std::int64_t>(1, found.front().value));
}

}  // namespace ringlab
