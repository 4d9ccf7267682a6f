#include "loadgen/report/run_histograms.h"

#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "results/hdr/hgrm.h"
#include "results/hdr/hlog.h"
#include "results/hdr/v2.h"
#include "results/text/text_format.h"

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

std::string LeftOutOf(const RunResult& run) {
  const Totals& totals = run.measured.totals;
  return LeftOut(totals.errors + totals.timeouts, run.measured.latencies.response.beyond());
}

}  // namespace

Json HistogramsJson(const RunResult& run) {
  const Latencies& latencies = run.measured.latencies;
  Json json{{"response", HdrJson(latencies.response)},
            {"service", HdrJson(latencies.service)},
            {"send_lag", HdrJson(latencies.send_lag)},
            {"failed", HdrJson(latencies.failed)},
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
                                "ringlab loadgen: response times of the answered requests planned "
                                "to start in each interval" +
                                    LeftOutOf(run));
  for (std::size_t at = 0; at < series.size(); ++at) {
    const Duration start = static_cast<std::int64_t>(at) * series.interval();
    for (std::size_t i = 0; i < kOperations; ++i) {
      const auto operation = static_cast<Operation>(i);
      if (run.measured.of(operation).requests == 0) continue;
      text += HlogLine({.tag = std::string(OperationName(operation)),
                        .start_s = Seconds(start),
                        .length_s = Seconds(series.LengthOf(at)),
                        .histogram = HdrOf(series.response(at, operation))});
    }
  }
  return text;
}

std::string RunHgrm(const RunResult& run) {
  return HgrmText(HdrHistogram::Of(run.measured.latencies.response), kNsInMs,
                  NoteOn(LeftOutOf(run)));
}

}  // namespace ringlab
