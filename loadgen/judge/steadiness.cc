#include "loadgen/judge/steadiness.h"

#include <algorithm>

#include "core/base/histogram.h"
#include "results/statistics/steady.h"
#include "results/statistics/trend.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

// Mean response times of the whole intervals; empty when one has no answer.
std::vector<double> MeanResponses(const TimeSeries& series) {
  std::vector<double> means;
  for (std::size_t i = 0; i < series.size() && series.LengthOf(i) == series.interval(); ++i) {
    double sum = 0;
    double count = 0;
    for (const BucketCount& bucket : series.response(i)) {
      sum += static_cast<double>(Histogram::LowestAt(bucket.index)) *
             static_cast<double>(bucket.count);
      count += static_cast<double>(bucket.count);
    }
    if (count == 0) return {};
    means.push_back(sum / count);
  }
  return means;
}

// From reading to reading, about a second apart; empty when callers got nothing between two, or a
// node began anew.
std::vector<double> HitRatios(const std::vector<NodeReading>& readings) {
  std::vector<double> ratios;
  for (std::size_t i = 1; i < readings.size(); ++i) {
    if (readings[i].gets <= readings[i - 1].gets || readings[i].hits < readings[i - 1].hits) {
      return {};
    }
    ratios.push_back(static_cast<double>(readings[i].hits - readings[i - 1].hits) /
                     static_cast<double>(readings[i].gets - readings[i - 1].gets));
  }
  return ratios;
}

std::optional<HitRatioRise> RiseOf(const std::vector<double>& ratios) {
  const auto trend = TrendOf(ratios);
  if (!trend || !trend->rises()) return std::nullopt;
  const double half = trend->slope * static_cast<double>(ratios.size() - 1) / 2;
  if (2 * half < kHitRatioRise) return std::nullopt;
  return HitRatioRise{.from = std::clamp(trend->mean - half, 0.0, 1.0),
                      .to = std::clamp(trend->mean + half, 0.0, 1.0)};
}

double MeanOf(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

Duration Steadiness::from() const {
  return std::max(latency_from, hit_ratio_from.value_or(Duration::zero()));
}

std::optional<Steadiness> MeasureSteadiness(const TimeSeries& series,
                                            const std::vector<NodeReading>& readings) {
  if (series.empty()) return std::nullopt;
  const std::vector<double> means = MeanResponses(series);
  const auto latency = FindSteady(means);
  if (!latency) return std::nullopt;
  const std::vector<double> ratios = HitRatios(readings);
  const auto hit_ratio = FindSteady(ratios);
  Steadiness steadiness{
      .latency_from = static_cast<std::int64_t>(latency->from) * series.interval(),
      .settled = latency->settled && (!hit_ratio || hit_ratio->settled),
      .rise = RiseOf(ratios)};
  if (hit_ratio) {
    // The first whole interval after the reading.
    const Duration at = hit_ratio->from == 0 ? Duration::zero() : readings[hit_ratio->from].at;
    steadiness.hit_ratio_from =
        (at + series.interval() - Duration(1)) / series.interval() * series.interval();
  }
  const auto cut = static_cast<std::size_t>(steadiness.from() / series.interval());
  if (cut > 0 && cut < means.size()) {
    const std::span<const double> all(means);
    steadiness.response_before_ns = MeanOf(all.first(cut));
    steadiness.response_after_ns = MeanOf(all.subspan(cut));
  }
  return steadiness;
}

std::vector<std::string> WarningsOf(const Steadiness& s, Duration warmup) {
  std::vector<std::string> warnings;
  if (s.from() > Duration::zero()) {
    const char* const what = s.latency_from >= s.hit_ratio_from.value_or(Duration::zero())
                                 ? "response times"
                                 : "the hit ratio";
    warnings.push_back(
        Format("%s moved until %.0f s into the measurement", what, Seconds(s.from())) +
        (s.settled ? "" : " at least") +
        (s.response_before_ns > 0 ? " (mean response " + Time(s.response_before_ns) + " before, " +
                                        Time(s.response_after_ns) + " after)"
                                  : "") +
        Format(": raise --warmup to %.0f s", Seconds(warmup + s.from())) +
        (s.settled ? "" : " or more"));
  }
  if (s.rise) {
    warnings.push_back(
        Format("the hit ratio still rose, from %.1f to %.1f %%: the cache was not "
               "full of what is asked for; raise --warmup",
               100 * s.rise->from, 100 * s.rise->to));
  }
  return warnings;
}

}  // namespace ringlab
