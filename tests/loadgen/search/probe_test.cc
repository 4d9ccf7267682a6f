#include "loadgen/search/probe.h"

#include <catch2/catch.hpp>

#include "tests/loadgen/judge/judged.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

ProbeOutcome Outcome(const std::function<void(RunResult&)>& spoil,
                     const std::vector<std::string>& bounds) {
  return OutcomeOf(Judged(spoil, bounds));
}

TEST_CASE("a valid run holds or breaks a rate by its bounds") {
  const ProbeOutcome holds = Outcome([](RunResult&) {}, {"p99<10s", "failed<1%"});
  REQUIRE(holds.standing == Standing::kHolds);
  REQUIRE(holds.why.empty());
  REQUIRE(holds.bounds.size() == 2);
  REQUIRE(holds.p99_ns.has_value());
  const ProbeOutcome broken = Outcome([](RunResult&) {}, {"p99<10s", "p50<1ns"});
  REQUIRE(broken.standing == Standing::kBroken);
  REQUIRE_THAT(broken.why, Contains("p50<1ns does not hold"));
}

TEST_CASE("too many failures break a rate, however fast the others were") {
  const ProbeOutcome outcome =
      Outcome([](RunResult& run) { run.config.failures_accepted = 0.0005; }, {"p99<10s"});
  REQUIRE(outcome.lost_share == Approx(0.001));
  REQUIRE(outcome.standing == Standing::kBroken);
  REQUIRE_THAT(outcome.why, Contains("of the requests failed"));
}

TEST_CASE("a source whose loads break the bound is what limits") {
  const ProbeOutcome outcome = Outcome(
      [](RunResult& run) {
        Histogram& source = run.measured.levels[static_cast<std::size_t>(Level::kSource)];
        source.Reset();
        source.RecordMany(10'000'000, 7'900);
        Histogram slow;
        slow.RecordMany(10'400'000, run.measured.latencies.response.count());
        run.measured.latencies.response = slow;
      },
      {"p99<5ms"});
  REQUIRE(outcome.standing == Standing::kBroken);
  REQUIRE(outcome.limit.what == "source");
  REQUIRE_THAT(outcome.limit.why, Contains("took 10.0 ms (p50)"));
}

TEST_CASE("an invalid run that a lower rate would mend is beyond what can be measured") {
  const ProbeOutcome outcome = Outcome(
      [](RunResult& run) {
        Histogram& lag = run.measured.latencies.send_lag;
        lag.Reset();
        lag.RecordMany(900'000'000, run.measured.totals.sent);
      },
      {"p99<10s"});
  REQUIRE(outcome.verdict == Verdict::kInvalid);
  REQUIRE(outcome.standing == Standing::kBeyond);
  REQUIRE_THAT(outcome.why, Contains("send lag"));
}

TEST_CASE("faults, strangers, wrong values and an early end say nothing of a rate") {
  const std::function<void(RunResult&)> spoils[] = {
      [](RunResult& run) { run.problems = {"node n1 died"}; },
      [](RunResult& run) { run.machine_load = {.others_share = 0.6, .idle_share = 0.01}; },
      [](RunResult& run) { run.measured.totals.wrong_values = 1; },
      [](RunResult& run) { run.interrupted = true; }};
  for (const auto& spoil : spoils) {
    REQUIRE(Outcome(spoil, {"p99<10s"}).standing == Standing::kUntold);
  }
}

}  // namespace
}  // namespace ringlab
