#include "loadgen/report/report.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/loadgen/report/monstrous_run.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;

// No null and no NaN anywhere, but for an end that an interval does not have.
void RequireFigures(const Json& json, const std::string& where = "") {
  INFO(where);
  REQUIRE((!json.is_null() || where.find("/interval95/") != std::string::npos));
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items()) RequireFigures(value, where + "/" + key);
}

TEST_CASE("the JSON report has every key of its contract with its type") {
  const Json json = Json::parse(ToJson(JudgedSample({"p99<5ms", "errors<1%"})).dump());
  RequireFigures(json);
  const auto at = [&](const std::string& path) -> const Json& {
    INFO(path);
    const Json::json_pointer pointer(path);
    REQUIRE(json.contains(pointer));
    return json.at(pointer);
  };
  REQUIRE(at("/schema_version") == 1);
  REQUIRE(at("/tool") == "loadgen");
  REQUIRE(at("/verdict") == "VALID");
  REQUIRE(at("/reasons") == Json::array());
  REQUIRE(at("/config/plan_hash") == "00c0ffee00c0ffee");
  REQUIRE(at("/config/ring") == "xx64");
  REQUIRE(at("/arrivals/process") == "poisson");
  for (const std::string path :
       {"/config/seed", "/config/nodes", "/config/keys", "/config/replicas", "/totals/scheduled",
        "/totals/sent", "/totals/ok", "/totals/not_found", "/totals/errors", "/totals/timeouts",
        "/totals/skipped", "/totals/wrong_values", "/cache/gets", "/cache/hits", "/cache/joined",
        "/cache/peer_loads", "/cache/source_loads", "/environment/cores"}) {
    INFO(path);
    REQUIRE(at(path).is_number_unsigned());
  }
  for (const std::string path :
       {"/config/requested_qps", "/config/zipf_s", "/totals/achieved_qps", "/balance/peak_to_mean",
        "/balance/min_to_mean", "/balance/cv", "/balance/gini", "/balance/jain", "/cache/hit_ratio",
        "/arrivals/ks"}) {
    INFO(path);
    REQUIRE(at(path).is_number_float());
  }
  for (const std::string series : {"response", "service", "send_lag"}) {
    for (const std::string figure : {"count", "p50", "p90", "p99", "p999", "max"}) {
      REQUIRE(at("/latency_ns/" + series + "/" + figure).is_number_integer());
    }
    REQUIRE(at("/latency_ns/" + series + "/mean").is_number());
  }
  REQUIRE(at("/environment").is_object());
  REQUIRE(at("/thresholds/0/measured_ns").is_number());
  REQUIRE(at("/thresholds/1/measured").is_number());
  REQUIRE(at("/thresholds/1/passed") == true);
}

TEST_CASE("the JSON report says what was measured in the units of its keys") {
  const RunResult run = JudgedSample();
  const Json json = ToJson(run);
  REQUIRE(json["config"]["nodes"] == 3);
  REQUIRE(json["config"]["requested_qps"] == 10'000);
  REQUIRE(json["config"]["warmup_s"] == 5.0);
  REQUIRE(json["config"]["duration_s"] == 10.0);
  REQUIRE(json["config"]["timeout_s"] == 1.0);
  REQUIRE(json["totals"]["scheduled"] == 100'000);
  REQUIRE(json["totals"]["elapsed_s"] == 10.0);
  REQUIRE(json["latency_ns"]["send_lag"]["max"] == 20'000);
  REQUIRE(json["latency_ns"]["response"]["p999"] ==
          run.measured.latencies.response.ValueAtPercentile(99.9));

  double arc = 0;
  double expected = 0;
  double measured = 0;
  std::uint64_t requests = 0;
  for (const Json& node : json["balance"]["nodes"]) {
    arc += node["arc_share"].get<double>();
    expected += node["expected_share"].get<double>();
    measured += node["measured_share"].get<double>();
    requests += node["requests"].get<std::uint64_t>();
    REQUIRE(node["name"].is_string());
    REQUIRE(node["p50_ns"].is_number_integer());
    REQUIRE(node["p99_ns"] > node["p50_ns"]);
    REQUIRE(node["asked"]["requests"] == node["requests"]);
    REQUIRE(node["asked"]["failed"] == node["failed"]);
    REQUIRE(node["asked"]["p99_ns"] == node["p99_ns"]);
    REQUIRE(node["cpu_cores"] == 0.42);
    REQUIRE(node["resident_bytes"] == 45'000'000);
  }
  REQUIRE(arc == Approx(1));
  REQUIRE(expected == Approx(1));
  REQUIRE(measured == Approx(1));
  REQUIRE(requests == json["totals"]["sent"]);
}

TEST_CASE("the JSON report tells operations and levels and staleness") {
  RunResult run = MixedSample();
  Judge({}, run);
  REQUIRE(run.verdict == Verdict::kValid);
  const Json json = Json::parse(ToJson(run).dump());
  RequireFigures(json);
  REQUIRE(json["config"]["mix"] == Json{{"get", 0.9}, {"set", 0.09}, {"remove", 0.01}});
  REQUIRE(json["config"]["batch"] == 1);
  REQUIRE(json["config"]["ttl_s"] == Approx(30));
  std::uint64_t requests = 0;
  for (const auto& [name, operation] : json["operations"].items()) {
    INFO(name);
    requests += operation["requests"].get<std::uint64_t>();
    REQUIRE(operation["failed"] == (name == "get" ? 90 : 0));
    REQUIRE(operation["service_ns"]["count"] ==
            operation["requests"].get<int>() - operation["failed"].get<int>());
    REQUIRE(operation.contains("keys") == (name == "get"));
  }
  REQUIRE(requests == json["totals"]["sent"]);
  REQUIRE(json["operations"]["get"]["keys"] ==
          Json{{"asked", 89'990}, {"ok", 87'900}, {"not_found", 2'000}, {"failed", 90}});
  REQUIRE(json["levels"].size() == 3);
  REQUIRE(json["levels"]["cache"]["keys"] == 20'000);
  REQUIRE(json["levels"]["peer"]["share"] == Approx(60'000 / 87'900.0));
  REQUIRE(json["levels"]["source"]["service_ns"]["max"] == 790'000);
  const Json& staleness = json["staleness"];
  REQUIRE(staleness["reads"] == 80'000);
  REQUIRE(staleness["stale_reads"] == 4);
  REQUIRE(staleness["own_stale_reads"] == 1);
  REQUIRE(staleness["reverted"] == 400);
  REQUIRE(staleness["untold"] == 2);
  REQUIRE(staleness["age_ns"]["max"] == 7'000'000);
  REQUIRE_FALSE(staleness["age_ns"].contains("p99"));

  const Json gets = ToJson(JudgedSample());
  REQUIRE(gets["operations"].size() == 1);
  REQUIRE_FALSE(gets.contains("staleness"));  // nothing was written, so nothing can be told
}

TEST_CASE("figures that were not measured are absent from the JSON report") {
  RunResult run = SampleRun();
  run.measured = Measurements(3);
  run.measured.totals = {.scheduled = 100, .sent = 100, .ok = 100};
  run.measured.latencies.response.RecordMany(1000, 100);
  run.cache = CacheResult{};
  run.arrivals.reset();
  run.balance.reset();
  run.client_resident_bytes = 0;
  for (NodeResult& node : run.nodes) {
    node = {.name = node.name, .address = node.address, .arc_share = 1.0 / 3};
  }
  run.sender_cpu_share = std::numeric_limits<double>::quiet_NaN();
  run.client_cpu_cores = std::numeric_limits<double>::infinity();
  std::vector<Threshold> thresholds{*ParseThreshold("p99<5ms")};
  Judge(thresholds, run);

  const Json json = Json::parse(ToJson(run).dump());
  RequireFigures(json);
  REQUIRE(json["latency_ns"]["response"].contains("p90"));
  REQUIRE_FALSE(json["latency_ns"]["response"].contains("p99"));
  REQUIRE(json["latency_ns"]["service"] == Json{{"count", 0}, {"failed", 0}});
  REQUIRE(json["latency_failed_ns"] == Json{{"count", 0}});
  REQUIRE_FALSE(json["balance"].contains("jain"));
  for (const char* key : {"p50_ns", "p99_ns", "measured_share", "cpu_cores", "resident_bytes"}) {
    REQUIRE_FALSE(json["balance"]["nodes"][0].contains(key));
  }
  REQUIRE_FALSE(json["cache"].contains("hit_ratio"));
  REQUIRE_FALSE(json["arrivals"].contains("ks"));
  REQUIRE_FALSE(json["thresholds"][0].contains("measured_ns"));
  REQUIRE(json["client"].empty());

  run.cache.reset();
  REQUIRE_FALSE(ToJson(run).contains("cache"));
}

TEST_CASE("any name and any number make valid JSON") {
  const std::string text = ToJson(Monstrous(3)).dump(1);
  const Json json = Json::parse(text);
  RequireFigures(json);
  REQUIRE(json["totals"]["scheduled"] == kMany);
  REQUIRE(json["config"]["seed"] == UINT64_MAX);
  const std::string name = json["balance"]["nodes"][2]["name"];
  REQUIRE_THAT(name, Contains("2\x1b[31m\xef\xbf\xbd\xef\xbf\xbd\r\n\t\"\\xxx"));
  REQUIRE(name.size() > 200);
  REQUIRE(json["reasons"].size() > 3);
}

}  // namespace
}  // namespace ringlab
