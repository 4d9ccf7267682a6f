// No verdict rests on what cannot be told: on failures, on few samples, on what is beyond a
// histogram.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "loadgen/report/report.h"
#include "results/text/loadgen_text.h"
#include "tests/loadgen/judge/judged.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

// Of as many requests as `sent`, `answered` were, all within a millisecond; the others failed at
// once.
RunResult Answered(std::uint64_t answered, std::uint64_t sent,
                   const std::vector<std::string>& thresholds) {
  return Judged(
      [&](RunResult& run) {
        run.config.failures_accepted = 1;
        run.config.workload.qps = static_cast<double>(sent) / 10;
        run.achieved_qps = run.config.workload.qps;
        run.measured = Measurements(3);
        run.measured.totals = {
            .scheduled = sent, .sent = sent, .ok = answered, .errors = sent - answered};
        Latencies& l = run.measured.latencies;
        l.response.RecordMany(900'000, answered);
        l.service.RecordMany(800'000, answered);
        l.send_lag.RecordMany(20'000, sent);
        l.failed.RecordMany(314'000, sent - answered);
        run.measured.keys = {.asked = sent, .ok = answered, .failed = sent - answered};
        run.measured.levels[0].RecordMany(800'000, answered);
      },
      thresholds);
}

TEST_CASE("failures are no fast answers and a bound with too few answers does not hold") {
  const std::vector<std::string> times{"p99<5ms", "mean<5ms", "max<5ms", "service.p50<5ms"};
  for (const ThresholdResult& t : Answered(0, 1'567, times).thresholds) {
    INFO(t.threshold.text);
    REQUIRE_FALSE(t.passed);
    REQUIRE_FALSE(t.measured);
  }
  const RunResult none = Answered(0, 1'567, times);
  REQUIRE(none.verdict == Verdict::kFailed);
  REQUIRE(none.reasons[0] == "p99<5ms cannot be told: too few requests were answered (0 of 1,567)");
  REQUIRE_FALSE(Answered(458, 1'567, times).thresholds[0].passed);
  REQUIRE(Answered(459, 1'567, times).verdict == Verdict::kValid);
}

TEST_CASE("the number of failures stands beside every percentile") {
  const auto json = ToJson(Answered(1'000, 1'567, {"p99<5ms"}));
  REQUIRE(json["latency_ns"]["response"]["count"] == 1'000);
  REQUIRE(json["latency_ns"]["response"]["failed"] == 567);
  REQUIRE(json["latency_ns"]["service"]["failed"] == 567);
  REQUIRE(json["latency_ns"]["response"]["min"] == 900'000);
  REQUIRE(json["latency_failed_ns"]["count"] == 567);
  REQUIRE(json["latency_failed_ns"]["p99"] == json["latency_failed_ns"]["max"]);
  const std::string text = TextOfLoadgen(json);
  REQUIRE_THAT(text, Contains("holds: p99<5ms (900 us); times are of 1,000 answers, 567 failed"));
  REQUIRE_THAT(text, Contains("\nfailures           567    314 us"));
}

TEST_CASE("errors are the report's errors and failed is errors and timeouts") {
  const RunResult run = Judged([](RunResult&) {}, {"errors<=0", "timeouts<=0", "failed<=0"});
  const double scheduled = 100'000;
  REQUIRE(run.thresholds[0].measured == 60 / scheduled);
  REQUIRE(run.thresholds[1].measured == 30 / scheduled);
  REQUIRE(run.thresholds[2].measured == 90 / scheduled);
}

TEST_CASE("a send lag that so few requests cannot tell judges nobody") {
  const auto late = [](std::uint64_t requests) {
    return Judged([=](RunResult& run) {
      run.config.workload.qps = static_cast<double>(requests) / 10;
      run.achieved_qps = run.config.workload.qps;
      run.measured = Measurements(3);
      run.measured.totals = {.scheduled = requests, .sent = requests, .ok = requests};
      run.measured.keys = {.asked = requests, .ok = requests};
      run.measured.levels[0].RecordMany(800'000, requests);
      run.measured.latencies.response.RecordMany(51'000'000, requests);
      run.measured.latencies.service.RecordMany(1'000'000, requests);
      run.measured.latencies.send_lag.RecordMany(50'000'000, requests);
    });
  };
  for (const std::uint64_t requests : {1, 45, 458}) {
    CAPTURE(requests);
    REQUIRE(late(requests).verdict == Verdict::kValid);
    REQUIRE_FALSE(ToJson(late(requests))["latency_ns"]["send_lag"].contains("p99"));
  }
  REQUIRE(late(459).verdict == Verdict::kInvalid);
}

TEST_CASE("a send lag is measured by the longest answer where answers are too few for their p99") {
  const auto with_service = [](std::int64_t ns) {
    return Judged([=](RunResult& run) {
      run.config.failures_accepted = 1;
      Latencies& l = run.measured.latencies;
      l.send_lag = Histogram();
      l.send_lag.RecordMany(3'000'000, run.measured.totals.sent);
      l.service = Histogram();
      l.service.RecordMany(ns, 10);
    });
  };
  REQUIRE(with_service(40'000'000).verdict == Verdict::kValid);
  REQUIRE(with_service(20'000'000).verdict == Verdict::kInvalid);
}

TEST_CASE("what is beyond the histogram is told so and no bound above it holds") {
  const auto slow = [](RunResult& run) {
    run.measured.latencies.response = Histogram();
    run.measured.latencies.response.RecordMany(1'000'000, 99'000);
    run.measured.latencies.response.RecordMany(69'000'000'000, 900);
  };
  const RunResult run = Judged(slow, {"max<61s", "max<1h", "max>59s", "max>61s", "p99.9<2m",
                                      "p99<2m", "p50<5ms", "mean<2s", "mean>100ms"});
  const bool holds[] = {false, false, true, false, false, true, true, false, true};
  for (std::size_t i = 0; i < std::size(holds); ++i) {
    INFO(run.thresholds[i].threshold.text);
    REQUIRE(run.thresholds[i].passed == holds[i]);
  }
  REQUIRE(run.reasons[0] == "max<61s does not hold: measured >= 60 s");
  REQUIRE_THAT(run.reasons.back(), Contains("mean<2s does not hold: measured >= "));
  const auto json = ToJson(run);
  REQUIRE(json["latency_ns"]["response"]["clamped"] == 900);
  REQUIRE(json["thresholds"][0]["at_least"] == true);
  REQUIRE_FALSE(json["thresholds"][6].contains("at_least"));
  REQUIRE_THAT(TextOfLoadgen(json), Contains("   >= 60 s\n"));
}

}  // namespace
}  // namespace ringlab
