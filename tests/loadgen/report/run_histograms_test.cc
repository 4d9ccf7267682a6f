#include "loadgen/report/run_histograms.h"

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "results/hdr/hgrm.h"
#include "results/hdr/hlog.h"
#include "results/hdr/v2.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {
namespace {

TEST_CASE("the histograms of a run hold what its latencies say") {
  const RunResult run = MixedSample();
  const auto json = HistogramsJson(run);
  const auto decoded = [&](const std::string& path) {
    return DecodeHdr(
        json.at(nlohmann::ordered_json::json_pointer(path)).at("hdr_v2").get<std::string>());
  };
  const Latencies& latencies = run.measured.latencies;
  REQUIRE(decoded("/response") == HdrHistogram::Of(latencies.response));
  REQUIRE(decoded("/service") == HdrHistogram::Of(latencies.service));
  REQUIRE(decoded("/send_lag") == HdrHistogram::Of(latencies.send_lag));
  REQUIRE(decoded("/failed") == HdrHistogram::Of(latencies.failed));
  REQUIRE(decoded("/operations/set") == HdrHistogram::Of(run.measured.of(Operation::kSet).service));
  REQUIRE(json.at("operations").size() == 3);
  REQUIRE(HistogramsJson(SampleRun()).at("operations").size() == 1);
}

TEST_CASE("the interval log of a run sums to its requests") {
  const RunResult run = MixedSample();
  const auto log = ReadHlog(RunHlog(run));
  REQUIRE(log.has_value());
  REQUIRE(log->start_s == run.measured_from_s);
  REQUIRE(log->intervals.size() == 30);  // 10 s, three operations
  std::map<std::string, std::uint64_t> counts;
  std::map<std::uint32_t, std::uint64_t> buckets;
  for (std::size_t i = 0; i < log->intervals.size(); ++i) {
    const HlogInterval& interval = log->intervals[i];
    REQUIRE(interval.start_s == static_cast<double>(i / 3));
    REQUIRE(interval.length_s == 1);
    counts[interval.tag] += interval.histogram.count();
    for (const auto& cell : interval.histogram.cells()) buckets[cell.index] += cell.count;
  }
  REQUIRE(counts ==
          std::map<std::string, std::uint64_t>{{"get", 89'900}, {"set", 9'000}, {"remove", 1'000}});
  REQUIRE_THAT(RunHlog(run), Catch::Matchers::Contains("; 90 more failed and are not in it]\n"));
  const HdrHistogram whole = HdrHistogram::Of(run.measured.latencies.response);
  REQUIRE(buckets.size() == whole.cells().size());
  for (const auto& cell : whole.cells()) REQUIRE(buckets.at(cell.index) == cell.count);
}

TEST_CASE("the last interval is as long as it was, and an interrupted run ends where it did") {
  RunResult run = SampleRun();
  run.config.duration = run.elapsed = std::chrono::milliseconds(9'500);
  FillSeries(run);
  auto log = ReadHlog(RunHlog(run));
  REQUIRE(log->intervals.size() == 10);
  REQUIRE(log->intervals.back().length_s == 0.5);

  run = SampleRun();
  TimeSeries& series = run.measured.series;
  series = TimeSeries(std::chrono::seconds(10), std::chrono::seconds(1));
  series.counts(7).scheduled = 1;
  series.Cut(std::chrono::milliseconds(7'200));
  log = ReadHlog(RunHlog(run));
  REQUIRE(log->intervals.size() == 8);
  REQUIRE(log->intervals.back().length_s == Approx(0.2));
}

TEST_CASE("the percentile table of a run is of its response times") {
  const RunResult run = SampleRun();
  REQUIRE(RunHgrm(run) == HgrmText(HdrHistogram::Of(run.measured.latencies.response)) +
                              "#[Of the answered requests; 90 more failed and are not in it]\n");
}

}  // namespace
}  // namespace ringlab
