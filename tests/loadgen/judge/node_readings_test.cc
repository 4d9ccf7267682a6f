#include "loadgen/judge/node_readings.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

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
  const nlohmann::ordered_json json = ToJson(kReadings);
  REQUIRE(json.dump() == R"({"at_s":[1.1,1.6],"gets":[1000,500],"hits":[900,200],)"
                         R"("source_loads":[10,200]})");
}

}  // namespace
}  // namespace ringlab
