#include "loadgen/judge/cache_result.h"

#include <catch2/catch.hpp>
#include <string>

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

// A node whose counts keep their identities: of each hundred Gets 15 come from peers; 60 hit, 10
// join, 30 lead (5 find what landed in between, 15 ask the owner, 10 load; one of the 15 fails
// over).
GroupStats Counts(std::uint64_t hundreds) {
  const std::uint64_t k = hundreds;
  GroupStats s;
  s.gets = 100 * k;
  s.gets_from_peers = 15 * k;
  s.hits = 60 * k;
  s.joined = 10 * k;
  s.led = 30 * k;
  s.late_hits = 5 * k;
  s.peer_loads = 15 * k;
  s.peer_ok = 14 * k;
  s.peer_errors = k;
  s.fallbacks = k;
  s.source_loads_own = 10 * k;
  s.source_loads = 11 * k;
  s.source_ok = 11 * k;
  s.answered_ok = 100 * k;
  s.cache.evicted = 2 * k;
  s.cache.items = 7;
  s.cache.used_bytes = 700;
  s.cache.budget_bytes = 1000;
  return s;
}

NodeStats Node(const GroupStats& stats, std::uint64_t pid = 1) {
  NodeStats node;
  node.groups = {{"a", {}}, {"default", stats}, {"z", {}}};
  node.process.pid = pid;
  return node;
}

TEST_CASE("a cache result counts the measured stretch of every node") {
  REQUIRE(CheckIdentities(Counts(3)) == "");
  CacheTally tally("default");
  REQUIRE(tally.Add(Node(Counts(1)), Node(Counts(4))) == "");  // 300 Gets
  REQUIRE(tally.Add(Node(Counts(0)), Node(Counts(2))) == "");  // 200 more
  const CacheResult sum = tally.result();
  REQUIRE(sum.gets == 425);  // of 500, those from callers
  REQUIRE(sum.peer_gets == 75);
  REQUIRE(sum.hits == 5 * 65);  // the late ones too
  REQUIRE(sum.joined == 50);
  REQUIRE(sum.peer_loads == 75);
  REQUIRE(sum.peer_errors == 5);
  REQUIRE(sum.fallbacks == 5);
  REQUIRE(sum.source_loads == 55);
  REQUIRE(sum.evicted == 10);
  REQUIRE(sum.items == 14);  // at the end, not over time
  REQUIRE(sum.used_bytes == 1400);
  REQUIRE(sum.budget_bytes == 2000);
  REQUIRE(sum.hit_ratio.value() == Approx(325.0 / 425));
}

TEST_CASE("no hit ratio without a Get") {
  CacheTally tally("default");
  REQUIRE_FALSE(tally.result().hit_ratio.has_value());
  REQUIRE(tally.Add(Node(Counts(2)), Node(Counts(2))) == "");
  REQUIRE_FALSE(tally.result().hit_ratio.has_value());
  REQUIRE(tally.result().items == 7);
}

TEST_CASE("a cache result tells a group that is gone") {
  CacheTally tally("other");
  REQUIRE_THAT(tally.Add(Node(Counts(1)), Node(Counts(2))), Contains("\"other\" is gone"));
}

TEST_CASE("a cache result tells a node that was restarted during the run") {
  CacheTally tally("default");
  REQUIRE_THAT(tally.Add(Node(Counts(5)), Node(Counts(1))), Contains("restarted"));
  // Even one that has counted more since than before.
  REQUIRE_THAT(tally.Add(Node(Counts(1), 10), Node(Counts(5), 11)), Contains("restarted"));
  REQUIRE(tally.result().gets == 0);
}

TEST_CASE("a cache result tells which identity a node breaks") {
  GroupStats broken = Counts(2);
  broken.hits += 1;
  CacheTally tally("default");
  REQUIRE_THAT(tally.Add(Node(Counts(1)), Node(broken)), Contains("gets + refreshes 200 is not"));
}

}  // namespace
}  // namespace ringlab
