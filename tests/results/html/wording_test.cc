// What a page says must hold of the result that it was drawn from.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "results/html/draw/page_look.h"
#include "results/html/draw/scale.h"
#include "results/html/page.h"
#include "results/html/result_html.h"
#include "tests/results/html/sample_json.h"

namespace ringlab::html {
namespace {

using Catch::Contains;

TEST_CASE("thresholds hold only where there are some") {
  Json run = SampleLoadgen();
  run["verdict"] = "VALID";
  run["thresholds"] = Json::array();
  CHECK_THAT(ResultHtml(run), Contains("These figures can be trusted.<") && !Contains("holds."));
  run["thresholds"] = {{{"threshold", "p99<5ms"}, {"passed", true}, {"measured_ns", 1e6}}};
  CHECK_THAT(ResultHtml(run), Contains("can be trusted, and every threshold holds."));
}

TEST_CASE("a table of nodes tells of the times that it has") {
  CHECK_THAT(ResultHtml(SampleLoadgen()),
             Contains("beside the response times of what it was asked,"));
  CHECK_THAT(ResultHtml(SampleSim()), Contains("share of the ring and of the requests.") &&
                                          !Contains("beside the response times"));
}

TEST_CASE("one node is no nodes") {
  CHECK_THAT(ResultHtml(SampleSim()), Contains("Ring xx64, 4 nodes, 50 replicas"));
  Json sim = SampleSim(1);
  sim["rings"][0]["replicas"] = 1;
  CHECK_THAT(ResultHtml(sim), Contains("Ring xx64, 1 node, 1 replica<"));
}

TEST_CASE("the ideal of a change is an average and no bound") {
  const std::string page = ResultHtml(SampleSim());
  CHECK_THAT(page, Contains("what moves on average") && Contains("One ring may move more or less"));
  CHECK_THAT(page, !Contains("least possible"));
}

TEST_CASE("what poisson planned is told where it is not what was asked for") {
  Json run = SampleLoadgen();
  run["interrupted"] = false;
  run["config"]["arrivals"] = "poisson";
  run["config"]["requested_qps"] = 1000;
  run["config"]["duration_s"] = 10;
  run["totals"]["scheduled"] = 9'854;
  const std::string planned = "requests sent, of 985/s planned by random arrivals at 1,000/s";
  const std::string asked = "requests sent, of 1,000/s asked for";
  CHECK_THAT(ResultHtml(run), Contains(planned));
  run["totals"]["scheduled"] = 9'990;
  CHECK_THAT(ResultHtml(run), Contains(asked));
  run["totals"]["scheduled"] = 9'854;
  run["interrupted"] = true;  // what was planned until then is not known
  CHECK_THAT(ResultHtml(run), Contains(asked));
  run["interrupted"] = false;
  run["config"]["arrivals"] = "constant";
  CHECK_THAT(ResultHtml(run), Contains(asked));
}

TEST_CASE("a mix names the operations that were asked for") {
  Json run = SampleLoadgen();
  run["config"]["mix"] = {{"get", 0.999}, {"set", 0.001}, {"remove", 0.0}};
  CHECK_THAT(ResultHtml(run), Contains("<dd>get 99.9 %, set 0.1 %</dd>"));
}

TEST_CASE("batches are told of where they are counted") {
  Json run = SampleLoadgen();
  CHECK_THAT(ResultHtml(run), !Contains("batch of"));
  run["config"]["batch"] = 16;
  CHECK_THAT(ResultHtml(run), Contains("A get here is a batch of 16 keys") &&
                                  Contains("Counts are of keys, several a batch"));
}

TEST_CASE("a share of nothing is 0 and a tiny one is not") {
  CHECK(Shown(Unit::kShare, 0) == "0 %");
  CHECK(Shown(Unit::kShare, 0.00002) == "0.00200 %");
  CHECK(Shown(Unit::kShare, 3e-9) == "3e-07 %");
  const auto ticks = TicksOf(Scale::Decades(1e-9, 1e-6), Unit::kShare, 4);
  REQUIRE_FALSE(ticks.empty());
  for (const Tick& tick : ticks) CHECK(tick.label != "0 %");
}

TEST_CASE("single runs are shown beside what was judged and not folded away") {
  Json gate = SampleGate();
  gate["rows"].push_back({{"verdict", "info"}, {"name", "p99"}, {"base", 10}, {"head", 15}});
  gate["rows"].push_back({{"verdict", "info"}, {"name", "more"}, {"note", "new"}});
  const std::string page = ResultHtml(gate);
  CHECK(page.find(">p99<") < page.find("<summary>"));
  CHECK(page.find(">more<") > page.find("<summary>"));
}

TEST_CASE("a narrow screen is told that tables scroll") {
  CHECK_THAT(ResultHtml(SampleLoadgen()), Contains("scroll sideways"));
  CHECK_THAT(kPageStyle, Contains(".narrow { display: none; }"));
}

}  // namespace
}  // namespace ringlab::html
