// Who failed, with which code: each failed request in exactly one cell, from the driver to the
// page.
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "loadgen/report/report.h"
#include "results/text/loadgen_text.h"
#include "tests/loadgen/measure/driver_world.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using std::chrono::milliseconds;
using std::chrono::seconds;

using Cells = std::map<std::pair<Code, std::string>, std::uint64_t>;

Cells NamedCells(const Measurements& m, const Ring& ring) {
  Cells cells;
  for (const auto& [cell, requests] : m.failures.cells()) {
    cells[{cell.first, ring.nodes()[cell.second]}] = requests;
  }
  return cells;
}

TEST_CASE("each failed request is in the cell of its code and of the node that was asked") {
  Cells expected;
  std::uint64_t calls = 0;
  World world;
  ScriptedTransport transport(world.scheduler, [&](const auto& call, GetCallback done) {
    constexpr Code kCodes[] = {Code::kUnavailable, Code::kResourceExhausted, Code::kNotFound,
                               Code::kDeadlineExceeded};
    const std::uint64_t turn = calls++ % 7;
    if (turn >= std::size(kCodes)) return done(Right(call.key));
    const Code code = kCodes[turn];
    if (code != Code::kNotFound) ++expected[{code, call.to}];
    world.AnswerAt(world.scheduler.Now() + milliseconds(3), Fail(code, "no"), std::move(done));
  });
  for (const Route route : {Route::kAny, Route::kOwner}) {
    expected.clear();
    world.options.route = route;
    Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, world.scheduler,
                  transport);
    world.Start(driver, Duration::zero(), seconds(10));
    world.scheduler.AdvanceBy(seconds(60));
    const Measurements m = driver.measurements();
    RequireWhole(m);
    REQUIRE(m.failures.total() == m.totals.errors + m.totals.timeouts);
    REQUIRE(NamedCells(m, *world.ring) == expected);
    REQUIRE(expected.size() == 9);

    Measurements twice(3);
    twice.Merge(m);
    twice.Merge(m);
    REQUIRE(twice.failures.total() == 2 * m.failures.total());
    REQUIRE(CheckIdentities(twice) == "");
  }
}

TEST_CASE("requests that a node never answers are that node's when they are given up") {
  World world;
  ScriptedTransport transport(world.scheduler, [&](const auto& call, GetCallback done) {
    if (call.to != "n1") done(Right(call.key));
  });
  Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, world.scheduler,
                transport);
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceBy(seconds(60));
  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.timeouts > 1000);
  REQUIRE(NamedCells(m, *world.ring) ==
          Cells{{{Code::kDeadlineExceeded, "n1"}, m.totals.timeouts}});
}

TEST_CASE("the reports tell failures by code and node with the most first") {
  RunResult run = SampleRun();
  run.failures = {{Code::kDeadlineExceeded, "n2", 30},
                  {Code::kResourceExhausted, "n0", 12},
                  {Code::kUnavailable, "n0", 2},
                  {Code::kUnavailable, "n1", 1118}};
  const auto json = ToJson(run);
  REQUIRE(json["failures"].size() == 4);
  REQUIRE(json["failures"][3]["code"] == "UNAVAILABLE");
  REQUIRE(json["failures"][3]["node"] == "n1");
  REQUIRE(json["failures"][3]["requests"] == 1118);
  REQUIRE_THAT(TextOfLoadgen(json),
               Contains("\nfailed      UNAVAILABLE 1,120 (n1 1,118, n0 2); DEADLINE_EXCEEDED 30 "
                        "(n2 30); RESOURCE_EXHAUSTED 12,\n            turned away (n0 12)\n"));

  run.failures.clear();
  for (int i = 0; i < 20; ++i) {
    run.failures.push_back({Code::kInternal, "n" + std::to_string(i), i == 7 ? 50U : 10U});
  }
  REQUIRE_THAT(TextOf(run), Contains("INTERNAL 240 (n7 50, n0 10, n1 10, n2 10, 16 more 160)"));
  run.failures.clear();
  REQUIRE(ToJson(run)["failures"].empty());
  REQUIRE_THAT(TextOf(run), !Contains("\nfailed "));
}

TEST_CASE("a cache that cannot be told says who did not tell") {
  RunResult run = SampleRun();
  run.cache.reset();
  run.cache_missing = "n1 could not be asked after the run (UNAVAILABLE connection refused)";
  const auto json = ToJson(run);
  REQUIRE_FALSE(json.contains("cache"));
  REQUIRE_THAT(TextOfLoadgen(json), Contains("\ncache       hits, loads and memory are not known: "
                                             "n1 could not be asked after the run"));
}

}  // namespace
}  // namespace ringlab
