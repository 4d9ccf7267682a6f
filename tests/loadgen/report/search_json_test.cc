#include "loadgen/report/search_json.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/text/search_text.h"
#include "tests/loadgen/search/told.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

nlohmann::ordered_json JsonOf(double edge, double high) {
  const std::vector<Threshold> bounds{BoundOf("p99<5ms")};
  return SearchJson(Searched({.bounds = bounds, .range = {1e3, high}}, [&](const ProbeOrder& o) {
    return Told(bounds, {5e6 * std::pow(o.qps / edge, 3)});
  }));
}

TEST_CASE("a search as JSON has its answer and every probe") {
  const auto json = JsonOf(9e3, 1e6);
  REQUIRE(json["end"] == "found");
  REQUIRE(json["bounds"][0] == "p99<5ms");
  REQUIRE(json["binding"] == "p99<5ms");
  REQUIRE(json["boundary"] == "smooth");
  REQUIRE(json["low_qps"] <= json["rate_qps"]);
  REQUIRE(json["rate_qps"] <= json["high_qps"]);
  REQUIRE(json["way_down"]["holds"] == true);
  REQUIRE(json["limit"]["what"] == "none");
  const auto& probe = json["probes"][0];
  REQUIRE(probe["qps"] == 1e3);
  REQUIRE(probe["purpose"] == "climb");
  REQUIRE(probe["holds"] == true);
  REQUIRE(probe["bounds"][0]["measured_ns"].is_number());
}

TEST_CASE("a search as text answers in one sentence") {
  const auto answer = [](const nlohmann::ordered_json& json) {
    return SearchAnswer(JsonView(json));
  };
  REQUIRE_THAT(answer(JsonOf(9e3, 1e6)),
               Contains("requests/s is the highest rate at which p99<5ms holds; the edge is at"));
  REQUIRE_THAT(answer(JsonOf(1e9, 8e3)), Contains("at least 8,000 requests/s: p99<5ms holds at the "
                                                  "highest rate of --search-range"));
  REQUIRE_THAT(answer(JsonOf(100, 8e3)), Contains("p99<5ms does not hold at 1,000 requests/s, the "
                                                  "lowest rate of --search-range"));
  REQUIRE_THAT(SearchEdge(JsonView(JsonOf(9e3, 1e6))),
               Contains("p99<5ms breaks first, smoothly: 5 % more requests make its figure 1.1"));
  REQUIRE_THAT(SearchWayDown(JsonView(JsonOf(9e3, 1e6))), Contains("there is no hysteresis"));
}

TEST_CASE("the table of a search has a line a probe, and none is too wide") {
  const auto json = JsonOf(9e3, 1e6);
  Page page;
  PrintSearch(JsonView(json), page);
  REQUIRE(page.lines() > json["probes"].size());
  const std::string text = std::move(page).text();
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    REQUIRE(end - begin <= Page::kColumns);
    begin = end + 1;
  }
  REQUIRE_THAT(text, Contains("confirm"));
  REQUIRE_THAT(text, Contains("broken"));
}

}  // namespace
}  // namespace ringlab
