#include "loadgen/report/statistics_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/histogram.h"
#include "loadgen/report/measured_json.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kSecondsStored = 3600;

Json End(const std::optional<std::int64_t>& end) { return end ? Json(*end) : Json(); }

Json GrowthJson(const QueueGrowth& growth) {
  return {{"from_s", growth.from},
          {"to_s", growth.to},
          {"in_flight_from", growth.in_flight_from},
          {"in_flight_to", growth.in_flight_to},
          {"response_from_ns", growth.response_from_ns},
          {"response_to_ns", growth.response_to_ns},
          {"left_over_share", std::min(1.0, growth.left_over)}};
}

// The summary of a part of a series, whose buckets give each value the highest of its bucket.
Json SummaryOf(const std::vector<BucketCounts>& batches, std::int64_t max,
               const Percentiles& percentiles) {
  Histogram histogram;
  for (const BucketCounts& batch : batches) {
    for (const BucketCount& bucket : batch) {
      histogram.RecordMany(std::min(Histogram::HighestAt(bucket.index), max), bucket.count);
    }
  }
  Json json = LatencyJson(histogram, percentiles);
  AddIntervals(IntervalsOf(batches, max, percentiles), json);
  return json;
}

}  // namespace

void AddIntervals(std::span<const PercentileInterval> intervals, Json& latency) {
  for (const PercentileInterval& interval : intervals) {
    const std::string& key = interval.percentile.key;
    latency["interval95"][key] = {End(interval.low), End(interval.high)};
  }
  for (const PercentileInterval& interval : intervals) {
    latency["effective_samples"][interval.percentile.key] =
        static_cast<std::uint64_t>(interval.effective);
  }
}

Json QueueJson(const RunResult& run) {
  if (run.moved.queue.empty()) return {};
  Json json{{"interval_s", 1}};
  for (const char* column : {"at_s", "in_flight", "response_mean_ns", "asked"}) {
    json[column] = Json::array();
  }
  for (std::size_t i = 0; i < std::min(run.moved.queue.size(), kSecondsStored); ++i) {
    const QueueSecond& second = run.moved.queue[i];
    json["at_s"].push_back(i);
    json["in_flight"].push_back(second.in_flight);
    json["response_mean_ns"].push_back(second.response_ns ? Json(*second.response_ns) : Json());
    json["asked"].push_back(second.asked);
  }
  if (run.moved.growth) json["grew"] = GrowthJson(*run.moved.growth);
  return json;
}

Json UntilJson(const RunResult& run) {
  const Until& until = *run.config.until;
  const TimeSeries& series = run.measured.series;
  const auto half = HalfWidthOf(until, series, series.size());
  Json json{{"width", until.text},
            {"at_least_s", Seconds(until.at_least)},
            {"at_most_s", Seconds(until.at_most)},
            {"ended_early", run.config.duration < until.at_most && !run.interrupted}};
  if (half) json["half_width"] = *half;
  return json;
}

Json SteadyJson(const RunResult& run) {
  const auto& steady = run.moved.steadiness;
  if (!steady) return {};
  Json json{{"from_s", Seconds(steady->from())},
            {"settled", steady->settled},
            {"latency_from_s", Seconds(steady->latency_from)}};
  if (steady->hit_ratio_from) json["hit_ratio_from_s"] = Seconds(*steady->hit_ratio_from);
  if (steady->rise) {
    json["hit_ratio_rises"] = {{"from", steady->rise->from}, {"to", steady->rise->to}};
  }
  const TimeSeries& series = run.measured.series;
  const auto cut = static_cast<std::size_t>(steady->from() / series.interval());
  if (cut == 0 || cut >= series.size()) return json;
  const Latencies& latencies = run.measured.latencies;
  const Percentiles& percentiles = run.config.percentiles;
  json["latency_ns"] = {{"response", SummaryOf(ResponseBatches(series, cut, series.size()),
                                               latencies.response.max(), percentiles)},
                        {"service", SummaryOf(ServiceBatches(series, cut, series.size()),
                                              latencies.service.max(), percentiles)}};
  return json;
}

}  // namespace ringlab
