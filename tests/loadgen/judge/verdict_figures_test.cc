// What a run is judged by when it is meant to fail much, and by what the nodes counted.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/loadgen/judge/judged.h"

namespace ringlab {
namespace {

using std::chrono::seconds;

TEST_CASE("a run that is meant to fail much is valid up to what was accepted") {
  const auto shed = [](double accepted) {
    return [=](RunResult& run) {
      run.config.failures_accepted = accepted;
      run.measured.totals.skipped += run.measured.totals.sent;
      run.measured.totals.scheduled += run.measured.totals.sent;
    };
  };
  REQUIRE(Judged(shed(0.01)).verdict == Verdict::kInvalid);
  REQUIRE(Judged(shed(0.6)).verdict == Verdict::kValid);
}

TEST_CASE("what the nodes counted can be bounded") {
  const RunResult run = Judged(
      [](RunResult& r) {
        r.elapsed = seconds(10);
        r.cache->gets = 2000;
        r.cache->source_loads = 500;
        r.cache->used_bytes = 30;
        r.cache->budget_bytes = 40;
        r.nodes.resize(2);
        r.nodes[0].gets = 300;
        r.nodes[1].gets = 100;
      },
      {"source_qps<=50", "source_loads<=500", "budget_used<=0.75", "gets_peak_to_mean<=1.5",
       "source_share<=25%", "goodput>0"});
  CAPTURE(run.reasons);
  for (const ThresholdResult& t : run.thresholds) REQUIRE(t.passed);
  const Totals& totals = run.measured.totals;
  const double expected[] = {
      50,  500,  0.75,
      1.5, 0.25, static_cast<double>(totals.ok) / static_cast<double>(totals.scheduled)};
  for (std::size_t i = 0; i < 6; ++i) {
    REQUIRE(run.thresholds[i].measured.value() == Approx(expected[i]));
  }
  const RunResult silent = Judged([](RunResult& r) { r.nodes.resize(2); }, {"gets_peak_to_mean<2"});
  REQUIRE_FALSE(silent.thresholds[0].measured);
}

}  // namespace
}  // namespace ringlab
