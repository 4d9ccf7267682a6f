#include "results/gate/verdict.h"

#include <catch2/catch.hpp>

#include "core/base/random.h"

namespace ringlab {
namespace {

GateVerdict Exact(const char* measure, std::uint64_t base, std::uint64_t head,
                  Against against = Against::kBase, std::uint64_t ops = 100) {
  return JudgeExact({"path", measure}, {base, ops}, {head, ops}, against).verdict;
}

TEST_CASE("instructions fail beyond one per cent and ten instructions") {
  CHECK(Exact("instructions", 100'000, 100'000) == GateVerdict::kOk);    // 1000 an operation
  CHECK(Exact("instructions", 100'000, 100'250) == GateVerdict::kOk);    // +0.25 %
  CHECK(Exact("instructions", 100'000, 100'350) == GateVerdict::kWarn);  // +0.35 %
  CHECK(Exact("instructions", 100'000, 101'000) == GateVerdict::kWarn);  // exactly the limit
  CHECK(Exact("instructions", 100'000, 101'100) == GateVerdict::kFail);
  CHECK(Exact("instructions", 10'000, 11'000) == GateVerdict::kWarn);  // +10 %, but only +10
  CHECK(Exact("instructions", 10'000, 11'001) == GateVerdict::kFail);
  CHECK(Exact("instructions", 100'000, 98'900) == GateVerdict::kImproved);
  CHECK(Exact("instructions", 100'000, 99'500) == GateVerdict::kOk);
}

TEST_CASE("the anchor catches what many small steps add up to") {
  CHECK(Exact("instructions", 100'000, 104'900, Against::kAnchor) == GateVerdict::kWarn);
  CHECK(Exact("instructions", 100'000, 105'100, Against::kAnchor) == GateVerdict::kFail);
  CHECK(Exact("instructions", 4'000, 4'900, Against::kAnchor) == GateVerdict::kFail);  // +9 of 40
  CHECK(Exact("instructions", 900, 1'000, Against::kAnchor) == GateVerdict::kWarn);    // +1 of 9
}

TEST_CASE("an allocation more in a hundred operations fails, from nothing too") {
  CHECK(Exact("allocations", 0, 0) == GateVerdict::kOk);
  CHECK(Exact("allocations", 0, 1) == GateVerdict::kFail);
  CHECK(Exact("allocations", 0, 9, Against::kBase, 1000) == GateVerdict::kWarn);
  CHECK(Exact("allocations", 100, 100) == GateVerdict::kOk);
  CHECK(Exact("allocations", 400, 401) == GateVerdict::kWarn);  // 0.25 % more of many
  CHECK(Exact("allocated_bytes", 800, 808) == GateVerdict::kFail);
  CHECK(Exact("allocations", 100, 0) == GateVerdict::kImproved);
}

TEST_CASE("bytes fail beyond one per cent and warn of growth that is no rounding") {
  CHECK(Exact("bytes", 15'000, 15'001) == GateVerdict::kOk);
  CHECK(Exact("bytes", 15'000, 15'010) == GateVerdict::kWarn);
  CHECK(Exact("bytes", 15'000, 15'151) == GateVerdict::kFail);
  CHECK(Exact("bytes", 15'000, 14'800) == GateVerdict::kImproved);
  CHECK(Exact("bytes", 40, 48, Against::kBase, 1) == GateVerdict::kFail);
}

TEST_CASE("a figure of behaviour fails by any difference") {
  CHECK(Exact("figure", 7, 7) == GateVerdict::kOk);
  CHECK(Exact("figure", 7, 6) == GateVerdict::kFail);
  CHECK(Exact("figure", 7, 8) == GateVerdict::kFail);
}

TEST_CASE("a baseline of no instructions cannot be compared with") {
  CHECK(Exact("instructions", 0, 100) == GateVerdict::kInvalid);
}

TEST_CASE("an interval has to be sure and beyond the tolerance") {
  const auto judge = [](double low, double high) {
    return JudgeInterval({.ratio = (low + high) / 2, .low = low, .high = high}, 0.03);
  };
  CHECK(judge(1.031, 1.20) == GateVerdict::kFail);  // sure, however wide
  CHECK(judge(1.029, 1.05) == GateVerdict::kWarn);
  CHECK(judge(0.99, 1.01) == GateVerdict::kOk);
  CHECK(judge(0.96, 1.05) == GateVerdict::kInconclusive);
  CHECK(judge(0.89, 0.98) == GateVerdict::kOk);  // wide, and surely no loss
  CHECK(judge(0.90, 0.965) == GateVerdict::kImproved);
  CHECK(judge(0.95, 0.99) == GateVerdict::kOk);  // better, and within the tolerance
}

TimedMetric Times(std::vector<double> samples, bool higher_is_better = false) {
  return {.unit = "ns/op", .higher_is_better = higher_is_better, .samples = std::move(samples)};
}

std::vector<double> Around(double mean, std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> samples;
  for (std::size_t i = 0; i < n; ++i) samples.push_back(mean * (0.99 + 0.02 * rng.Uniform()));
  return samples;
}

TEST_CASE("where higher is better a fall of the rate fails") {
  const auto slow = Times(Around(80, 20, 1), true);
  const auto quick = Times(Around(100, 20, 2), true);
  CHECK(JudgePairs("rate", quick, slow, 0.03, 1).verdict == GateVerdict::kFail);
  CHECK(JudgePairs("rate", quick, slow, 0.03, 1).interval->ratio == Approx(1.25).epsilon(0.02));
  CHECK(JudgePairs("rate", slow, quick, 0.03, 1).verdict == GateVerdict::kImproved);
  CHECK(JudgeApart("rate", quick, slow, 1).verdict == GateVerdict::kFail);
  const auto time =
      JudgePairs("time", Times(Around(80, 20, 1)), Times(Around(100, 20, 2)), 0.03, 1);
  CHECK(time.verdict == GateVerdict::kFail);
}

TEST_CASE("times that make no ratio are invalid") {
  CHECK(JudgePairs("t", Times({1, 2}), Times({1}), 0.03, 1).verdict == GateVerdict::kInvalid);
  CHECK(JudgePairs("t", Times({0, 2}), Times({1, 1}), 0.03, 1).verdict == GateVerdict::kInvalid);
  CHECK(JudgePairs("t", Times({}), Times({}), 0.03, 1).verdict == GateVerdict::kInvalid);
  const auto rate = Times({1, 2}, true);
  CHECK(JudgePairs("t", Times({1, 2}), rate, 0.03, 1).verdict == GateVerdict::kInvalid);
}

TEST_CASE("runs apart are judged from nine samples a side on and never when they say so") {
  const auto eight = Times(Around(100, 8, 1));
  const auto nine = Times(Around(150, 9, 2));
  const Row few = JudgeApart("t", eight, nine, 1);
  CHECK(few.verdict == GateVerdict::kInconclusive);
  CHECK(few.note == "too few repetitions for a verdict: 8 and 9 a side, and it takes 9");
  CHECK(JudgeApart("t", Times({0, 1}), nine, 1).verdict == GateVerdict::kInvalid);
  CHECK(JudgeApart("t", Times(Around(100, 9, 1)), nine, 1).verdict == GateVerdict::kFail);
  TimedMetric single = Times({1});
  single.judged = false;
  TimedMetric worse = Times({100});
  worse.judged = false;
  CHECK(JudgeApart("p99", single, worse, 1).verdict == GateVerdict::kInfo);
}

TEST_CASE("rows come worst first") {
  std::vector<Row> rows{{.verdict = GateVerdict::kOk, .name = "a"},
                        {.verdict = GateVerdict::kFail, .name = "b", .base = 100, .head = 110},
                        {.verdict = GateVerdict::kWarn, .name = "c"},
                        {.verdict = GateVerdict::kFail, .name = "d", .base = 100, .head = 150}};
  SortRows(rows);
  CHECK(rows[0].name == "d");
  CHECK(rows[1].name == "b");
  CHECK(rows[2].name == "c");
  CHECK(WorstOf(rows) == GateVerdict::kFail);
  CHECK(WorstOf({}) == GateVerdict::kInfo);
  CHECK(WorstOf({{.verdict = GateVerdict::kInfo}}) == GateVerdict::kInfo);
  CHECK(WorstOf({{.verdict = GateVerdict::kImproved}, {.verdict = GateVerdict::kInfo}}) ==
        GateVerdict::kOk);
}

}  // namespace
}  // namespace ringlab
