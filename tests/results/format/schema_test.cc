#include "results/format/schema.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/loadgen/report/monstrous_run.h"
#include "tests/results/format/sample_result.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;

std::string Without(Json result, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  REQUIRE(result.contains(at));
  result[at.parent_pointer()].erase(at.back());
  const auto complaints = ComplaintsAbout(result);
  return complaints.empty() ? "" : complaints.front();
}

TEST_CASE("sound results of every tool have no complaint") {
  for (const Json& result : {SampleResult(), SimSample(), BenchSample()}) {
    const auto complaints = ComplaintsAbout(result);
    CAPTURE(complaints);
    REQUIRE(complaints.empty());
  }
  const Json gate = Json::parse(R"({"schema_version":1,"tool":"gate","verdict":"FAIL","base":"a",
    "head":"b","remarks":[],"rows":[{"name":"hit","verdict":"FAIL","base":1,"head":2}]})");
  REQUIRE(ComplaintsAbout(gate).empty());
  REQUIRE_THAT(With(gate, "/rows/0/verdict", 3), Contains("/rows/0/verdict: expected a text"));
}

TEST_CASE("what is missing is named by its path") {
  REQUIRE(Without(SampleResult(), "/verdict") == "/verdict: is missing");
  REQUIRE(Without(SampleResult(), "/totals") == "/totals: is missing");
  REQUIRE(Without(SampleResult(), "/totals/sent") == "/totals/sent: is missing");
  REQUIRE(Without(SampleResult(), "/balance/nodes/1/name") == "/balance/nodes/1/name: is missing");
  REQUIRE(Without(SampleResult(), "/operations/set/failed") ==
          "/operations/set/failed: is missing");
  REQUIRE(Without(SampleResult(), "/series/heat") == "/series/heat: is missing");
  REQUIRE(Without(SimSample(), "/rings/0/arcs/1/share") == "/rings/0/arcs/1/share: is missing");
  REQUIRE(Without(BenchSample(), "/metrics/0/total") == "/metrics/0/total: is missing");
  // What an older version did not write, or a run did not measure.
  for (const char* optional :
       {"/series", "/histograms", "/popularity", "/cache", "/staleness", "/command",
        "/config/plan_hash", "/balance/nodes/0/measured_share", "/balance/nodes/0/p99_ns"}) {
    INFO(optional);
    Json result = SampleResult();
    if (std::string(optional).ends_with("measured_share")) {
      for (Json& node : result["balance"]["nodes"]) node.erase("measured_share");
      REQUIRE(ComplaintsAbout(result).empty());
    } else {
      REQUIRE(Without(result, optional).empty());
    }
  }
}

TEST_CASE("a value of another kind is named with what was expected") {
  const struct {
    const char* path;
    Json value;
    const char* complaint;
  } cases[] = {
      {"/verdict", "GOOD", "expected VALID, FAILED or INVALID, found \"GOOD\""},
      {"/reasons", "none", "expected a list, found \"none\""},
      {"/reasons", Json{1}, "/reasons/0: expected a text, found 1"},
      {"/interrupted", 0, "expected true or false, found 0"},
      {"/totals/sent", "99990", "expected a whole number from 0 up, found \"99990\""},
      {"/totals/sent", -1, "expected a whole number from 0 up, found -1"},
      {"/totals/sent", 1.5, "expected a whole number from 0 up, found 1.5"},
      {"/totals/elapsed_s", nullptr, "expected a number from 0 up, found null"},
      {"/totals", Json::array(), "expected an object, found []"},
      {"/balance/nodes/0/arc_share", 1.2, "expected a number from 0 to 1, found 1.2"},
      {"/cache/hit_ratio", 1.01, "expected a number from 0 to 1"},
      {"/latency_ns/response", 5, "expected a summary"},
      {"/latency_ns/response/p90", 1, "p90 is below the figure before it"},
      {"/latency_ns/response/p50", "fast", "p50: expected nanoseconds"},
      {"/series/sent/3", -2, "/series/sent: expected a list of whole numbers"},
      {"/series/response_p50_ns/3", "x", "expected a list of numbers, or null"},
      {"/histograms/response/hdr_v2", "HISTFAAA", "/histograms/response/hdr_v2: histogram: "},
      {"/histograms/response/hdr_v2", 7, "expected a histogram as text"},
      {"/config/ring", 7, "expected a text"},
  };
  for (const auto& c : cases) {
    INFO(c.path);
    REQUIRE_THAT(With(SampleResult(), c.path, c.value), Contains(c.complaint));
  }
  REQUIRE_THAT(With(SampleResult(), "/balance/nodes", Json(std::string(500, 'x'))),
               Contains("…") && !Contains(std::string(60, 'x')));
}

TEST_CASE("a key with a unit holds numbers whoever added it") {
  REQUIRE(With(SampleResult(), "/config/novelty", "of a later version").empty());
  REQUIRE_THAT(With(SampleResult(), "/config/novelty_ns", "soon"),
               Contains("/config/novelty_ns: expected a number, as its name says"));
  REQUIRE_THAT(With(SampleResult(), "/balance/nodes/0/some_share", 7),
               Contains("expected a number from 0 to 1, as its name says"));
  REQUIRE_THAT(With(BenchSample(), "/environment/memory_bytes", true), Contains("memory_bytes"));
  REQUIRE(With(SampleResult(), "/config/novelty_s", Json{1.5, nullptr}).empty());
}

TEST_CASE("figures that do not add up are named with both") {
  const struct {
    const char* path;
    Json value;
    const char* complaint;
  } cases[] = {
      {"/totals/scheduled", 5, "/totals/scheduled is 5, and sent + skipped 100000"},
      {"/totals/ok", 97'901, "/totals/sent is 99990, and ok + not_found + errors + timeouts 99991"},
      {"/failures/0/requests", 59,
       "the sum of /failures/*/requests is 89, and errors + timeouts 90"},
      {"/latency_ns/service/count", 99'901,
       "/latency_ns/service/count is 99901, and ok + not_found 99900"},
      {"/latency_ns/send_lag/count", 7, "/latency_ns/send_lag/count is 7, and /totals/sent 99990"},
      {"/latency_ns/response/failed", 7, "/latency_ns/response/failed is 7, and errors + timeouts"},
      {"/latency_failed_ns/count", 91, "/latency_failed_ns/count is 91, and errors + timeouts 90"},
      {"/balance/nodes/1/failed", 61, "the sum of /balance/nodes/*/failed is 91"},
      {"/balance/nodes/1/asked/requests", 1, "the sum of /balance/nodes/*/asked/requests"},
      {"/operations/set/requests", 9'001, "/operations/set/service_ns/count is 9000"},
      {"/operations/get/keys/failed", 9, "/operations/get/keys/asked is 89990"},
      {"/levels/cache/keys", 1, "the sum of /levels/*/keys is"},
      {"/levels/cache/share", 0.9, "/levels/*/share add up to"},
      {"/balance/nodes/0/arc_share", 0.5, "/balance/nodes/*/arc_share add up to 1.16666667"},
      {"/balance/nodes/0/measured_share", 0.1, "measured_share add up to"},
      {"/balance/nodes/0/requests", 1, "the sum of /balance/nodes/*/requests"},
      {"/popularity/ranks/0/requests", 1, "the sum of /popularity/ranks/*/requests"},
      {"/series/ok/3", 1, "the sum of /series/ok is"},
      {"/series/late", Json{1, 2}, "the length of /series/late is 2, and of at_s 10"},
      {"/series/failed/0", 90, "the sum of /series/failed"},
      {"/series/levels/cache/0", 1, "the sum of /series/levels/cache"},
      {"/series/heat/counts/2/0", 77, "the sum of /series/heat/counts/2"},
      {"/series/heat/bounds_ns", Json{1, 2}, "the bounds around /series/heat/counts/0 is 2"},
  };
  for (const auto& c : cases) {
    INFO(c.path);
    REQUIRE_THAT(With(SampleResult(), c.path, c.value), Contains(c.complaint));
  }
  Json apart = SampleResult();
  Json& response = apart["latency_ns"]["response"];
  response.erase("interval95");
  response.erase("effective_samples");
  REQUIRE_THAT(With(apart, "/latency_ns/response/p99", response["p90"]),
               Contains("/histograms/response: its p99 is"));
  Json other = SampleResult();
  other["histograms"]["service"] = other["histograms"]["operations"]["remove"];
  REQUIRE_THAT(ComplaintsAbout(other).front(),
               Contains("the count of /histograms/service is 1000, and of its summary 99900"));
}

TEST_CASE("what the nodes counted is in columns of one length") {
  Json result = SampleResult();
  result["node_series"] =
      Json::parse(R"({"at_s":[1.0,2.0],"gets":[5,6],"hits":[4,5],"source_loads":[1,1]})");
  REQUIRE(ComplaintsAbout(result).empty());
  REQUIRE_THAT(With(result, "/node_series/hits", Json{1}),
               Contains("/node_series/hits is 1, and of at_s 2"));
  REQUIRE_THAT(With(result, "/node_series/hits/0", -1), Contains("whole numbers"));
}

TEST_CASE("of a scan the ranks hold the rest") {
  Json scan = SampleResult();
  scan["config"]["scan"] = 0.5;  // of the gets, which are nine in ten
  REQUIRE_THAT(ComplaintsAbout(scan).front(), Contains("add up to 1, not to 0.55"));
  for (Json& band : scan["popularity"]["ranks"]) {
    band["expected_share"] = band["expected_share"].get<double>() * 0.55;
    band["requests"] = band["requests"].get<std::uint64_t>() / 2;
  }
  CAPTURE(ComplaintsAbout(scan));
  REQUIRE(ComplaintsAbout(scan).empty());
  REQUIRE_THAT(With(scan, "/popularity/ranks/0/requests", 100'000),
               Contains("more than /totals/sent 99990"));
}

TEST_CASE("arcs and loopback of a sim result add up") {
  REQUIRE_THAT(With(SimSample(), "/rings/0/arcs/0/share", 0.7), Contains("add up to 0.95"));
  REQUIRE_THAT(With(SimSample(), "/rings/0/peak_to_mean", 1.4), Contains("and its arcs' 1.5"));
  REQUIRE_THAT(With(SimSample(), "/rings/0/nodes", 3), Contains("/rings/0/arcs is 2"));
  REQUIRE_THAT(With(SimSample(), "/rings/0/traffic/nodes/0/expected_share", 0.1), Contains("0.4"));
  REQUIRE_THAT(With(SimSample(), "/loopback/totals/ok", 91), Contains("/loopback/totals/sent"));
  REQUIRE_THAT(With(SimSample(), "/loopback/nodes/0/measured_share", 0.5), Contains("0.81"));
}

TEST_CASE("a metric of a bench comes once and is of some operation") {
  Json twice = BenchSample();
  twice["metrics"].push_back(twice["metrics"][0]);
  REQUIRE_THAT(ComplaintsAbout(twice).front(), Contains("\"hit\", instructions, comes twice"));
  REQUIRE_THAT(With(BenchSample(), "/metrics/1/ops", 0), Contains("of no operation"));
  Json timed = BenchSample();
  timed["timed"].push_back(timed["timed"][0]);
  REQUIRE_THAT(ComplaintsAbout(timed).front(), Contains("/timed: \"hit\" comes twice"));
  REQUIRE_THAT(With(BenchSample(), "/timed/0/samples/1", nullptr), Contains("samples/1: expected"));
}

TEST_CASE("a run that could not begin needs nothing but its reasons") {
  const Json none = Json::parse(
      R"({"schema_version":1,"tool":"loadgen","verdict":"INVALID","reasons":["no such program"]})");
  REQUIRE(ComplaintsAbout(none).empty());
  REQUIRE(With(none, "/reasons", Json::array()) == "/verdict is INVALID, and /reasons has none");
  REQUIRE(With(none, "/verdict", "VALID") == "/started_at: is missing");
  REQUIRE(With(none, "/config", Json::object()).find("/started_at: is missing") == 0);
}

TEST_CASE("runs at the edge of what can be measured are sound") {
  RunResult nothing = SampleRun();  // interrupted before the first answer
  nothing.measured = Measurements(3);
  nothing.interrupted = true;
  nothing.achieved_qps = 0;
  nothing.balance.reset();
  nothing.popularity.reset();
  nothing.cache.reset();
  nothing.arrivals.reset();
  nothing.nodes = {};
  nothing.failures = {};
  Judge({}, nothing);
  Json json = ToJson(nothing);
  json["histograms"] = HistogramsJson(nothing);
  json["balance"]["nodes"] = Json::array();
  const auto complaints = ComplaintsAbout(Json::parse(json.dump()));
  CAPTURE(complaints);
  REQUIRE(complaints.empty());
}

TEST_CASE("complaints are not more than a reader wants") {
  Json result = SampleResult();
  for (auto& [name, value] : result["totals"].items()) value = "x";
  for (auto& [name, value] : result["config"].items()) value = Json::array();
  const auto complaints = ComplaintsAbout(result);
  REQUIRE(complaints.size() <= kComplaintsMax);
  REQUIRE(complaints.size() > 15);
  for (std::size_t i = 1; i < complaints.size(); ++i) REQUIRE(complaints[i] != complaints[i - 1]);
}

// Whatever is in a file, the check ends with a verdict; formats show only what passed it.
TEST_CASE("any value in any place is either fine or complained about and never a crash") {
  const Json sample = SampleResult();
  std::vector<std::string> places;
  const Json flat = sample.flatten();
  for (const auto& [pointer, value] : flat.items()) places.push_back(pointer);
  const std::vector<Json> values{
      nullptr,        true,          -1, 0, 3, 0.5, 1e300, UINT64_MAX, "text", Json::array(),
      Json::object(), Json{{"a", 1}}};
  REQUIRE(rc::check("one place", [&] {
    Json result = sample;
    const auto& place = *rc::gen::elementOf(places);
    result[Json::json_pointer(place)] = *rc::gen::elementOf(values);
    const auto complaints = ComplaintsAbout(result);
    for (const std::string& complaint : complaints) RC_ASSERT(!complaint.empty());
  }));
}

}  // namespace
}  // namespace ringlab
