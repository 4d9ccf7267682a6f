// Who sends what of a plan that several generators share, and when they begin.
#include "loadgen/plan/shard.h"

#include <catch2/catch.hpp>
#include <vector>

#include "loadgen/plan/timetable.h"

namespace ringlab {
namespace {

using std::chrono::seconds;

Workload PlanOfSomething() {
  return *Workload::Create({.seed = 3, .qps = 500, .duration = seconds(4), .keys = 50});
}

TEST_CASE("all workers of all shards send each request once, and know one plan") {
  const std::uint64_t of = GENERATE(1, 2, 3, 8);
  const std::uint64_t workers = GENERATE(1, 2, 5);
  const PlanHash whole = HashPlan(PlanOfSomething());
  std::vector<int> sent(4000);
  std::uint64_t requests = 0;
  for (std::uint64_t shard = 0; shard < of; ++shard) {
    for (std::uint64_t worker = 0; worker < workers; ++worker) {
      const Shard own{.index = shard, .of = of};
      PlanSlice slice = SliceOf(PlanOfSomething(), own, worker, workers);
      PlannedRequest request;
      while (slice.Next(request)) {
        REQUIRE(own.Sends(request.index));
        ++sent.at(request.index);
        ++requests;
      }
      REQUIRE(slice.hash() == whole);
    }
  }
  for (std::uint64_t i = 0; i < requests; ++i) REQUIRE(sent[i] == 1);
}

TEST_CASE("a shard is I/N with I below N") {
  REQUIRE(*ParseShard("0/1") == Shard{});
  REQUIRE(*ParseShard("255/256") == Shard{.index = 255, .of = 256});
  for (const char* wrong : {"", "1", "4/4", "1/0", "-1/4", "0/257", "0/4/2", "a/b", "0/", "/4"}) {
    INFO(wrong);
    REQUIRE_FALSE(ParseShard(wrong).has_value());
  }
}

TEST_CASE("a moment is a date in UTC or seconds since 1970") {
  const Duration at = *ParseMoment("2026-12-01T09:30:00Z");
  REQUIRE(at == seconds(1'796'117'400));
  REQUIRE(*ParseMoment("1796117400") == at);
  REQUIRE(*ParseMoment("1796117400.25") == at + std::chrono::milliseconds(250));
  REQUIRE(*ParseMoment("2026-12-01T09:30:00.000000001Z") == at + Duration(1));
  REQUIRE(MomentText(at) == "2026-12-01T09:30:00Z");
  REQUIRE(MomentText(at + std::chrono::milliseconds(250)) == "2026-12-01T09:30:00.25Z");
  for (const char* wrong :
       {"", "tomorrow", "2026-12-01", "2026-12-01T09:30:00", "2026-13-01T09:30:00Z",
        "2026-02-30T09:30:00Z", "2026-12-01T24:00:00Z", "2026-12-01T09:30Z", "1.2.3", "-5", "1e9",
        "99999999999", "1796117400.", "2026-12-01T09:30:00.1234567890Z"}) {
    INFO(wrong);
    REQUIRE_FALSE(ParseMoment(wrong).has_value());
  }
}

TEST_CASE("the nodes' counts are read when nobody's requests can be under way") {
  const Timetable table{.start = TimePoint(seconds(100)),
                        .warmup = seconds(5),
                        .duration = seconds(30),
                        .patience = seconds(2)};
  REQUIRE(table.quiet() == TimePoint(seconds(107)));
  REQUIRE(table.measured() == TimePoint(seconds(108)));
  REQUIRE(table.over() == TimePoint(seconds(140)));
  const Timetable cold{.start = TimePoint(seconds(100)), .duration = seconds(30)};
  REQUIRE(cold.measured() == cold.start);
}

}  // namespace
}  // namespace ringlab
