// Which stage, or which node, made gets slow, and what a run that broke says of it.
#include "loadgen/judge/stages.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "loadgen/judge/slow_stages.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

StageSample Sample(std::initializer_list<std::pair<Stage, double>> stages, NodeIndex asked = 0,
                   Level level = Level::kCache, NodeIndex owner = 0) {
  StageSample sample{.asked = asked, .owner = owner, .level = level};
  for (const auto& [stage, ns] : stages) {
    sample.ns[static_cast<std::size_t>(stage)] = static_cast<float>(ns);
  }
  return sample;
}

// 1,000 gets of three nodes that took 0.1 ms each, a hundredth of them slow in one stage.
Breakdown SlowIn(Stage stage) {
  Breakdown breakdown;
  for (NodeIndex i = 0; i < 1000; ++i) {
    breakdown.Record(Sample(
        {{Stage::kNetwork, 60e3}, {Stage::kHandler, 40e3}, {stage, i % 100 == 0 ? 9.9e6 : 0}},
        i % 3));
  }
  return breakdown;
}

// Three nodes, of which the last is slow to those who ask it, and to those who come through others.
Breakdown SlowNode(double times) {
  Breakdown breakdown;
  for (NodeIndex i = 0; i < 1800; ++i) {
    const NodeIndex node = i % 3;
    const double factor = node == 2 ? times : 1;
    if (i % 2 == 0) {
      breakdown.Record(
          Sample({{Stage::kNetwork, 50e3 * factor}, {Stage::kHandler, 50e3 * factor}}, node));
    } else {
      breakdown.Record(Sample({{Stage::kHop, 200e3 * factor}}, 0, Level::kPeer, node));
    }
  }
  return breakdown;
}

RunResult FailedRun(const Breakdown& breakdown) {
  RunResult run = SampleRun();
  run.stages = SumStages(breakdown, run.nodes.size());
  return run;
}

TEST_CASE("shares are of all time, and of that of the slowest hundredth") {
  const auto stages = SumStages(SlowIn(Stage::kSource), 3);
  REQUIRE(stages);
  CHECK(stages->samples == 1000);
  double sum = 0;
  for (const double share : stages->share) sum += share;
  CHECK(sum == Approx(1));
  CHECK(stages->share[static_cast<std::size_t>(Stage::kSource)] == Approx(0.4975).epsilon(0.01));
  REQUIRE(stages->slowest);
  CHECK(stages->slowest->from_ns == Approx(10e6).epsilon(0.01));
  CHECK(stages->share_of_slowest(Stage::kSource) == Approx(0.99));
  CHECK_FALSE(SumStages(Breakdown(), 3));
}

TEST_CASE("the slowest begin at the run's p99 where it is known") {
  Breakdown breakdown;
  for (int i = 1; i <= 1000; ++i) breakdown.Record(Sample({{Stage::kHandler, i * 1e6}}));
  const auto by_samples = SumStages(breakdown, 1);
  REQUIRE(by_samples->slowest);
  CHECK(by_samples->slowest->from_ns == 991e6);
  // Of all requests, of which these are a sample, the p99 lies elsewhere.
  constexpr std::int64_t kP99 = 985'000'000;
  const auto by_run = SumStages(breakdown, 1, kP99);
  REQUIRE(by_run->slowest);
  CHECK(by_run->slowest->from_ns == kP99);
  CHECK(by_run->share_of_slowest(Stage::kHandler) == 1);
  // None of them is so slow.
  CHECK(SumStages(breakdown, 1, 2'000'000'000)->slowest->from_ns == 991e6);
}

TEST_CASE("the p99 that a histogram says is of its whole bucket, which belongs to the slowest") {
  Breakdown breakdown;
  for (int i = 0; i < 1000; ++i) {
    breakdown.Record(
        Sample({{i % 50 == 0 ? Stage::kSource : Stage::kHandler, i < 980 ? 1e6 : 5e6}}));
  }
  const auto stages = SumStages(breakdown, 1, Histogram::HighestAt(Histogram::IndexOf(5'000'000)));
  REQUIRE(stages->slowest);
  CHECK(stages->share_of_slowest(Stage::kHandler) == 1);
}

TEST_CASE("a node that stands out, but holds nothing up, is not the limit") {
  Breakdown breakdown;
  for (NodeIndex i = 0; i < 3000; ++i) {
    const bool waits = i % 10 == 0;
    breakdown.Record(
        Sample({{Stage::kHandler, i % 3 == 2 ? 90e3 : 20e3}, {Stage::kSource, waits ? 10e6 : 0}},
               i % 3, waits ? Level::kSource : Level::kCache));
  }
  REQUIRE(FindSlowNode(*SumStages(breakdown, 3)));
  CHECK(FindSlowNode(*SumStages(breakdown, 3))->of_all < 0.1);
  CHECK(LimitByStages(FailedRun(breakdown)).what == "source");
}

TEST_CASE("with too few samples nothing is said of the slowest") {
  Breakdown breakdown;
  for (int i = 0; i < 100; ++i) breakdown.Record(Sample({{Stage::kSource, 1e6}}));
  const auto stages = SumStages(breakdown, 1);
  REQUIRE(stages);
  CHECK_FALSE(stages->slowest);
  CHECK(LimitByStages(FailedRun(breakdown)).what == "none");
}

TEST_CASE("the stage that the slowest waited in is the limit") {
  struct Row {
    Stage stage;
    const char* what;
  };
  for (const Row& row : {Row{Stage::kSource, "source"}, Row{Stage::kSendLag, "loadgen"},
                         Row{Stage::kClient, "loadgen"}, Row{Stage::kQueue, "node-cpu"},
                         Row{Stage::kHandler, "node-cpu"}, Row{Stage::kHop, "peer-link"},
                         Row{Stage::kNetwork, "network"}}) {
    const Limit limit = LimitByStages(FailedRun(SlowIn(row.stage)));
    INFO(StageName(row.stage));
    CHECK(limit.what == row.what);
    CHECK(limit.node.empty());
    CHECK_THAT(limit.why, Contains("the slowest 1 %"));
  }
}

TEST_CASE("a node that stands out is named, with what is known of it") {
  RunResult run = FailedRun(SlowNode(10));
  const Limit limit = LimitByStages(run);
  CHECK(limit.what == "node-cpu");
  CHECK(limit.node == "n2");
  CHECK_THAT(limit.why,
             Contains("n2 is slow") && Contains("0.42 cores") && Contains("too little CPU"));

  run.nodes[2].measured_share = 0.7;
  CHECK_THAT(LimitByStages(run).why, Contains("its share of the ring"));

  run.popularity = KeyPopularity{
      .bands = {},
      .hottest = {
          {.rank = 1, .key = "key-7", .owner = "n2", .requests = run.measured.totals.sent / 3}}};
  CHECK_THAT(LimitByStages(run).why, Contains("a hot key") && Contains("key-7"));
}

TEST_CASE("nodes that differ a little are not named, nor is one of which little is known") {
  CHECK_FALSE(FindSlowNode(*SumStages(SlowNode(2), 3)));
  const auto slow = FindSlowNode(*SumStages(SlowNode(4), 3));
  REQUIRE(slow);
  CHECK(slow->node == 2);
  CHECK(slow->times == Approx(4).epsilon(0.01));

  Breakdown few;
  for (NodeIndex i = 0; i < 1000; ++i) few.Record(Sample({{Stage::kHandler, 1e3}}, i % 2));
  for (int i = 0; i < 10; ++i) few.Record(Sample({{Stage::kHandler, 1e6}}, 2));
  CHECK_FALSE(FindSlowNode(*SumStages(few, 3)));
  CHECK_FALSE(FindSlowNode(*SumStages(SlowIn(Stage::kSource), 1)));
}

TEST_CASE("a run that holds names no limit, and one that does not names it in its JSON and page") {
  RunResult run = FailedRun(SlowIn(Stage::kSource));
  Judge({}, run);
  CHECK(run.limit.what == "none");
  Judge({ParseThreshold("p99<1us").value()}, run);
  REQUIRE(run.verdict == Verdict::kFailed);
  CHECK(run.limit.what == "source");
  const auto json = ToJson(run);
  CHECK(json["limit"]["what"] == "source");
  CHECK(json["stages"]["samples"] == 1000);
  CHECK(json["stages"]["slowest"]["share"]["source"].get<double>() == Approx(0.99));
  CHECK_THAT(TextOfLoadgen(json), Contains("\nlimit ") && Contains("\ntime went "));
}

}  // namespace
}  // namespace ringlab
