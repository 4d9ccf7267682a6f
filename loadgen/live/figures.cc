#include "loadgen/live/figures.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#include <utility>
#include <vector>

#include "results/text/text_format.h"

namespace ringlab {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double kNs = 1e-9;

void AddLiveCounter(std::vector<MetricFamily>& families, const char* name, const char* help,
                    const std::vector<std::pair<const char*, std::uint64_t>>& by_result) {
  MetricFamily family{name, help, MetricType::Counter, {}};
  for (const auto& [result, count] : by_result) {
    ClientMetric& metric = family.metric.emplace_back();
    if (*result != '\0') metric.label.push_back({"result", result});
    metric.counter.value = static_cast<double>(count);
  }
  families.push_back(std::move(family));
}

void AddLiveGauge(std::vector<MetricFamily>& families, const char* name, const char* help,
                  double value) {
  MetricFamily family{name, help, MetricType::Gauge, {}};
  family.metric.emplace_back().gauge.value = value;
  families.push_back(std::move(family));
}

// Where the buckets end, ns: the highest value of the histogram's own bucket at 1, 2, 5, 10 …
std::vector<std::int64_t> Bounds() {
  std::vector<std::int64_t> bounds;
  for (std::int64_t ten = 10'000; ten < 10'000'000'000; ten *= 10) {
    for (const std::int64_t times : {1, 2, 5}) {
      bounds.push_back(Histogram::HighestAt(Histogram::IndexOf(times * ten)));
    }
  }
  bounds.push_back(Histogram::HighestAt(Histogram::IndexOf(10'000'000'000)));
  return bounds;
}

void AddLiveHistogram(std::vector<MetricFamily>& families, const char* name, const char* help,
                      const Histogram& histogram) {
  static const std::vector<std::int64_t> kBounds = Bounds();
  MetricFamily family{name, help, MetricType::Histogram, {}};
  auto& sums = family.metric.emplace_back().histogram;
  sums.sample_count = histogram.count();
  sums.sample_sum = histogram.mean() * static_cast<double>(histogram.count()) * kNs;
  std::uint64_t below = 0;
  std::size_t next = 0;
  const auto end_before = [&](std::int64_t value) {
    for (; next < kBounds.size() && kBounds[next] < value; ++next) {
      sums.bucket.push_back({below, static_cast<double>(kBounds[next]) * kNs});
    }
  };
  histogram.ForEachBucket([&](std::int64_t lowest, std::int64_t, std::uint64_t count) {
    end_before(lowest);
    below += count;
  });
  end_before(INT64_MAX);
  families.push_back(std::move(family));
}

std::string TimeOrNothing(const BucketCounts& buckets, double percentile, std::int64_t max) {
  if (!SupportsPercentile(CountOf(buckets), percentile)) return "";
  return std::to_string(ValueAtPercentile(buckets, percentile, max));
}

}  // namespace

std::string PrometheusText(const LiveFigures& figures) {
  const Totals& t = figures.totals;
  std::vector<MetricFamily> families;
  AddLiveCounter(families, "ringlab_loadgen_scheduled_total",
                 "Requests of the measurement whose time has come.", {{"", t.scheduled}});
  AddLiveCounter(families, "ringlab_loadgen_sent_total", "Requests that were sent.",
                 {{"", t.sent}});
  AddLiveCounter(families, "ringlab_loadgen_skipped_total",
                 "Requests that were not sent, because too many were under way.",
                 {{"", t.skipped}});
  AddLiveCounter(
      families, "ringlab_loadgen_requests_total", "Requests that ended, by how.",
      {{"ok", t.ok}, {"not_found", t.not_found}, {"error", t.errors}, {"timeout", t.timeouts}});
  AddLiveCounter(families, "ringlab_loadgen_wrong_values_total",
                 "Values that were not what their key has.", {{"", t.wrong_values}});
  AddLiveGauge(families, "ringlab_loadgen_in_flight", "Requests under way.",
               static_cast<double>(figures.in_flight));
  AddLiveGauge(families, "ringlab_loadgen_run",
               "Which run of --repeat, or probe of --search, goes on; the counts go on over them.",
               static_cast<double>(figures.run));
  AddLiveGauge(families, "ringlab_loadgen_elapsed_seconds", "Of the run's measurement.",
               Seconds(figures.elapsed));
  AddLiveGauge(families, "ringlab_loadgen_over", "1 when these figures are the last.",
               figures.state == RunState::kOver ? 1 : 0);
  AddLiveHistogram(families, "ringlab_loadgen_response_seconds",
                   "From the planned start of a request to its answer.", figures.response);
  AddLiveHistogram(families, "ringlab_loadgen_service_seconds",
                   "From the sending of a request to its answer.", figures.service);
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return std::move(text).str();
}

std::string CsvHeader() {
  return "at_s,scheduled,sent,ok,not_found,failed,skipped,late,response_p50_ns,response_p90_ns,"
         "response_p99_ns,response_max_ns,service_p50_ns,service_p99_ns\n";
}

std::string CsvRow(const TimeSeries& latencies, std::size_t interval,
                   const TimeSeries::Counts& counts) {
  const BucketCounts response = latencies.response(interval);
  const BucketCounts service = latencies.service(interval);
  std::string row =
      Format("%.3f", Seconds(static_cast<std::int64_t>(interval) * latencies.interval()));
  for (const std::uint64_t count : {counts.scheduled, counts.sent, counts.ok, counts.not_found,
                                    counts.failed, counts.skipped, counts.late}) {
    row += ',' + std::to_string(count);
  }
  for (const double percentile : {50.0, 90.0, 99.0}) {
    row += ',' + TimeOrNothing(response, percentile, counts.response_max);
  }
  row += ',' + (response.empty() ? "" : std::to_string(counts.response_max));
  for (const double percentile : {50.0, 99.0}) {
    row += ',' + TimeOrNothing(service, percentile, Histogram::kHighestTrackable);
  }
  return row + '\n';
}

bool IsSettled(const TimeSeries::Counts& counts) {
  return counts.ok + counts.not_found + counts.failed == counts.sent;
}

}  // namespace ringlab
