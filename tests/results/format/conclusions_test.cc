// What a result concludes from its own figures, spoilt in one place.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "results/format/schema.h"
#include "tests/results/format/sample_result.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;

TEST_CASE("what does not follow from its own figures is named with both") {
  const struct {
    const char* path;
    Json value;
    const char* complaint;
  } cases[] = {
      {"/totals/achieved_qps", 10'000, "/totals/achieved_qps is 10000, and sent / elapsed_s 9999"},
      {"/totals/elapsed_s", 5, "/totals/achieved_qps is 9999, and sent / elapsed_s 19998"},
      {"/config/duration_s", 60, "/totals/elapsed_s is 10, less than /config/duration_s 60"},
      {"/cache/hit_ratio", 0.99, "/cache/hit_ratio is 0.99, and hits / gets 0.9000"},
      {"/cache/gets", 0, "and there is no hits / gets that it could come from"},
      {"/balance/peak_to_mean", 1.1,
       "/balance/peak_to_mean is 1.1, and of its nodes' requests 1.2"},
      {"/balance/min_to_mean", 0.9, "/balance/min_to_mean is 0.9"},
      {"/balance/cv", 0.5, "/balance/cv is 0.5"},
      {"/balance/gini", 0.5, "/balance/gini is 0.5"},
      {"/balance/jain", 0.5, "/balance/jain is 0.5"},
      {"/thresholds/0/passed", false, "/thresholds/0/passed is false, and"},
      {"/thresholds/0/measured_ns", 6e6, "/thresholds/0/passed is true, and 6.00 ms does not keep"},
      {"/thresholds/1/measured", 0.02, "is true, and 0.02 does not keep errors<1%"},
      {"/thresholds/1/measured", nullptr, "/thresholds/1/measured: expected a number"},
      {"/thresholds/0/threshold", "fast", "\"fast\": expected a figure and its bound"},
      {"/reasons", Json{"it rained"}, "/verdict is VALID, and /reasons has 1 reason why not"},
      {"/verdict", "FAILED", "/verdict is FAILED, and /reasons has none"},
      {"/verdict", "INVALID", "/verdict is INVALID, and /reasons has none"},
  };
  for (const auto& c : cases) {
    INFO(c.path);
    REQUIRE_THAT(With(SampleResult(), c.path, c.value), Contains(c.complaint));
  }
}

TEST_CASE("a threshold that did not hold is reason enough") {
  Json failed = SampleResult();  // consistent in itself but for the verdict
  failed["thresholds"][0]["passed"] = false;
  failed["thresholds"][0]["measured_ns"] = 6e6;
  REQUIRE(ComplaintsAbout(failed).front() ==
          "/verdict is VALID, and /thresholds/0 did not hold: p99<5ms");
  failed["verdict"] = "FAILED";
  failed["reasons"] = {"p99<5ms does not hold"};
  REQUIRE(ComplaintsAbout(failed).empty());
  failed["thresholds"][0].erase("measured_ns");  // it could not be told
  REQUIRE(ComplaintsAbout(failed).empty());
  failed["thresholds"][0]["passed"] = true;
  REQUIRE(ComplaintsAbout(failed).front() ==
          "/thresholds/0/passed is true, and nothing was measured");
}

TEST_CASE("measured shares are those of the requests") {
  Json shifted = SampleResult();  // shares that still add up
  shifted["balance"]["nodes"][0]["measured_share"] =
      shifted["balance"]["nodes"][0]["measured_share"].get<double>() + 0.1;
  shifted["balance"]["nodes"][1]["measured_share"] =
      shifted["balance"]["nodes"][1]["measured_share"].get<double>() - 0.1;
  REQUIRE_THAT(ComplaintsAbout(shifted).front(), Contains("nodes/0/measured_share is 0.5"));
}

TEST_CASE("sim concludes from its own figures too") {
  REQUIRE_THAT(With(SimSample(), "/thresholds/0/measured", 1.5), Contains("does not keep cv<1"));
  REQUIRE_THAT(With(SimSample(), "/loopback/hit_ratio", 0.9), Contains("hits / gets 0.5"));
  REQUIRE_THAT(With(SimSample(), "/verdict", "FAILED"), Contains("/reasons has none"));
}

TEST_CASE("a run that was interrupted may be short") {
  Json interrupted = SampleResult();
  interrupted["interrupted"] = true;
  REQUIRE(With(interrupted, "/config/duration_s", 60).empty());
}

TEST_CASE("a queue that grew is told, whoever leaves it out, and makes a run invalid") {
  Json grown = SampleResult();
  grown.erase("queue");
  Json& queue = grown["queue"];
  queue["interval_s"] = 1;
  for (int s = 1; s <= 8; ++s) {
    queue["in_flight"].push_back(1000 * s);
    queue["response_mean_ns"].push_back(1e8 * s);
    queue["asked"].push_back(10'000);
  }
  REQUIRE_THAT(ComplaintsAbout(grown).front(), Contains("/queue/grew is missing"));
  queue["grew"] = {{"from_s", 0},
                   {"to_s", 8},
                   {"in_flight_from", 1000},
                   {"in_flight_to", 8000},
                   {"response_from_ns", 1e8},
                   {"response_to_ns", 8e8},
                   {"left_over_share", 0.1}};
  REQUIRE(ComplaintsAbout(grown).front() == "/verdict is VALID, and the queue grew");
  grown["config"]["failures_accepted"] = 0.9;  // an overload was meant
  REQUIRE(ComplaintsAbout(grown).empty());
  grown["queue"]["in_flight"][7] = 10;
  REQUIRE_THAT(ComplaintsAbout(grown).front(), Contains("its seconds do not say so"));
}

TEST_CASE("an interval holds its percentile and is worth no more answers than there are") {
  const Json sound = SampleResult();
  const std::string response = "/latency_ns/response";
  REQUIRE(sound["latency_ns"]["response"]["interval95"].contains("p99"));
  REQUIRE_THAT(With(sound, response + "/interval95/p99/0", 59e9), Contains("p99 lies outside"));
  REQUIRE_THAT(With(sound, response + "/interval95/p99/1", 1), Contains("p99 lies outside"));
  REQUIRE_THAT(With(sound, response + "/interval95/p99", 7), Contains("expected two ends"));
  REQUIRE_THAT(With(sound, response + "/interval95/p75", Json{1, 2}), Contains("same percentiles"));
  REQUIRE_THAT(With(sound, response + "/effective_samples/p99", 0), Contains("from 1 to count"));
  REQUIRE_THAT(With(sound, response + "/effective_samples/p99", 1e12), Contains("from 1 to"));
  REQUIRE(With(sound, response + "/interval95/p99/1", nullptr).empty());
}

}  // namespace
}  // namespace ringlab
