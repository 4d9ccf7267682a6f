#include "results/format/result_text.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/results/format/sample_result.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;

// Nothing that a terminal would obey.
void RequirePlain(const std::string& text) {
  INFO(text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    REQUIRE((c == '\n' || (byte >= 0x20 && byte != 0x7f)));
  }
}

TEST_CASE("a stored run of loadgen shows as it was shown") {
  RunResult run = MixedSample();
  run.achieved_qps = static_cast<double>(run.measured.totals.sent) / 10;  // as SampleResult()
  Judge({*ParseThreshold("p99<5ms"), *ParseThreshold("errors<1%")}, run);
  REQUIRE(TextOfAny(SampleResult()) == TextOf(run));
}

TEST_CASE("a run that could not begin shows its reason") {
  const Json none = Json::parse(
      R"({"schema_version":1,"tool":"loadgen","verdict":"INVALID","reasons":["no such program"]})");
  REQUIRE_THAT(TextOfAny(none), Contains("INVALID") && Contains("- no such program"));
}

TEST_CASE("a stored sim result shows its rings and sweep and loopback") {
  const std::string text = TextOfAny(SimSample());
  RequirePlain(text);
  for (const char* words :
       {"verdict     VALID", "holds, xx64: cv<1 (0.5)", "left out    jump: it has no weights",
        "xx64, 2 nodes, 50 points a node: 100 points, 0 collisions", "BAD LUCK: more than.",
        "Change this: more points.", "measured         1.500     0.500     0.500",
        "theory           1.200", "CV 0.050 to 0.200, peak 1.050 to 1.300", "hottest key 7.80 %",
        "33.00 % of the keys move (ideal 33.00 %), 0.00 % needlessly",
        "at 1s kill b: 30.00 % moved (ideal 30.00 %)", "it cannot", "75.00 %   50.00 %   70.00 %",
        "98 sent = 90 ok + 5 not found + 2 errors + 1 timeouts", "50.00 % hits",
        "chi-square 1.5 over 2 nodes, p 0.4", "69.00 %"}) {
    REQUIRE_THAT(text, Contains(words));
  }
}

TEST_CASE("stored benchmarks and verdicts of the gate show their figures") {
  const std::string bench = TextOfAny(BenchSample());
  REQUIRE_THAT(bench, Contains("hit") && Contains("instructions") &&
                          Contains("300 an operation (3,000,000 over 10,000)") &&
                          Contains("least 30, median 31.5, most 33 of 3 samples"));
  const Json gate = Json::parse(R"({"schema_version":1,"tool":"gate","verdict":"FAIL","base":"a",
    "head":"b","remarks":[],"rows":[{"name":"hit","verdict":"FAIL","measure":"instructions",
    "base":100,"head":110,"note":"slower"},
    {"name":"miss","verdict":"OK","measure":"ns","base":1,"head":1,"ratio":1.0,"low":0.99,
     "high":1.02}]})");
  REQUIRE_THAT(TextOfAny(gate), Contains("FAIL") && Contains("100 -> 110") &&
                                    Contains("(slower)") && Contains("ratio 1.000 [0.990, 1.020]"));
}

TEST_CASE("no name in a complaint reaches the terminal as a command") {
  const std::string evil = "\x1b[31m\n\r\t\x7f";
  Json bench = BenchSample();
  bench["metrics"][0]["name"] = bench["metrics"][1]["name"] = evil;
  bench["metrics"][1]["measure"] = "instructions";
  Json run = SampleResult();
  run["thresholds"][0]["threshold"] = evil + "p99";
  run["series"][evil] = {1, 2};
  for (const Json& spoilt : {bench, run}) {
    const auto complaints = ComplaintsAbout(spoilt);
    REQUIRE_FALSE(complaints.empty());
    for (const std::string& complaint : complaints) RequirePlain(complaint);
  }
}

TEST_CASE("no name in a file reaches the terminal as a command") {
  const std::string evil = "\x1b[31m\n\r\t\x7f" + std::string(300, 'x');
  Json sim = SimSample();
  sim["rings"][0]["ring"] = sim["rings"][0]["arcs"][0]["node"] = evil;
  sim["rings"][0]["verdict"]["text"][0] = sim["loopback"]["nodes"][0]["name"] = evil;
  RequirePlain(TextOfAny(sim));
  Json bench = BenchSample();
  bench["metrics"][0]["name"] = bench["timed"][0]["unit"] = bench["suite"] = evil;
  RequirePlain(TextOfAny(bench));
  RequirePlain(TextOfAny(Json{{"tool", "gate"},
                              {"verdict", evil},
                              {"base", evil},
                              {"head", evil},
                              {"rows", {{{"name", evil}, {"note", evil}}}}}));
}

}  // namespace
}  // namespace ringlab
