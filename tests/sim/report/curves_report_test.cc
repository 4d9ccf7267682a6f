#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "results/text/curves_text.h"
#include "results/text/json_view.h"
#include "sim/report/curves.h"

namespace ringlab {
namespace {

using Catch::Contains;

CurveResult SomeCurves() {
  const HitCurve lru{.bytes = {2 << 20, 20 << 20}, .hit_ratio = {0.8, 0.96}};
  const HitCurve sieve{.bytes = {2 << 20, 20 << 20}, .hit_ratio = {0.9, 0.97}};
  CurveResult result{.nodes = 2, .requests = 1000, .warm_up = 500, .first_share = 0.03};
  result.entries = 5000;
  result.bytes = 19 << 20;
  result.complete = true;
  result.curves = {{.policy = Policy::kLru, .curve = lru},
                   {.policy = Policy::kLru, .node = "node-0", .curve = lru},
                   {.policy = Policy::kLru, .node = "node-1", .curve = lru},
                   {.policy = Policy::kSieve, .curve = sieve},
                   {.policy = Policy::kSieve, .node = "node-0", .curve = sieve},
                   {.policy = Policy::kSieve, .node = "node-1", .curve = sieve}};
  return result;
}

TEST_CASE("curves as JSON have what the schema names") {
  const auto json = ToJson(SomeCurves());
  REQUIRE(json["curves"].size() == 6);
  const auto& cluster = json["curves"][0];
  CHECK(cluster["policy"] == "lru");
  CHECK(cluster["scope"] == "cluster");
  CHECK_FALSE(cluster.contains("node"));
  CHECK(cluster["bytes"].size() == cluster["hit_ratio"].size());
  CHECK(cluster["memory_for"].contains("0.9"));
  CHECK(cluster["memory_for"].contains("0.95"));
  CHECK_FALSE(cluster["memory_for"].contains("0.99"));  // it does not get there
  CHECK(json["curves"][4]["node"] == "node-0");
  CHECK(json["curves"][4]["scope"] == "node");
  CHECK(json["mrc"]["main_share"] == 0.859375);  // 1 - 1/8 - 1/64
}

TEST_CASE("the answer says the memory in all, a node's, and the flag") {
  const auto json = ToJson(SomeCurves());
  const JsonView view(json);
  CHECK(MemoryAnswer(view, "0.9") ==
        "90 % hits: 2 MiB in all with sieve, which needs least, 1 MiB a node (--group-bytes "
        "1220162); lru needs 8.4 MiB");
  CHECK_THAT(MemoryAnswer(view, "0.99"),
             Contains("no memory gives so many; with every key in memory it is 97.00 %"));
  const nlohmann::ordered_json nothing = nlohmann::ordered_json::object();
  CHECK(MemoryAnswer(JsonView(nothing), "0.9") == "");
}

TEST_CASE("curves as text fit a terminal and have a line a size and a node") {
  const std::string text = CurvesText(SomeCurves());
  for (const char* said : {"1,000 requests, after 500 to warm up", "3.00 %", "memory of all nodes",
                           "memory for hits of", "alone, for 95 % hits", "node-1", "answer",
                           "sieve", "no memory gives so many"}) {
    CHECK_THAT(text, Contains(said));
  }
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  CHECK(longest <= 100);
}

}  // namespace
}  // namespace ringlab
