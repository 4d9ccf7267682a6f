// Shards of one plan, merged, are what one generator measures of it.
#include "loadgen/shard/merge.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "results/text/threshold.h"
#include "tests/loadgen/shard/sharded_world.h"

namespace ringlab {
namespace {

using Json = nlohmann::ordered_json;

std::vector<NamedResult> Named(const std::vector<Json>& results) {
  std::vector<NamedResult> named;
  for (std::size_t i = 0; i < results.size(); ++i) {
    named.push_back({"shard-" + std::to_string(i) + ".json", &results[i]});
  }
  return named;
}

std::vector<Json> ShardsOf(std::uint64_t of, std::uint64_t workers = 1,
                           const std::vector<Threshold>& thresholds = {}) {
  std::vector<Json> shards;
  for (std::uint64_t i = 0; i < of; ++i) {
    ShardedWorld world;
    shards.push_back(world.Told(world.RunShard({.index = i, .of = of}, workers), thresholds));
  }
  return shards;
}

// Written to a file and read again.
std::vector<Json> Reread(std::vector<Json> results) {
  for (Json& result : results) result = Json::parse(result.dump());
  return results;
}

std::string Complaint(const std::vector<Json>& shards) {
  const auto merged = MergeShards(Named(shards));
  REQUIRE_FALSE(merged.has_value());
  return merged.error().message;
}

TEST_CASE("merged shards are one generator's run, counter by counter") {
  const std::uint64_t of = GENERATE(1, 2, 4, 8);
  ShardedWorld alone;
  const RunResult whole = alone.RunShard({.index = 0, .of = 1});
  REQUIRE(whole.measured.failures.total() > 10);

  const std::vector<Json> shards = Reread(ShardsOf(of, of == 4 ? 3 : 1));
  const auto merged = MergeShards(Named(shards));
  if (!merged) FAIL(merged.error().message);
  const Measurements& a = merged->run.measured;
  const Measurements& b = whole.measured;
  REQUIRE(a.totals == b.totals);
  REQUIRE(a.latencies.response == b.latencies.response);
  REQUIRE(a.latencies.service == b.latencies.service);
  REQUIRE(a.latencies.send_lag == b.latencies.send_lag);
  REQUIRE(a.latencies.failed == b.latencies.failed);
  REQUIRE(a.operations[0].service == b.operations[0].service);
  REQUIRE(a.failures.cells() == b.failures.cells());
  for (std::size_t i = 0; i < kLevels; ++i) REQUIRE(a.levels[i] == b.levels[i]);
  for (std::size_t i = 0; i < a.owners.size(); ++i) {
    REQUIRE(a.owners[i].requests == b.owners[i].requests);
    REQUIRE(a.owners[i].response == b.owners[i].response);
    REQUIRE(a.asked[i].failed == b.asked[i].failed);
    REQUIRE(a.asked[i].response == b.asked[i].response);
  }
  REQUIRE(a.series.size() == 6);
  for (std::size_t i = 0; i < a.series.size(); ++i) {
    REQUIRE(a.series.counts(i) == b.series.counts(i));
    REQUIRE(a.series.response(i) == b.series.response(i));
    REQUIRE(a.series.service(i) == b.series.service(i));
  }

  // And so is all that is told of it, but for who sent it.
  const Json json = ShardedWorld::Told(whole);
  for (const char* part :
       {"verdict", "reasons", "totals", "latency_ns", "latency_failed_ns", "operations", "levels",
        "failures", "balance", "cache", "series", "popularity", "histograms"}) {
    INFO(part);
    REQUIRE(merged->json.at(part) == json.at(part));
  }
  REQUIRE(merged->json.at("config").at("plan_hash") == json.at("config").at("plan_hash"));
}

TEST_CASE("the table of generators says what each did") {
  const std::vector<Json> shards = ShardsOf(2);
  const std::vector<NamedResult> turned{{"b", &shards[1]}, {"a", &shards[0]}};
  const auto merged = MergeShards(turned);
  REQUIRE(merged.has_value());
  const Json& rows = merged->json.at("generators");
  REQUIRE(rows.size() == 2);
  REQUIRE(rows[0].at("index") == 0);
  REQUIRE(rows[1].at("host") == "c1");
  REQUIRE(rows[1].at("start_skew_ns") == 12'000);
  REQUIRE(rows[1].at("skew_bound_ns") == 3'000);
  REQUIRE(rows[1].at("cpu_cores") == 0.25);
  REQUIRE(rows[1].at("send_lag_p99_ns") == 0);
  REQUIRE(rows[0].at("sent").get<int>() + rows[1].at("sent").get<int>() ==
          merged->json.at("totals").at("sent").get<int>());
  REQUIRE(merged->json.at("client").at("cpu_cores") == 0.5);
  REQUIRE_FALSE(merged->json.contains("shard"));
}

TEST_CASE("thresholds are judged by the merged figures") {
  // Of a few hundred answers no shard can tell its p99.9; all of them can.
  const std::vector<Threshold> thresholds{*ParseThreshold("p99.9<1s")};
  const std::vector<Json> shards = ShardsOf(8, 1, thresholds);
  REQUIRE(shards[0].at("verdict") == "FAILED");
  const auto merged = MergeShards(Named(shards));
  REQUIRE(merged.has_value());
  REQUIRE(merged->json.at("verdict") == "VALID");
  REQUIRE(merged->json.at("thresholds")[0].at("passed") == true);
}

TEST_CASE("a generator that could not do its part makes the whole INVALID, by name") {
  ShardedWorld world;
  RunResult late = world.RunShard({.index = 1, .of = 2});
  late.problems.emplace_back("it was not ready at the agreed start");
  const std::vector<Json> shards{ShardsOf(2)[0], ShardedWorld::Told(late)};
  const auto merged = MergeShards(Named(shards));
  REQUIRE(merged.has_value());
  REQUIRE(merged->run.verdict == Verdict::kInvalid);
  REQUIRE(merged->run.reasons.front() ==
          "generator 1/2 on c1: it was not ready at the agreed start");
}

TEST_CASE("a shard that was cut short makes a merged run that was") {
  ShardedWorld world;
  RunResult cut = world.RunShard({.index = 0, .of = 2});
  cut.interrupted = true;
  cut.config.workload.qps = 900;  // of the stretch of a profile that it sent
  std::vector<Json> shards{ShardedWorld::Told(cut), ShardsOf(2)[1]};
  shards[1]["config"]["order_hash"] = "ab";  // one that is cut does not know a long plan's
  const auto merged = MergeShards(Named(shards));
  REQUIRE(merged.has_value());
  REQUIRE(merged->run.was_cut_short());
  REQUIRE(merged->json.at("config").at("order_hash") == "ab");
}

TEST_CASE("requests that were sent at a trace's own times stay so") {
  std::vector<Json> shards = ShardsOf(2);
  for (Json& shard : shards) shard["config"]["arrivals"] = "trace";
  const auto merged = MergeShards(Named(shards));
  REQUIRE(merged.has_value());
  REQUIRE(merged->json.at("arrivals").at("process") == "trace");
}

TEST_CASE("counts of the nodes that differ by who was told are not told") {
  std::vector<Json> shards = ShardsOf(2);
  shards[1]["cache"]["gets"] = 31;
  const auto merged = MergeShards(Named(shards));
  REQUIRE(merged.has_value());
  REQUIRE_FALSE(merged->json.contains("cache"));
  REQUIRE(merged->run.cache_missing.find(" on c1 31") != std::string::npos);
}

TEST_CASE("results that are not all shards of one plan are refused by name and difference") {
  std::vector<Json> shards = ShardsOf(2);
  const auto changed = [&](const char* path, const Json& value) {
    std::vector<Json> unlike = shards;
    unlike[1][Json::json_pointer(path)] = value;
    return Complaint(unlike);
  };
  REQUIRE(changed("/config/plan_hash", "00") ==
          "\"shard-1.json\": its config/plan_hash is \"00\", and that of \"shard-0.json\" " +
              shards[0].at("config").at("plan_hash").dump() + ": expected shards of one plan");
  REQUIRE(changed("/config/seed", 7).find("config/seed is 7") != std::string::npos);
  REQUIRE(changed("/config/of_a_later_version", 7).find("and that of \"shard-0.json\" none") !=
          std::string::npos);
  REQUIRE(changed("/shard/ring_fingerprint", "ff").find("fingerprint") != std::string::npos);
  REQUIRE(changed("/shard/start_at", "x").find("--start-at") != std::string::npos);
  REQUIRE(changed("/shard/of", 3).find("number of shards is 3") != std::string::npos);
  REQUIRE(changed("/environment/version", "2.0").find("version of loadgen") != std::string::npos);
  REQUIRE(changed("/balance/nodes/0/name", "other").find("list of nodes") != std::string::npos);
  REQUIRE(changed("/shard/index", 0) ==
          "\"shard-1.json\": shard 0 is in \"shard-0.json\" already: expected each shard once");
  REQUIRE(Complaint({shards[1]}) ==
          "of 2 shards, these are missing: 0; there are: 1 (\"shard-0.json\")");
  std::vector<Json> bare = shards;
  bare[0].erase("config");
  REQUIRE(Complaint(bare).find("this shard could not begin") != std::string::npos);
  shards[0].erase("shard");
  REQUIRE(Complaint(shards) == "\"shard-0.json\": expected a result of loadgen --shard");
}

TEST_CASE("settings that each machine may choose need not be alike") {
  std::vector<Json> shards = ShardsOf(2);
  shards[1]["config"]["workers"] = 5;
  shards[1]["config"]["in_flight_max"] = 1;
  const auto merged = MergeShards(Named(shards));
  REQUIRE(merged.has_value());
  REQUIRE(merged->json.at("config").at("workers") == 6);
}

TEST_CASE("counts that no shard could have made are refused, and crash nothing") {
  const std::vector<Json> shards = ShardsOf(2);
  const auto changed = [&](const char* path, const Json& value) {
    std::vector<Json> unlike = shards;
    unlike[1][Json::json_pointer(path)] = value;
    return Complaint(unlike);
  };
  REQUIRE(changed("/shard/counts/response/min_ns", 7).find("/shard/counts/response: its mean_ns") !=
          std::string::npos);
  REQUIRE(changed("/shard/counts/response/mean_ns", -1).find("mean_ns") != std::string::npos);
  REQUIRE(changed("/shard/counts/response/hdr_v2", "HIST").find("HdrHistogram") !=
          std::string::npos);
  REQUIRE(changed("/shard/counts/owners", Json::array()).find("owners: expected one for each") !=
          std::string::npos);
  REQUIRE(changed("/shard/counts/intervals/service", Json::array()).find("service") !=
          std::string::npos);
  REQUIRE(changed("/shard/counts/intervals/service/0", "").find("do not add up") !=
          std::string::npos);
  REQUIRE(changed("/totals/elapsed_s", 1.5).find("after /totals/elapsed_s") != std::string::npos);
  REQUIRE(changed("/totals/sent", 5).find("more than was sent") != std::string::npos);
  REQUIRE(changed("/failures/0/node", "n9").find("no node") != std::string::npos);
  REQUIRE(changed("/failures/0/code", "SLEEPY").find("SLEEPY") != std::string::npos);
  REQUIRE(changed("/shard/index", 9).find("no shard") != std::string::npos);
  REQUIRE(changed("/shard/counts", nullptr).find("/shard/counts") != std::string::npos);
  REQUIRE(changed("/shard/counts/response", Json::object()).find("add up: response: 0 is not ") !=
          std::string::npos);
  REQUIRE(changed("/totals/ok", std::uint64_t{1} << 40)
              .find("/totals/ok: 1099511627776: expected a count below 2^40") != std::string::npos);
}

TEST_CASE("more nodes than a run has are refused before they take memory") {
  std::vector<Json> shards = ShardsOf(2);
  for (Json& shard : shards) {
    const Json node = shard.at("balance").at("nodes")[0];
    while (shard["balance"]["nodes"].size() <= 1000) shard["balance"]["nodes"].push_back(node);
  }
  REQUIRE(Complaint(shards) == "\"shard-0.json\": /balance/nodes: 1001: expected up to 1000");
}

}  // namespace
}  // namespace ringlab
