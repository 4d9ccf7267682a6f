#include "loadgen/report/run_histograms.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "results/hdr/hgrm.h"
#include "results/hdr/hlog.h"
#include "results/hdr/v2.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

Json HdrJson(const Histogram& histogram) { return {{"hdr_v2", EncodeHdr(histogram)}}; }

HdrHistogram HdrOf(const BucketCounts& buckets) {
  HdrHistogram histogram(HdrLayout::OfRinglab());
  for (const BucketCount& bucket : buckets) {
    RL_CHECK(histogram.Append(static_cast<std::uint32_t>(bucket.index), bucket.count));
  }
  return histogram;
}

}  // namespace

Json HistogramsJson(const RunResult& run) {
  const Latencies& latencies = run.measured.latencies;
  Json json{{"response", HdrJson(latencies.response)},
            {"service", HdrJson(latencies.service)},
            {"send_lag", HdrJson(latencies.send_lag)},
            {"operations", Json::object()}};
  for (std::size_t i = 0; i < kOperations; ++i) {
    const auto operation = static_cast<Operation>(i);
    const OperationMeasurements& of = run.measured.of(operation);
    if (of.requests == 0) continue;
    json["operations"][std::string(OperationName(operation))] = HdrJson(of.service);
  }
  return json;
}

std::string RunHlog(const RunResult& run) {
  const TimeSeries& series = run.measured.series;
  std::string text = HlogHeader(run.measured_from_s,
                                "ringlab loadgen: response times of the requests planned to start "
                                "in each interval");
  for (std::size_t at = 0; at < series.size(); ++at) {
    const Duration start = static_cast<std::int64_t>(at) * series.interval();
    const Duration length = std::min(series.interval(), series.length() - start);
    if (start >= run.elapsed && series.counts(at).scheduled == 0) break;  // was interrupted
    for (std::size_t i = 0; i < kOperations; ++i) {
      const auto operation = static_cast<Operation>(i);
      if (run.measured.of(operation).requests == 0) continue;
      text += HlogLine({.tag = std::string(OperationName(operation)),
                        .start_s = Seconds(start),
                        .length_s = Seconds(length),
                        .histogram = HdrOf(series.response(at, operation))});
    }
  }
  return text;
}

std::string RunHgrm(const RunResult& run) {
  return HgrmText(HdrHistogram::Of(run.measured.latencies.response));
}

}  // namespace ringlab
