#include "loadgen/plan/trace_sizes.h"

#include <catch2/catch.hpp>
#include <string>

#include "loadgen/plan/plan_survey.h"
#include "tests/loadgen/trace/trace_files.h"

namespace ringlab {
namespace {

std::string Numbered(int i) { return "k" + std::to_string(i); }

TEST_CASE("the first size that is told of a key is its size", "[trace]") {
  TraceSizes sizes;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10'000; ++i) {
      sizes.Add(Numbered(i),
                i % 2 == 0 && round == 0 ? 0 : static_cast<std::uint64_t>(100'000 * round + 8 + i));
    }
  }
  REQUIRE(sizes.keys() == 10'000);
  const auto index = sizes.Index();
  REQUIRE(index->keys() == 10'000);
  for (int i = 0; i < 10'000; ++i) {
    const auto first = static_cast<std::size_t>(i % 2 == 0 ? 100'008 + i : 8 + i);
    REQUIRE(index->Of(Numbered(i)) == first);
  }
}

TEST_CASE("sizes are within what sets of a trace have", "[trace]") {
  TraceSizes sizes;
  sizes.Add("small", 1);
  sizes.Add("large", std::uint64_t{1} << 40);
  const auto index = sizes.Index();
  REQUIRE(index->Of("small") == std::size_t{8});
  REQUIRE(index->Of("large") == std::size_t{16} << 20);
  REQUIRE(TraceSizes().Index()->keys() == 0);
}

TEST_CASE("beyond so many keys no size is kept", "[trace]") {
  TraceSizes sizes(3);
  for (int i = 0; i < 10; ++i) sizes.Add(Numbered(i), 100);
  REQUIRE(sizes.is_full());
  REQUIRE(sizes.keys() == 3);
  const auto index = sizes.Index();
  REQUIRE(index->Of("k2") == std::size_t{100});
  REQUIRE_FALSE(index->Of("k3"));
}

TEST_CASE("a survey learns the sizes of a trace's keys as they are asked for", "[trace]") {
  const TraceFile file(
      "0.1,get,user:1,10,0\n0.2,get,key-5,0,0\n0.3,set,key-5,30,0\n"
      "0.4,get,\"a,b\",40,0\n0.5,delete,gone,0,0\n");
  auto plan =
      Workload::Create({.duration = Duration::max(), .trace = TraceOptions{.file = file.path()}});
  TraceSizes sizes;
  const PlanSurvey survey = SurveyPlan(*std::move(plan), {}, UINT64_MAX, &sizes);
  REQUIRE_FALSE(survey.error);
  REQUIRE(survey.requests == 5);
  const auto index = sizes.Index();
  REQUIRE(index->Of("user:1") == std::size_t{10});
  REQUIRE(index->Of("key-5") == std::size_t{30});
  REQUIRE(index->Of("a,b") == std::size_t{40});
  REQUIRE_FALSE(index->Of("gone"));
}

}  // namespace
}  // namespace ringlab
