// The text of a map: what it means, what is left out, and what is refused.
#include "sim/map/map_spec.h"

#include <catch2/catch.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a map's text says loads, shocks and defences, in any order") {
  const MapSpec spec =
      ParseMapSpec(
          "defence=none,retries+stale,all;shock=flush:1,flush:half,flush:all,slow:2.5x@1500ms;"
          "load=0.7,0.5;nodes=5;source=2x3ms;retries=0;hold=2s;horizon=9s")
          .value();
  REQUIRE(spec.loads == std::vector<double>{0.5, 0.7});
  REQUIRE(spec.shocks.size() == 4);
  REQUIRE(spec.shocks[0].nodes == 1);
  REQUIRE(spec.shocks[1].nodes == 3);
  REQUIRE(spec.shocks[2].nodes == 5);
  REQUIRE(spec.shocks[3].kind == MapShock::Kind::kSlow);
  REQUIRE(spec.shocks[3].factor == 2.5);
  REQUIRE(spec.shocks[3].length == milliseconds(1500));
  REQUIRE_FALSE(spec.defences[0].retries);
  REQUIRE(spec.defences[1].retries);
  REQUIRE(spec.defences[1].stale);
  REQUIRE_FALSE(spec.defences[1].hot);
  REQUIRE(spec.defences[2].admission);
  REQUIRE(spec.source_servers == 2);
  REQUIRE(spec.source_time == milliseconds(3));
  REQUIRE(spec.retries == 0);
  REQUIRE(spec.cells() == 2 * 4 * 3);
}

TEST_CASE("what a map's text leaves out has its default, and its whole text reads as the same") {
  const MapSpec all = ParseMapSpec("default").value();
  REQUIRE(all.cells() > 50);
  REQUIRE(all.defences.front().text == "none");
  REQUIRE(ParseMapSpec("load=0.5").value().shocks.size() == all.shocks.size());
  for (const std::string text : {"default", "ttl=1500ms;deadline=1ms", "zipf=1.2;work=250us",
                                 "shock=flush:2,slow:3x@7s;defence=hot+stale;hold=1s"}) {
    CAPTURE(text);
    const auto spec = ParseMapSpec(text);
    REQUIRE(spec.has_value());
    const std::string whole = ToText(*spec);
    const auto again = ParseMapSpec(whole);
    REQUIRE(again.has_value());
    REQUIRE(ToText(*again) == whole);
  }
}

TEST_CASE("cells are numbered loads first, then shocks, then defences, each once") {
  const MapSpec spec =
      ParseMapSpec("load=0.5,0.7;shock=flush:1,flush:2,flush:3;defence=none,hot").value();
  std::vector<std::tuple<std::string, std::string, double>> cells;
  for (std::uint64_t i = 0; i < spec.cells(); ++i) {
    const MapCell cell = CellOf(spec, i);
    cells.emplace_back(cell.defence.text, cell.shock.text, cell.load);
  }
  REQUIRE(cells[0] == std::tuple("none", "flush:1", 0.5));
  REQUIRE(cells[1] == std::tuple("none", "flush:1", 0.7));
  REQUIRE(cells[2] == std::tuple("none", "flush:2", 0.5));
  REQUIRE(cells[6] == std::tuple("hot", "flush:1", 0.5));
  REQUIRE(cells[11] == std::tuple("hot", "flush:3", 0.7));
}

TEST_CASE("patience is every call with its deadline, and every wait between them") {
  const MapSpec spec = ParseMapSpec("deadline=1s;retries=2").value();
  REQUIRE(PatienceOf(spec) == seconds(4));
  REQUIRE(PatienceOf(ParseMapSpec("deadline=1s;retries=0").value()) == seconds(1));
}

TEST_CASE("a map's bad text is refused with the part and with what is accepted") {
  for (const auto& [text, part, accepted] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"", "\"\"", "default"},
           {"x", "\"x\"", "load=, shock="},
           {"speed=3", "\"speed=3\"", "load=, shock="},
           {"load=", "\"load=\"", "load=, shock="},
           {"load=0.5;load=0.6", "\"load=0.6\"", "load= once"},
           {"load=0", "\"load=0\"", "0.01 to 2"},
           {"load=0.5,x", "\"load=x\"", "0.01 to 2"},
           {"load=0.5,0.5", "\"load=0.5,0.5\"", "0.5 once"},
           {"shock=flush:4", "\"shock=flush:4\"", "flush:N of 3 nodes"},
           {"shock=flush:0", "\"shock=flush:0\"", "flush:half"},
           {"shock=flush", "\"shock=flush\"", "flush:half"},
           {"shock=slow:10@5s", "\"shock=slow:10@5s\"", "slow:10x@5s"},
           {"shock=slow:10x", "\"shock=slow:10x\"", "slow:10x@5s"},
           {"shock=slow:0.5x@5s", "\"shock=slow:0.5x@5s\"", "1x to 1000x"},
           {"shock=fire", "\"shock=fire\"", "flush:all"},
           {"defence=luck", "\"defence=luck\"", "retries, admission, stale, hot"},
           {"defence=hot+hot", "\"defence=hot+hot\"", "each once"},
           {"nodes=0", "\"nodes=0\"", "1 to 64"},
           {"keys=5", "\"keys=5\"", "10 to 1000000"},
           {"ttl=0s", "\"ttl=0s\"", "1.00 s"},
           {"source=4", "\"source=4\"", "4x25ms"},
           {"source=0x1ms", "\"source=0x1ms\"", "4x25ms"},
           {"retries=x", "\"retries=x\"", "0 to 10"},
           {"hold=5s;horizon=4s", "\"hold=5s\"", "no more than horizon=4s"}}) {
    CAPTURE(text);
    const auto refused = ParseMapSpec(text);
    REQUIRE_FALSE(refused.has_value());
    CAPTURE(refused.error().message);
    REQUIRE(refused.error().code == Code::kInvalidArgument);
    REQUIRE(refused.error().message.find(part) != std::string::npos);
    REQUIRE(refused.error().message.find(accepted) != std::string::npos);
  }
}

}  // namespace
}  // namespace ringlab
