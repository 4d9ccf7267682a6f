// Several runs as one result: which one is shown, what lies between them, and whose verdict it is.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "loadgen/report/repeats_json.h"
#include "loadgen/report/report.h"
#include "results/text/loadgen_text.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;

std::vector<Json> RunsWithP99(const std::vector<double>& p99s) {
  RunResult run = SampleRun();
  FillSeries(run);
  Judge({}, run);
  std::vector<Json> runs;
  for (const double p99 : p99s) {
    runs.push_back(ToJson(run));
    Json& response = runs.back()["latency_ns"]["response"];
    response["p99"] = p99;
    response["interval95"]["p99"] = {0.9 * p99, 1.2 * p99};
  }
  return runs;
}

TEST_CASE("the run with the median p99 is shown, and all of them are told") {
  const std::vector<Json> runs = RunsWithP99({3e6, 1e6, 2e6});
  REQUIRE(RunInTheMiddle(runs) == 2);
  const Json all = WithRepeats(runs);
  REQUIRE(all["latency_ns"] == runs[2]["latency_ns"]);
  REQUIRE(all["verdict"] == "VALID");
  REQUIRE(all["repeats"].size() == 3);
  REQUIRE(all["repeats"][2]["shown"] == true);
  REQUIRE_FALSE(all["repeats"][0].contains("shown"));
  REQUIRE(all["repeats"][0]["totals"] == runs[0]["totals"]);

  const Json& p99 = all["between"]["response_p99_ns"];
  REQUIRE(p99["mean"] == 2e6);
  REQUIRE(p99["deviation"] == 1e6);
  // t of 2 at 0.975 is 4.3027; no time is below 0.
  REQUIRE(p99["interval95"][0] == 0);
  REQUIRE(p99["interval95"][1].get<double>() ==
          Approx(2e6 + 4.3027e6 / std::sqrt(3)).epsilon(1e-4));
  REQUIRE(p99["deviation_within"].get<double>() > 0);
  REQUIRE(all["between"]["achieved_qps"]["deviation"] == 0);
}

TEST_CASE("the verdict is the worst of all runs, and its reasons say whose they are") {
  std::vector<Json> runs = RunsWithP99({1e6, 1e6, 1e6});
  runs[1]["verdict"] = "FAILED";
  runs[1]["reasons"] = {"p99<1ms does not hold"};
  REQUIRE(WithRepeats(runs)["verdict"] == "FAILED");
  runs[2]["verdict"] = "INVALID";
  runs[2]["reasons"] = {"nothing was sent"};
  const Json all = WithRepeats(runs);
  REQUIRE(all["verdict"] == "INVALID");
  REQUIRE(all["reasons"] == Json{"run 2: p99<1ms does not hold", "run 3: nothing was sent"});
  REQUIRE(all["interrupted"] == false);
  runs[0]["interrupted"] = true;
  REQUIRE(WithRepeats(runs)["interrupted"] == true);
}

TEST_CASE("a figure that one run does not tell has no mean, and one run no interval") {
  std::vector<Json> runs = RunsWithP99({1e6, 2e6});
  runs[0]["latency_ns"]["response"].erase("p99");
  const Json all = WithRepeats(runs);
  REQUIRE_FALSE(all["between"].contains("response_p99_ns"));
  REQUIRE(all["between"].contains("response_p50_ns"));
  const Json one = WithRepeats(RunsWithP99({1e6}));
  REQUIRE(one["between"].empty());
  REQUIRE(one["repeats"].size() == 1);
}

TEST_CASE("the page has a row for each run and says where the mean of such runs lies") {
  const std::string page = TextOfLoadgen(WithRepeats(RunsWithP99({3e6, 1e6, 2e6})));
  INFO(page);
  REQUIRE_THAT(page, Contains("run 1 "));
  REQUIRE_THAT(page, Contains("run 3 *"));
  REQUIRE_THAT(page, Contains("95 % to"));
  REQUIRE_THAT(page, Contains("of 3 runs with nodes of its own each"));
  REQUIRE_THAT(page, Contains("deviation within a run and between runs"));
}

}  // namespace
}  // namespace ringlab
