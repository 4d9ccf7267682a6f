#include "results/gate/comparison.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "results/gate/gate_report.h"
#include "results/html/result_html.h"

namespace ringlab {
namespace {

BenchMeasurements Side(std::uint64_t instructions, const char* compiler = "g++ 12") {
  BenchMeasurements side{.name = "side"};
  side.fingerprint["compiler"] = compiler;
  side.exact[{"hash", "instructions"}] = {instructions, 100};
  side.exact[{"shares", "figure"}] = {7, 1};
  side.functions["hash"] = {{"HashKey", instructions - 1000}, {"memcpy", 1000}};
  return side;
}

Comparison Compare(const BenchMeasurements& base, const BenchMeasurements& head) {
  Comparison comparison{.base = "a", .head = "b"};
  CompareExact(base, head, Against::kBase, comparison);
  ExplainByFunctions(base, head, comparison);
  SortRows(comparison.rows);
  return comparison;
}

TEST_CASE("identical sides are OK with nothing to explain") {
  const Comparison same = Compare(Side(20'000), Side(20'000));
  CHECK(WorstOf(same.rows) == GateVerdict::kOk);
  CHECK(same.functions.empty());
  CHECK(same.remarks.empty());
  CHECK(ExitCodeOf(WorstOf(same.rows)) == 0);
}

TEST_CASE("a regression names the function that spends more") {
  Comparison worse = Compare(Side(20'000), Side(30'000));
  worse.reproduce = "do this";
  worse.accept = "or that";
  REQUIRE(worse.rows.front().name == "hash");
  CHECK(worse.rows.front().verdict == GateVerdict::kFail);
  REQUIRE(worse.functions.at("hash").size() == 1);
  CHECK(worse.functions.at("hash").front().function == "HashKey");
  CHECK(worse.functions.at("hash").front().instructions == Approx(100));
  CHECK(ExitCodeOf(WorstOf(worse.rows)) == 1);
  const std::string text = ToText(worse);
  for (const char* part : {"FAIL (1 of 2)", "200 -> 300", "+50.0 %", "HashKey +100.0", "do this",
                           "or that", "limit +1 % and +10"}) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("an improvement passes and says how to keep it") {
  Comparison better = Compare(Side(30'000), Side(20'000));
  better.accept = "move the anchor";
  CHECK(better.rows.front().verdict == GateVerdict::kImproved);
  CHECK(ExitCodeOf(WorstOf(better.rows)) == 0);
  CHECK(ToText(better).find("IMPROVED (1)") != std::string::npos);
  CHECK(ToText(better).find("move the anchor") != std::string::npos);
}

TEST_CASE("on another environment instructions warn and behaviour still fails") {
  BenchMeasurements head = Side(30'000, "g++ 13");
  Comparison moved = Compare(Side(20'000), head);
  CHECK(WorstOf(moved.rows) == GateVerdict::kWarn);
  REQUIRE(moved.remarks.size() == 1);
  CHECK(moved.remarks.front().find("compiler") != std::string::npos);
  head.exact[{"shares", "figure"}] = {8, 1};
  CHECK(WorstOf(Compare(Side(20'000), head).rows) == GateVerdict::kFail);
  BenchMeasurements unknown = Side(30'000);
  unknown.fingerprint = nullptr;
  CHECK(WorstOf(Compare(Side(20'000), unknown).rows) == GateVerdict::kWarn);
}

TEST_CASE("a metric that went is invalid and one that came is only told") {
  BenchMeasurements fewer = Side(20'000);
  fewer.exact.erase({"hash", "instructions"});
  const Comparison gone = Compare(Side(20'000), fewer);
  CHECK(gone.rows.front().verdict == GateVerdict::kInvalid);
  CHECK(ExitCodeOf(WorstOf(gone.rows)) == 4);
  CHECK(WorstOf(Compare(fewer, Side(20'000)).rows) == GateVerdict::kOk);
  BenchMeasurements other{.name = "side"};
  other.fingerprint = fewer.fingerprint;
  const Comparison only_new = Compare(other, Side(20'000));  // nothing judged is not OK
  CHECK(VerdictOf(only_new) == GateVerdict::kInconclusive);
  CHECK(Headline(only_new) == "INCONCLUSIVE (nothing judged)");
  CHECK(ToJson(only_new).at("verdict") == "INCONCLUSIVE");
  Comparison identical;
  identical.same_programs = true;
  CHECK(VerdictOf(identical) == GateVerdict::kOk);
}

TEST_CASE("what somebody gave a reason for warns") {
  Comparison meant = Compare(Side(20'000), Side(30'000));
  Accept("- `hash` instructions: 200 -> 300\n", meant);
  CHECK(WorstOf(meant.rows) == GateVerdict::kWarn);
  Comparison other = Compare(Side(20'000), Side(30'000));
  Accept("- `hash_of_something` instructions\n", other);
  CHECK(WorstOf(other.rows) == GateVerdict::kFail);
}

TEST_CASE("a noisy comparison exits with 3 unless something failed") {
  std::vector<Row> rows{{.verdict = GateVerdict::kInconclusive}};
  CHECK(ExitCodeOf(WorstOf(rows)) == 3);
  rows.push_back({.verdict = GateVerdict::kFail});
  CHECK(ExitCodeOf(WorstOf(rows)) == 1);
}

TEST_CASE("the reports hold every row and the page its names as text") {
  BenchMeasurements odd = Side(20'000);
  odd.exact[{"<script>&\"", "bytes"}] = {1, 1};
  Comparison comparison = Compare(odd, odd);
  comparison.rows.push_back({.name = "time",
                             .measure = "ns/op",
                             .against = "base",
                             .base = 1,
                             .head = 1.2,
                             .interval = RatioInterval{1.2, 1.1, 1.3},
                             .base_samples = {1},
                             .head_samples = {1.2}});
  const std::string html = ResultHtml(ToJson(comparison));
  CHECK(html.find("&lt;script&gt;") != std::string::npos);
  CHECK(html.find("interval 1.100 × to 1.300 ×") != std::string::npos);
  const auto json = ToJson(comparison);
  CHECK(json.at("rows").size() == comparison.rows.size());
  CHECK(json.at("rows").back().at("head_samples").size() == 1);
  CHECK(ToMarkdown(comparison).find("unchanged or new") != std::string::npos);
}

TEST_CASE("times of two files are judged without pairs") {
  BenchMeasurements base{.name = "a"};
  BenchMeasurements head{.name = "b"};
  base.timed["t"] = {.unit = "ns/op", .samples = std::vector<double>(10, 100)};
  head.timed["t"] = {.unit = "ns/op", .samples = std::vector<double>(10, 150)};
  base.timed["gone"] = {.unit = "ns/op", .samples = {1}};
  Comparison comparison;
  CompareApart(base, head, 1, comparison);
  SortRows(comparison.rows);
  REQUIRE(comparison.rows.size() == 2);
  CHECK(comparison.rows[0].verdict == GateVerdict::kFail);
  CHECK(comparison.rows[1].verdict == GateVerdict::kInvalid);
  KeepOnly("t", comparison);
  CHECK(comparison.rows.size() == 1);
}

BenchMeasurements ARun(const char* name, double p99, const char* tool = "loadgen") {
  BenchMeasurements run{.name = name, .tool = tool};
  run.timed["response_p99"] = {.unit = "ns", .judged = false, .samples = {p99}};
  run.config = {{"requested_qps", 1000}, {"mix", {{"get", 1.0}}}, {"plan_hash", "aa"}};
  run.environment = {{"cpu", "fast"}, {"steal_share", 0.0}};
  return run;
}

TEST_CASE("files of two tools are not compared and both are named") {
  const auto refused = CompareFiles(ARun("a.json", 1), ARun("b.json", 1, "sim"), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kInvalidArgument);
  CHECK(refused.error().message ==
        "\"a.json\" is a result of loadgen, \"b.json\" of sim: expected two of one tool");
  const auto none = CompareFiles(ARun("a", 1), ARun("b", 1), {.only = "p50"});
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("called like \"p50\"") != std::string::npos);
}

TEST_CASE("single runs show their change and conclude nothing") {
  const auto same = CompareFiles(ARun("a", 1000), ARun("b", 9000), {});
  REQUIRE(same);
  CHECK(VerdictOf(*same) == GateVerdict::kInconclusive);
  CHECK(ExitCodeOf(VerdictOf(*same)) == 3);
  REQUIRE(same->remarks.size() == 1);
  CHECK(same->remarks.front().starts_with("nothing was judged"));
  const std::string text = ToText(*same);
  CAPTURE(text);
  CHECK(text.find("+800.0 %") != std::string::npos);
  CHECK(text.find("ratio") == std::string::npos);
  // A figure that was 0 has no ratio.
  CHECK(ToText(*CompareFiles(ARun("a", 0), ARun("b", 5), {})).find("from 0") != std::string::npos);
}

TEST_CASE("no name of a run reaches the terminal as a command") {
  BenchMeasurements head = ARun("b\x1b[31m", 1000);
  head.timed["\x1b[2J\r"] = {.unit = "\x07", .judged = false, .samples = {1}};
  head.config["\x1b[1m"] = "\x1b[1m";
  head.command = "\x1b[1m";
  BenchMeasurements base = ARun("a", 1000);
  base.command = "loadgen";
  const std::string text = ToText(*CompareFiles(base, head, {}), true);
  for (const char c : text) {
    REQUIRE((c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)));
  }
  CHECK(text.find("b?[31m") != std::string::npos);
}

TEST_CASE("what two runs were asked to do is told where it differs") {
  BenchMeasurements head = ARun("b", 1000);
  head.config = {
      {"requested_qps", 2000}, {"mix", {{"get", 0.5}}}, {"scan", 0.1}, {"plan_hash", "bb"}};
  head.environment = {{"cpu", "slow"}, {"steal_share", 0.5}};
  const auto told = CompareFiles(ARun("a", 1000), head, {});
  REQUIRE(told);
  const std::string text = ToText(*told);
  CAPTURE(text);
  for (const char* part : {"config differs: requested_qps 1000 -> 2000, mix.get 1.0 -> 0.5, "
                           "scan (none) -> 0.1\n",
                           "plan_hash differs (\"aa\" -> \"bb\")", "environment differs (cpu)"}) {
    CHECK(text.find(part) != std::string::npos);
  }
  BenchMeasurements base = ARun("a", 1000);
  base.command = "loadgen --qps 5 --json a.json --quiet --node-flags '--policy lru'";
  head.command = "loadgen --qps 5 --json=b.json --node-flags '--policy lfu'";
  CHECK(ToText(*CompareFiles(base, head, {}))
            .find("command differs: loadgen --qps 5 --node-flags "
                  "'--policy lru' -> loadgen --qps 5 --node") != std::string::npos);
  base.command = "loadgen --qps 5 --html b.html --node-flags '--policy lfu'";
  CHECK(ToText(*CompareFiles(base, head, {})).find("command differs") == std::string::npos);
  for (int i = 0; i < 20; ++i) head.config["flag_" + std::to_string(i)] = std::string(500, 'x');
  const std::string longer = ToText(*CompareFiles(ARun("a", 1000), head, {}));
  CHECK(longer.find("and 15 more") != std::string::npos);
  CHECK(longer.find(std::string(60, 'x')) == std::string::npos);
}

}  // namespace
}  // namespace ringlab
