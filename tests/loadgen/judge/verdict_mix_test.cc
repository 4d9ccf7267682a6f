// The verdict on runs with writes and batches.
#include <catch2/catch.hpp>
#include <string>

#include "loadgen/judge/verdict.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

// Four of 80,000 reads were stale, the worst of them 7 ms old; 400 were back at the source's value.
TEST_CASE("the figures of staleness are judged where there were writes") {
  const auto judged = [](const std::string& text, auto spoil) {
    RunResult run = MixedSample();
    spoil(run);
    Judge({*ParseThreshold(text)}, run);
    return run;
  };
  const auto verdict = [&](const std::string& text) {
    return judged(text, [](RunResult&) {}).verdict;
  };
  REQUIRE(verdict("stale_reads<=0") == Verdict::kFailed);
  REQUIRE(verdict("stale_reads<0.01%") == Verdict::kValid);
  REQUIRE(verdict("reverted<=0.5%") == Verdict::kValid);
  REQUIRE(verdict("reverted<0.5%") == Verdict::kFailed);
  REQUIRE(verdict("staleness.max<=7ms") == Verdict::kValid);
  REQUIRE(verdict("staleness.max<7ms") == Verdict::kFailed);
  REQUIRE(verdict("staleness.p99<1h") == Verdict::kFailed);  // four are too few to tell
  const auto fresh = [](RunResult& run) { run.measured.staleness = {.reads = 9, .age = {}}; };
  for (const char* text : {"stale_reads<=0", "staleness.max<=0", "staleness.p99<1ns"}) {
    REQUIRE(judged(text, fresh).verdict == Verdict::kValid);
  }
  const auto unwritten = [](RunResult& run) { run.config.workload.mix = {}; };
  const auto unchecked = [](RunResult& run) { run.config.driver.verify = false; };
  for (const char* text : {"stale_reads<=0", "reverted<=1", "staleness.max<1h"}) {
    REQUIRE_THAT(judged(text, unwritten).reasons.at(0), Contains("it was not measured"));
    REQUIRE_THAT(judged(text, unchecked).reasons.at(0), Contains("it was not measured"));
  }
}

TEST_CASE("keys that failed inside batches that did not make a run invalid") {
  const auto judged = [](std::uint64_t batch) {
    RunResult run = SampleRun();
    run.config.workload.batch = batch;
    run.measured.keys = {.asked = 99'900, .ok = 97'900, .failed = 2'000};
    Judge({}, run);
    return run;
  };
  REQUIRE(judged(1).verdict == Verdict::kValid);  // each is a request, and counted there
  const RunResult run = judged(64);
  REQUIRE(run.verdict == Verdict::kInvalid);
  REQUIRE_THAT(run.reasons.at(0),
               Contains("2.0 % of the keys in batches failed") && Contains("connection refused"));
}

}  // namespace
}  // namespace ringlab
