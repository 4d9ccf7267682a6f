#include "results/text/threshold.h"

#include <catch2/catch.hpp>
#include <string>

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

Threshold Parse(const std::string& text) {
  const Result<Threshold> threshold = ParseThreshold(text);
  INFO(text << (threshold ? "" : ": " + threshold.error().message));
  REQUIRE(threshold.has_value());
  REQUIRE(threshold->text == text);
  return *threshold;
}

TEST_CASE("a threshold reads a latency of every series") {
  struct Case {
    std::string text;
    Series series;
    double percentile;
    double limit_ns;
  };
  const Case cases[] = {{"p99<5ms", Series::kResponse, 99, 5e6},
                        {"p50<250us", Series::kResponse, 50, 250e3},
                        {"p99.9<1.5s", Series::kResponse, 99.9, 1.5e9},
                        {"p99.99<2m", Series::kResponse, 99.99, 120e9},
                        {"p100<60s", Series::kResponse, 100, 60e9},
                        {"response.p90<800ns", Series::kResponse, 90, 800},
                        {"service.p99.9<10ms", Series::kService, 99.9, 10e6},
                        {"send_lag.p99<500us", Series::kSendLag, 99, 500e3},
                        {"mean<1ms", Series::kResponse, -1, 1e6},
                        {"service.max<1h", Series::kService, -1, 3600e9},
                        {"send_lag.mean<0", Series::kSendLag, -1, 0},
                        {"staleness.max<100ms", Series::kStaleness, -1, 100e6},
                        {"staleness.p99<=0", Series::kStaleness, 99, 0}};
  for (const Case& c : cases) {
    const Threshold threshold = Parse(c.text);
    REQUIRE(threshold.series == c.series);
    REQUIRE(threshold.percentile() == c.percentile);
    REQUIRE(threshold.limit == Approx(c.limit_ns));
    REQUIRE(threshold.below);
    REQUIRE(threshold.or_equal == (c.text.find('=') != std::string::npos));
  }
  REQUIRE(Parse("service.max<1h").figure == "max");
  REQUIRE(Parse("mean<1ms").figure == "mean");
}

TEST_CASE("a threshold may be about one phase of a profile") {
  const Threshold time = Parse("phase3.p99<5ms");
  CHECK(time.phase == 3);
  CHECK(time.series == Series::kResponse);
  CHECK(time.figure == "p99");
  CHECK(Parse("phase12.send_lag.max<1ms").series == Series::kSendLag);
  CHECK(Parse("phase1.failed<1%").figure == "failed");
  CHECK(Parse("p99<5ms").phase == 0);
  for (const std::string bad : {"phase0.p99<5ms", "phase.p99<5ms", "phase-1.p99<5ms",
                                "phase3p99<5ms", "phase1.hit_ratio>0.9", "phase1.staleness.max<1s",
                                "phase99999999999999999999.p99<5ms", "phase1<5ms"}) {
    INFO(bad);
    CHECK(!ParseThreshold(bad));
  }
}

TEST_CASE("a threshold reads a figure of the run") {
  struct Case {
    std::string text;
    std::string figure;
    double limit;
  };
  const Case cases[] = {{"errors<0.1%", "errors", 0.001},
                        {"errors<0.25", "errors", 0.25},
                        {"errors<=0", "errors", 0},
                        {"timeouts<1%", "timeouts", 0.01},
                        {"skipped<100%", "skipped", 1},
                        {"hit_ratio>0.5", "hit_ratio", 0.5},
                        {"stale_reads<=0", "stale_reads", 0},
                        {"reverted<5%", "reverted", 0.05},
                        {"hit_ratio>=95%", "hit_ratio", 0.95},
                        {"budget_used<=100%", "budget_used", 1},
                        {"goodput_qps>=9000", "goodput_qps", 9000},
                        {"source_qps<100", "source_qps", 100},
                        {"goodput>=27%", "goodput", 0.27},
                        {"source_share<=0.21", "source_share", 0.21},
                        {"source_peak_to_mean>2", "source_peak_to_mean", 2},
                        {"source_loads<=1", "source_loads", 1},
                        {"gets_peak_to_mean<1.1", "gets_peak_to_mean", 1.1},
                        {"achieved_qps>=9900", "achieved_qps", 9900},
                        {"peak_to_mean<1.3", "peak_to_mean", 1.3}};
  for (const Case& c : cases) {
    const Threshold threshold = Parse(c.text);
    REQUIRE(threshold.series == Series::kRun);
    REQUIRE(threshold.figure == c.figure);
    REQUIRE(threshold.limit == Approx(c.limit));
    REQUIRE(threshold.percentile() == -1);
  }
}

TEST_CASE("a threshold holds on its side of the bound") {
  struct Case {
    std::string text;
    bool at_4;
    bool at_5;
    bool at_6;
  };
  for (const Case& c :
       {Case{"achieved_qps<5", true, false, false}, Case{"achieved_qps<=5", true, true, false},
        Case{"achieved_qps>5", false, false, true}, Case{"achieved_qps>=5", false, true, true}}) {
    const Threshold threshold = Parse(c.text);
    REQUIRE(threshold.Holds(4) == c.at_4);
    REQUIRE(threshold.Holds(5) == c.at_5);
    REQUIRE(threshold.Holds(6) == c.at_6);
  }
}

TEST_CASE("what is no threshold is refused with what would be one") {
  for (const std::string text :
       {// no figure, no bound, no limit
        "", "<", "<5ms", "p99", "p99<", "p99<=", "p99=5ms", "p99==5ms", "p99<<5ms", "p99<>5ms",
        "p99=<5ms", "p99!5ms", "p99 < 5ms", " p99<5ms", "p99<5ms ", "p99<5ms>1ms",
        // no such percentile
        "p<5ms", "p0<5ms", "p-1<5ms", "p100.1<5ms", "p1000<5ms", "pnan<5ms", "pinf<5ms", "p99x<5ms",
        "P99<5ms", "99<5ms", "p99%<5ms",
        // no time
        "p99<5", "p99<5%", "p99<ms", "p99<-5ms", "p99<nan", "p99<infms", "p99<5 ms", "p99<5ms5",
        "mean<fast",
        // no such figure or series
        "median<5ms", "latency<5ms", "qps>100", "wrong_values<1", "client.p99<5ms", "response.<5ms",
        ".p99<5ms", "response.service.p99<5ms",
        // a figure of the run belongs to no series
        "service.errors<1%", "response.hit_ratio>0.5", "send_lag.achieved_qps>1",
        "staleness.stale_reads<1", "staleness<1ms", "stale_reads<1ms", "stale_reads<2",
        // no fraction, no number
        "errors<2", "errors<-1%", "errors<101%", "errors<1ms", "errors<nan", "hit_ratio>1.5",
        "achieved_qps>=many", "achieved_qps>=nan", "achieved_qps>=-1", "achieved_qps>=inf",
        "achieved_qps>=99%", "peak_to_mean<-1", "peak_to_mean<1,3"}) {
    const Result<Threshold> threshold = ParseThreshold(text);
    INFO(text);
    REQUIRE_FALSE(threshold.has_value());
    REQUIRE(threshold.error().code == Code::kInvalidArgument);
    REQUIRE_THAT(threshold.error().message, Contains("\"" + text + "\"") && Contains("expected"));
  }
}

TEST_CASE("a refused threshold is told what would do in its place") {
  struct Case {
    std::string text;
    std::string words;
  };
  for (const Case& c :
       {Case{"rubbish", "a figure, <, <=, > or >=, and its bound"}, Case{"rubbish", "p99<5ms"},
        Case{"p99<5", "a unit: 5 what? ns, us, ms, s, m or h, as in p99<5ms"},
        Case{"service.mean<1e3", "a unit: 1e3 what?"}, Case{"p99<fast", "a time, as in p99<5ms"},
        Case{"median<5ms", "a figure that there is"}, Case{"median<5ms", "staleness."},
        Case{"service.errors<1%", "a figure that there is"},
        Case{"errors<1ms", "a fraction from 0 to 1 or a percentage, as in errors<5%"},
        Case{"hit_ratio>50", "as in hit_ratio<5%"},
        Case{"achieved_qps>=99%", "a number from 0 up without a unit"}}) {
    REQUIRE_THAT(ParseThreshold(c.text).error().message, Contains(c.words));
  }
  for (const char* figure : {"errors",       "timeouts",          "skipped",
                             "hit_ratio",    "stale_reads",       "reverted",
                             "budget_used",  "achieved_qps",      "goodput_qps",
                             "source_qps",   "source_qps_peak",   "source_loads",
                             "goodput",      "source_share",      "source_peak_to_mean",
                             "peak_to_mean", "gets_peak_to_mean", "mean",
                             "max",          "send_lag."}) {
    REQUIRE_THAT(ThresholdsHelp(), Contains(figure));
    REQUIRE_THAT(ParseThreshold("nothing<5").error().message, Contains(figure));
  }
}

}  // namespace
}  // namespace ringlab
