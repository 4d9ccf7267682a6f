#include "results/gate/measurements.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ringlab {
namespace {

std::string Bench(const std::string& body) {
  return R"({"schema_version": 1, "tool": "bench", )" + body + "}";
}

std::string Google(const std::string& context, const std::string& benchmarks) {
  return R"({"context": {)" + context + R"(}, "benchmarks": [)" + benchmarks + "]}";
}

constexpr const char* kOptimised = R"("library_build_type": "release")";

Error ErrorOf(const std::string& text) {
  const auto read = ParseMeasurements(text, "file.json");
  REQUIRE(!read);
  CHECK(read.error().message.find("file.json") != std::string::npos);
  return read.error();
}

TEST_CASE("our own results are read and written again") {
  const std::string text = Bench(R"("suite": "micro", "fingerprint": {"compiler": "g++"},
      "environment": {"cpu": "any"},
      "metrics": [{"name": "a", "measure": "instructions", "total": 1234, "ops": 100},
                  {"name": "a", "measure": "allocations", "total": 0, "ops": 100}],
      "timed": [{"name": "a", "unit": "ns/op", "samples": [1.5, 2]}],
      "functions": {"a": {"F": 1000, "G": 234}})");
  const auto read = ParseMeasurements(text, "x").value();
  CHECK(read.suite == "micro");
  CHECK(read.exact.at({"a", "instructions"}).per_op() == Approx(12.34));
  CHECK(read.timed.at("a").samples == std::vector<double>{1.5, 2});
  CHECK(read.functions.at("a").at("G") == 234);
  const auto again = ParseMeasurements(ToJson(read).dump(), "y").value();
  CHECK(again.exact == read.exact);
  CHECK(again.functions == read.functions);
  CHECK(again.fingerprint == read.fingerprint);
}

TEST_CASE("files that are no results are refused with what was expected") {
  for (const std::string& text :
       {std::string(),
        std::string("{"),
        std::string("[]"),
        std::string("7"),
        std::string(R"({"some": "json"})"),
        Bench("").substr(0, 20),
        Bench(R"("metrics": [])"),
        Bench(R"("metrics": {})"),
        Bench(R"("metrics": [7])"),
        Bench(R"("metrics": [{"name": "a", "measure": "instructions", "total": 1}])"),
        Bench(R"("metrics": [{"name": "a", "measure": "instructions", "total": -1, "ops": 1}])"),
        Bench(R"("metrics": [{"name": "a", "measure": "instructions", "total": 1, "ops": 0}])"),
        Bench(R"("metrics": [{"name": "a", "measure": "instructions", "total": NaN, "ops": 1}])"),
        Bench(R"("metrics": [{"name": "a", "measure": "moonlight", "total": 1, "ops": 1}])"),
        Bench(R"("timed": [{"name": "a"}])"),
        Bench(R"("suite": 7, "metrics": [])"),
        std::string(R"({"schema_version": 2, "tool": "bench"})"),
        std::string(R"({"schema_version": 1, "tool": "other"})"),
        Google(kOptimised, ""),
        Google(kOptimised, R"({"run_type": "iteration"})"),
        Google(kOptimised, R"({"name": "a", "real_time": 1, "time_unit": "fortnight"})"),
        Google(kOptimised, R"({"name": "a", "real_time": 1, "repetition_index": "x"})")}) {
    INFO(text);
    CHECK(ErrorOf(text).code == Code::kInvalidArgument);
  }
  CHECK(ErrorOf(R"({"schema_version": 9, "tool": "bench"})").message.find("9") !=
        std::string::npos);
}

TEST_CASE("a metric that is there twice is refused") {
  const std::string metric = R"({"name": "a", "measure": "bytes", "total": 1, "ops": 1})";
  const Error twice = ErrorOf(Bench("\"metrics\": [" + metric + "," + metric + "]"));
  CHECK(twice.message.find("twice") != std::string::npos);
  const std::string run = R"({"name": "BM", "real_time": 1, "time_unit": "ns"})";
  CHECK(ErrorOf(Google(kOptimised, run + "," + run)).message.find("twice") != std::string::npos);
}

TEST_CASE("google benchmark's repetitions are samples of one metric in ns") {
  const auto read =
      ParseMeasurements(Google(kOptimised,
                               R"({"name": "BM", "run_name": "BM", "run_type": "iteration",
                     "repetition_index": 0, "real_time": 2, "time_unit": "us", "rate": NaN},
                    {"name": "BM", "run_name": "BM", "run_type": "iteration",
                     "repetition_index": 1, "real_time": 3, "time_unit": "us", "rate": -Infinity},
                    {"name": "BM_mean", "run_name": "BM", "run_type": "aggregate",
                     "real_time": 2.5, "time_unit": "us"})"),
                        "x")
          .value();
  CHECK(read.timed.size() == 1);
  CHECK(read.timed.at("BM").samples == std::vector<double>{2000, 3000});
}

TEST_CASE("what must not be compared is invalid rather than unreadable") {
  const std::string run = R"({"name": "BM", "real_time": 1, "time_unit": "ns"})";
  for (const std::string& text :
       {Google(R"("library_build_type": "debug")", run),
        Google(R"("build": "debug", "library_build_type": "release")", run),
        Google(R"("build": "with a sanitizer")", run),
        Google(kOptimised, R"({"name": "BM", "real_time": NaN, "time_unit": "ns"})"),
        Google(kOptimised, R"({"name": "BM", "real_time": Infinity, "time_unit": "ns"})"),
        Google(kOptimised, R"({"name": "BM", "error_occurred": true, "error_message": "no"})"),
        Bench(R"("timed": [{"name": "a", "samples": [1, null]}])"),
        std::string(R"({"schema_version": 1, "tool": "loadgen", "verdict": "INVALID"})")}) {
    INFO(text);
    CHECK(ErrorOf(text).code == Code::kFailedPrecondition);
  }
  // Debian's library calls itself a debug build; our programs say what they are.
  CHECK(ParseMeasurements(Google(R"("build": "optimised", "library_build_type": "debug")", run),
                          "x"));
}

TEST_CASE("an invalid run is refused by its reasons, in words") {
  const std::string text = R"({"schema_version": 1, "tool": "loadgen", "verdict": "INVALID",)"
                           R"( "reasons": ["the \"queue\" grew", 7, "send lag"]})";
  CHECK_THAT(ErrorOf(text).message,
             Catch::EndsWith("its figures mislead: the \"queue\" grew; send lag"));
}

TEST_CASE("a name that holds what looks like no number stays as it is") {
  const auto read = ParseMeasurements(
      Google(kOptimised, R"({"name": "a \" NaN", "real_time": 1, "time_unit": "ns", "x": nan})"),
      "x");
  REQUIRE(read);
  CHECK(read->timed.contains("a \" NaN"));
}

TEST_CASE("of a run of loadgen nothing is judged") {
  const auto read = ParseMeasurements(
      R"({"schema_version": 1, "tool": "loadgen", "verdict": "VALID",
          "totals": {"achieved_qps": 1000.0},
          "latency_ns": {"response": {"p50": 100, "p99": 900}, "service": {"p50": 90}},
          "cache": {"hit_ratio": 0.5}})",
      "x");
  REQUIRE(read);
  CHECK(read->timed.at("achieved_qps").higher_is_better);
  CHECK(read->timed.at("response_p99").samples == std::vector<double>{900});
  for (const auto& [name, metric] : read->timed) CHECK_FALSE(metric.judged);
}

TEST_CASE("of several runs of loadgen the figures of each are samples") {
  const auto read = ParseMeasurements(
      R"({"schema_version": 1, "tool": "loadgen", "verdict": "VALID",
          "totals": {"achieved_qps": 1000.0},
          "latency_ns": {"response": {"p50": 100, "p99": 900}},
          "repeats": [{"latency_ns": {"response": {"p50": 100, "p99": 900}}},
                      {"latency_ns": {"response": {"p50": 110}}}]})",
      "x");
  REQUIRE(read);
  CHECK(read->timed.at("response_p50").samples == std::vector<double>{100, 110});
  CHECK(read->timed.at("response_p50").judged);
  CHECK(read->timed.at("response_p50").of_runs);
  CHECK_FALSE(read->timed.contains("response_p99"));  // one of them has none
  CHECK_FALSE(read->timed.at("achieved_qps").judged);
}

}  // namespace
}  // namespace ringlab
