#include "loadgen/judge/node_readings.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ringlab {
namespace {

using std::chrono::milliseconds;

const std::vector<NodeReading> kReadings{
    {.at = milliseconds(100), .gets = 1000, .hits = 900, .source_loads = 50},
    {.at = milliseconds(1100), .gets = 2000, .hits = 1800, .source_loads = 60},
    {.at = milliseconds(1600), .gets = 2500, .hits = 2000, .source_loads = 260},
};

TEST_CASE("the busiest stretch between readings is the peak of the loads") {
  REQUIRE(PeakSourceRate(kReadings).value() == Approx(400));
  REQUIRE(PeakToMeanOfLoads(kReadings).value() == Approx(400 * 1.5 / 210));
  REQUIRE_FALSE(PeakToMeanOfLoads({kReadings[0]}));
  NodeReading idle = kReadings[0];
  idle.at += milliseconds(1000);
  REQUIRE_FALSE(PeakToMeanOfLoads({kReadings[0], idle}));  // nothing was loaded
  REQUIRE_FALSE(PeakSourceRate({}));
  REQUIRE_FALSE(PeakSourceRate({kReadings[0]}));
}

TEST_CASE("readings are told as what was counted between them") {
  const nlohmann::ordered_json json = ToJson(kReadings, {});
  REQUIRE(json.dump() == R"({"at_s":[1.1,1.6],"gets":[1000,500],"hits":[900,200],)"
                         R"("source_loads":[10,200]})");
}

TEST_CASE("a node that was started again counts from there on") {
  std::vector<NodeReading> readings = kReadings;
  readings.push_back({.at = milliseconds(2600), .gets = 100, .hits = 20, .source_loads = 80});
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i].nodes = {{.gets = i == 3 ? 5 : 10 * i,
                          .source_loads = i == 3 ? 5 : 10 * i,
                          .cpu = milliseconds(i == 3 ? 250 : 500 * i)}};
  }
  const nlohmann::ordered_json json = ToJson(readings, {"a"});
  CHECK(json["gets"].dump() == "[1000,500,100]");
  CHECK(json["hits"].dump() == "[900,200,20]");
  CHECK(json["nodes"][0]["gets"].dump() == "[10,10,5]");
  CHECK(json["nodes"][0]["cpu_cores"][2] == 0.25);
  CHECK(PeakSourceRate(readings).value() == Approx(400));
  CHECK(PeakToMeanOfLoads(readings).value() == Approx(400 * 2.5 / 290));
}

TEST_CASE("readings are thinned out without a loss, and the first stays") {
  std::vector<NodeReading> readings;
  for (std::uint64_t i = 0; i < 5; ++i) {
    readings.push_back({.at = std::chrono::seconds(i), .gets = 10 * i});
  }
  Thin(readings);
  REQUIRE(readings.size() == 3);
  CHECK(readings[0].gets == 0);
  CHECK(readings[2].gets == 40);
  CHECK(ToJson(readings, {})["gets"].dump() == "[20,20]");
}

TEST_CASE("each node is told apart where all readings tell of it") {
  std::vector<NodeReading> readings = kReadings;
  const std::vector<std::string> names{"a", "b"};
  REQUIRE_FALSE(ToJson(readings, names).contains("nodes"));
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i].nodes = {{.gets = 10 * i, .cpu = milliseconds(500 * i), .resident_bytes = 7 + i},
                         {.gets = 20 * i, .source_loads = i}};
  }
  const nlohmann::ordered_json nodes = ToJson(readings, names)["nodes"];
  REQUIRE(nodes.size() == 2);
  REQUIRE(nodes[0].dump() ==
          R"({"name":"a","gets":[10,10],"source_loads":[0,0],"cpu_cores":[0.5,1.0],)"
          R"("resident_bytes":[8,9]})");
  REQUIRE(nodes[1]["source_loads"].dump() == "[1,1]");
  REQUIRE_FALSE(ToJson(readings, {"a"}).contains("nodes"));
}

}  // namespace
}  // namespace ringlab
