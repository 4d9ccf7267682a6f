#include "sim/mrc/curves.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/cache/cache.h"
#include "core/ring/spec.h"
#include "loadgen/plan/workload.h"
#include "tests/support/che.h"

namespace ringlab {
namespace {

CurveOptions SomeOptions(std::vector<Policy> policies, std::uint64_t nodes = 3) {
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < nodes; ++i) names.push_back("node-" + std::to_string(i));
  return {.stream = {.keys = 20'000, .requests = 400'000},
          .policies = std::move(policies),
          .ring = *BuildRing({}, EqualNodes(names))};
}

bool KeepOn(std::uint64_t) { return true; }

CurveResult RunAll(const CurveOptions& options, bool backwards = false) {
  CurveRun run(options);
  REQUIRE(run.Survey(KeepOn));
  for (std::uint64_t i = 0; i < run.jobs(); ++i) {
    run.Measure(backwards ? run.jobs() - 1 - i : i, KeepOn);
  }
  return run.Curves();
}

const PolicyCurve& Of(const CurveResult& result, Policy policy, const std::string& node) {
  const auto at =
      std::find_if(result.curves.begin(), result.curves.end(), [&](const PolicyCurve& curve) {
        return curve.policy == policy && curve.node.value_or("") == node;
      });
  REQUIRE(at != result.curves.end());
  return *at;
}

TEST_CASE("each policy has a curve for the cluster and for each node, and they add up") {
  const CurveResult result = RunAll(SomeOptions({Policy::kLru, Policy::kSieve}));
  REQUIRE(result.complete);
  CHECK(result.curves.size() == 2 * 4);
  CHECK(result.requests == 200'000);
  CHECK(result.warm_up == 200'000);
  CHECK(result.nodes == 3);
  CHECK(result.rate == 1);
  CHECK(result.entries > 15'000);
  CHECK(result.entries <= 20'000);
  for (const Policy policy : {Policy::kLru, Policy::kSieve}) {
    const HitCurve& cluster = Of(result, policy, "").curve;
    REQUIRE(cluster.bytes.size() == CurveRun::kPoints);
    CHECK(std::is_sorted(cluster.bytes.begin(), cluster.bytes.end()));
    for (std::size_t i = 0; i < cluster.bytes.size(); ++i) {
      double low = 1;
      double high = 0;
      for (const char* node : {"node-0", "node-1", "node-2"}) {
        const HitCurve& curve = Of(result, policy, node).curve;
        REQUIRE(curve.bytes[i] * 3 == cluster.bytes[i]);
        low = std::min(low, curve.hit_ratio[i]);
        high = std::max(high, curve.hit_ratio[i]);
      }
      CHECK(cluster.hit_ratio[i] >= low - 1e-12);
      CHECK(cluster.hit_ratio[i] <= high + 1e-12);
    }
    // With everything in memory only the first requests miss.
    CHECK(cluster.hit_ratio.back() == Approx(1 - result.first_share).margin(0.001));
  }
}

TEST_CASE("the curve of lru is that of caches of that size, and of Che's approximation") {
  const CurveOptions options = SomeOptions({Policy::kLru}, 1);
  const CurveResult result = RunAll(options);
  const HitCurve& curve = Of(result, Policy::kLru, "node-0").curve;
  const std::vector<double> p = ZipfChances(20'000, 0.99);
  for (const std::size_t point : {4U, 9U, 14U}) {
    const std::uint64_t budget = curve.bytes[point];
    Cache cache({.budget_bytes = budget, .shard_bytes_min = std::size_t{1} << 40});
    RequestStream stream(options.stream);
    StreamRequest request;
    const std::string value(100, 'v');
    std::uint64_t before = 0;
    while (stream.Next(request)) {
      if (stream.given() == 200'001) before = cache.stats().hits;
      if (!cache.Find(request.key, request.hash)) cache.Insert(request.key, request.hash, value);
    }
    const CacheStats stats = cache.stats();
    const double full = static_cast<double>(stats.hits - before) / 200'000;
    CAPTURE(point, budget, full);
    CHECK(std::abs(curve.hit_ratio[point] - full) < 0.001);
    const double che = CheHitRatio(p, CheTime(p, static_cast<double>(stats.items)));
    CHECK(std::abs(curve.hit_ratio[point] - che) < 0.004);
  }
}

TEST_CASE("the curves do not depend on the order of the jobs", "[long]") {
  const CurveOptions options = SomeOptions({Policy::kLru, Policy::kS3Fifo});
  const CurveResult forwards = RunAll(options);
  const CurveResult backwards = RunAll(options, true);
  REQUIRE(forwards.curves.size() == backwards.curves.size());
  for (std::size_t i = 0; i < forwards.curves.size(); ++i) {
    CHECK(forwards.curves[i].curve.bytes == backwards.curves[i].curve.bytes);
    // But for malloc, which gives 16 bytes more now and then (core/item/charging.h).
    const auto& one = forwards.curves[i].curve.hit_ratio;
    const auto& other = backwards.curves[i].curve.hit_ratio;
    REQUIRE(one.size() == other.size());
    for (std::size_t at = 0; at < one.size(); ++at) CHECK(std::abs(one[at] - other[at]) < 0.001);
  }
}

TEST_CASE("a node's curve is the same whether one key in some or every key is looked at",
          "[long]") {
  CurveOptions options = SomeOptions({Policy::kLru, Policy::kTinyLfu}, 1);
  const CurveResult whole = RunAll(options);
  options.rate_max = 0.25;
  const CurveResult part = RunAll(options);
  CHECK(part.rate == Approx(0.25));
  for (const Policy policy : {Policy::kLru, Policy::kTinyLfu}) {
    const auto want = MemoryFor(Of(whole, policy, "").curve, 0.8);
    const auto got = MemoryFor(Of(part, policy, "").curve, 0.8);
    REQUIRE(want);
    REQUIRE(got);
    CHECK(static_cast<double>(*got) == Approx(static_cast<double>(*want)).epsilon(0.15));
  }
}

TEST_CASE("what is ended early tells what there is by then") {
  const CurveOptions options = SomeOptions({Policy::kLru, Policy::kSieve, Policy::kLfu});
  SECTION("before anything counts") {
    CurveRun run(options);
    REQUIRE(run.Survey([](std::uint64_t) { return false; }));
    CHECK(run.jobs() == 0);
    const CurveResult result = run.Curves();
    CHECK(result.curves.empty());
    CHECK_FALSE(result.complete);
  }
  SECTION("while it counts") {
    CurveRun run(options);
    std::uint64_t walked = 0;
    REQUIRE(run.Survey([&](std::uint64_t more) { return (walked += more) < 300'000; }));
    CHECK(run.jobs() == 0);
    const CurveResult result = run.Curves();
    CHECK_FALSE(result.complete);
    CHECK(result.curves.size() == 4);  // lru alone
    CHECK(result.requests > 90'000);
    CHECK(result.requests < 200'000);
  }
  SECTION("among the miniatures") {
    CurveRun run(options);
    REQUIRE(run.Survey(KeepOn));
    REQUIRE(run.jobs() == 2);
    run.Measure(0, KeepOn);
    run.Measure(1, [](std::uint64_t) { return false; });
    const CurveResult result = run.Curves();
    CHECK_FALSE(result.complete);
    CHECK(result.curves.size() == 2 * 4);  // lru and sieve
  }
}

TEST_CASE("a sample without a key says so") {
  CurveOptions options = SomeOptions({Policy::kLru});
  options.stream.keys = 3;
  options.stream.requests = 1000;
  options.rate_max = 1e-6;
  CurveRun run(options);
  const auto survey = run.Survey(KeepOn);
  REQUIRE_FALSE(survey);
  CHECK(survey.error().message.find("expected a higher --mrc-rate") != std::string::npos);
}

}  // namespace
}  // namespace ringlab
