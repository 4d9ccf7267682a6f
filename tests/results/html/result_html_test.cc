#include "results/html/result_html.h"

#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "results/html/draw/page_look.h"
#include "results/html/page.h"
#include "tests/results/html/markup_parts.h"
#include "tests/results/html/sample_json.h"

namespace ringlab::html {
namespace {

Json EmbeddedIn(const std::string& page) {
  const std::string begin = "id=\"result\">";
  const std::size_t at = page.find(begin) + begin.size();
  return Json::parse(page.substr(at, page.find("</script>", at) - at));
}

// What holds of every page.
void CheckIsSound(const std::string& page) {
  CHECK(page.starts_with("<!DOCTYPE html>\n"));
  CHECK(IsBalanced(page));
  CHECK(page.size() < 1'000'000);
  const std::string tags = TagsOf(page);
  for (const char* reference :
       {"src=", "@import", "url(", "href=\"http", "//cdn", "<link", "<iframe", "<object", "<img"}) {
    CAPTURE(reference);
    CHECK(CountOf(tags, reference) == 0);
  }
  CHECK(CountOf(kPageStyle, "@import") + CountOf(kPageStyle, "url(") == 0);
  CHECK(CountOf(page, "<script>") == 1);
  CHECK(CountOf(page, "<script ") == 1);  // the data
  CHECK(CountOf(page, "<figcaption>") == CountOf(page, "<figure"));
  CHECK(CountOf(page, " nan") + CountOf(page, "inf\"") == 0);
}

void CheckHas(const std::string& page, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    CAPTURE(id);
    CHECK(CountOf(page, " id=\"" + id + "\"") == 1);
  }
}

TEST_CASE("a result of loadgen has every section in its order") {
  const std::string page = ResultHtml(SampleLoadgen());
  CheckIsSound(page);
  std::size_t last = 0;
  for (const char* id :
       {"verdict", "identity", "thresholds", "percentiles", "spectrum", "latency-over-time", "rate",
        "heat", "errors", "balance", "cache", "popularity", "raw"}) {
    CAPTURE(id);
    const std::size_t at = page.find(std::string(" id=\"") + id + '"');
    CHECK(at != std::string::npos);
    CHECK(at > last);
    last = at;
  }
  CheckHas(page, {"spectrum-chart", "latency-chart", "rate-chart", "heat-chart", "errors-chart",
                  "levels-chart", "source-chart", "zipf-chart"});
  CHECK_THAT(page, Catch::Contains("scripts/run loadgen --nodes 3 --qps 1000"));
  CHECK_THAT(page, Catch::Contains("15 s to 16 s: 360 of 1,001 requests skipped or sent late"));
  CHECK_THAT(page, Catch::Contains("Shares, not positions"));
  CHECK(EmbeddedIn(page) == SampleLoadgen());
}

TEST_CASE("a baseline is drawn beside and beware of what differs") {
  Json baseline = SampleLoadgen();
  baseline["latency_ns"]["response"]["p99"] = 2e6;
  baseline["config"]["plan_hash"] = "other";
  baseline["environment"]["cpu"] = "another CPU";
  const std::string page = ResultHtml(SampleLoadgen(), &baseline);
  CheckIsSound(page);
  CHECK_THAT(page, Catch::Contains("response, baseline"));
  CHECK_THAT(page, Catch::Contains("+50.0 %"));
  CHECK_THAT(page, Catch::Contains("sent different requests"));
  CHECK_THAT(page, Catch::Contains("from different machines"));
  const Json sim = SampleSim();
  CHECK(ResultHtml(SampleLoadgen(), &sim) == ResultHtml(SampleLoadgen()));
}

TEST_CASE("a ring is drawn with its positions and judged against chance") {
  const std::string page = ResultHtml(SampleSim());
  CheckIsSound(page);
  CheckHas(page, {"verdict", "identity", "ring-0", "loopback", "churn"});
  CHECK_THAT(page, Catch::Contains("where it really lies"));
  CHECK_THAT(page, Catch::Contains("stroke-dasharray=\"0 0 25000 100000\""));
  CHECK_THAT(page, Catch::Contains("95 % of random rings"));
  CHECK_THAT(page, Catch::Contains("✓ enough"));
  CHECK_THAT(page, !Catch::Contains(">Rings side by side<"));
}

TEST_CASE("several rings are compared first") {
  Json sim = SampleSim();
  sim["rings"].push_back(sim["rings"][0]);
  sim["left_out"] = {{{"ring", "jump"}, {"reason", "weights"}}};
  const std::string page = ResultHtml(sim);
  CheckIsSound(page);
  CheckHas(page, {"rings", "ring-0", "ring-1"});
  CHECK_THAT(page, Catch::Contains("jump: weights"));
}

TEST_CASE("a sweep has a curve for each cluster with theory and its band") {
  const std::string page = ResultHtml(SampleSweep());
  CheckIsSound(page);
  CheckHas(page, {"sweep", "sweep-cv", "sweep-peak_to_mean", "sweep-load_peak"});
  for (const char* curve :
       {">100 nodes<", ">8 nodes: theory<", ">8 nodes: 95 % of rings by theory<"}) {
    CHECK_THAT(page, Catch::Contains(curve));
  }
}

TEST_CASE("a comparison of the gate is a forest and its runs in order") {
  const std::string page = ResultHtml(SampleGate());
  CheckIsSound(page);
  CheckHas(page, {"comparisons", "functions", "run-order", "runs-1", "remarks"});
  CHECK_THAT(page, Catch::Contains("+10.44 %"));
  CHECK_THAT(page, Catch::Contains("interval 0.990 × to 1.050 ×"));
}

TEST_CASE("a history marks where the level changed") {
  const std::string page = ResultHtml(SampleHistory());
  CheckIsSound(page);
  CheckHas(page, {"history", "history-0"});
  CHECK_THAT(page, Catch::Contains("1 change of level"));
  CHECK_THAT(page, Catch::Contains(">c9<"));
}

TEST_CASE("hostile names are text on every page") {
  for (const Json& json : {SampleLoadgen(20, kHostile), SampleSim(4, kHostile),
                           SampleGate(kHostile), SampleHistory(kHostile)}) {
    const std::string page = ResultHtml(json);
    CheckIsSound(page);
    CHECK_THAT(page, Catch::Contains("&lt;/script&gt;&lt;img src"));
  }
  Json json = SampleLoadgen();
  for (const char* key : {"verdict", "started_at", "command"}) json[key] = kHostile;
  json["reasons"] = {kHostile};
  json["thresholds"][0]["threshold"] = kHostile;
  json["config"][kHostile] = kHostile;
  json["environment"]["cpu"] = kHostile;
  json["levels"][kHostile] = json["levels"]["cache"];
  json["series"]["levels"][kHostile] = json["series"]["levels"]["cache"];
  CheckIsSound(ResultHtml(json));
}

TEST_CASE("the same result gives the same page") {
  CHECK(ResultHtml(SampleLoadgen()) == ResultHtml(SampleLoadgen()));
  CHECK(ResultHtml(SampleSim()) == ResultHtml(SampleSim()));
}

TEST_CASE("an hour with a thousand nodes stays small and says what it leaves out") {
  Json json = SampleLoadgen(3'600);
  json["series"]["heat"]["bounds_ns"] = Json::array();
  json["series"]["heat"]["counts"] = Json::array();
  for (int i = 0; i <= 60; ++i) json["series"]["heat"]["bounds_ns"].push_back(1000 << (i / 3));
  for (int i = 0; i < 3'600; ++i) {
    json["series"]["heat"]["counts"].push_back(Json::array());
    for (int k = 0; k < 60; ++k) json["series"]["heat"]["counts"].back().push_back(i * k % 97);
  }
  for (int i = 3; i < 1'000; ++i) {
    json["balance"]["nodes"].push_back(json["balance"]["nodes"][i % 3]);
    json["balance"]["nodes"].back()["name"] = "node-" + std::to_string(i);
  }
  REQUIRE(json.dump().size() > 1'000'000);
  const std::string page = ResultHtml(json);
  CheckIsSound(page);
  CHECK_THAT(page, Catch::Contains("the copy leaves out series.heat, series"));
  CHECK_THAT(page,
             Catch::Contains("Of 1,000 nodes the table shows the 20 busiest and the 10 idlest"));
  CheckHas(page, {"nodes-ranked"});
  CHECK(EmbeddedIn(page)["totals"] == json["totals"]);
}

// Every value of a result, one at a time, replaced by one of another kind.
void ForEachBroken(Json& json, const std::function<void()>& look) {
  static const std::vector<Json> kOthers{nullptr, "text", -1e308, Json::array({1, "x", {}}),
                                         Json::object({{"a", 1}})};
  for (auto& value : json) {
    const Json kept = value;
    for (const Json& other : kOthers) {
      value = other;
      look();
    }
    value = kept;
    if (value.is_structured()) ForEachBroken(value, look);
  }
}

TEST_CASE("a result of other types is drawn without what it does not have") {
  for (Json json : {SampleLoadgen(3), SampleSim(2), SampleSweep(), SampleGate(), SampleHistory()}) {
    ForEachBroken(json, [&] {
      const std::string page = ResultHtml(json);
      if (!IsBalanced(page)) FAIL(json.dump());
    });
  }
  for (const Json& json : {Json(), Json(7), Json::array(), Json::object(), Json{{"tool", "sim"}}}) {
    CheckIsSound(ResultHtml(json));
  }
}

}  // namespace
}  // namespace ringlab::html
