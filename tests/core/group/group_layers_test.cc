// Expiry, stale serves, keys without a value, and the bounds on loads in another's place.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Script = FakeSource::Script;

GroupOptions With(LayersOptions layers) {
  layers.bytes = std::size_t{1} << 20;
  return {.name = "g", .layers = layers, .hot_copies = HotCopies::kOff};
}

Level LevelOf(GroupCluster& cluster, std::size_t node, const std::string& key) {
  Level level = Level::kPeer;
  cluster.group(node).Get(AskFor(key),
                          [&](const Result<GetReply>& reply) { level = reply.value().level; });
  cluster.scheduler().AdvanceBy(Duration::zero());
  return level;
}

TEST_CASE("a value lives for its time and is loaded again after it") {
  GroupCluster cluster(1, With({.ttl = seconds(10), .ttl_jitter = 0}));
  REQUIRE(LevelOf(cluster, 0, "k") == Level::kSource);
  cluster.scheduler().AdvanceBy(seconds(10) - milliseconds(1));
  REQUIRE(LevelOf(cluster, 0, "k") == Level::kCache);
  cluster.scheduler().AdvanceBy(milliseconds(1));
  REQUIRE(LevelOf(cluster, 0, "k") == Level::kSource);
  cluster.CheckIdentities();
}

// Defects 12 and 13 of the reference systems: a time to live of 0 meant dead on arrival.
TEST_CASE("a time to live of 0 is none, for loads and for sets") {
  GroupCluster cluster(1, With({}));
  REQUIRE(LevelOf(cluster, 0, "loaded") == Level::kSource);
  cluster.group(0).Set({.group = "g", .key = "set", .value = "v"}, [](const Result<void>&) {});
  cluster.scheduler().AdvanceBy(std::chrono::hours(10'000));
  REQUIRE(LevelOf(cluster, 0, "loaded") == Level::kCache);
  REQUIRE(LevelOf(cluster, 0, "set") == Level::kCache);
}

TEST_CASE("a set with a time of its own lives for that and the default is for the others") {
  GroupCluster cluster(1, With({.ttl = seconds(10), .ttl_jitter = 0}));
  cluster.group(0).Set({.group = "g", .key = "short", .value = "v", .ttl = seconds(1)},
                       [](const Result<void>&) {});
  cluster.group(0).Set({.group = "g", .key = "default", .value = "v"}, [](const Result<void>&) {});
  cluster.scheduler().AdvanceBy(seconds(1));
  REQUIRE(LevelOf(cluster, 0, "short") == Level::kSource);
  REQUIRE(LevelOf(cluster, 0, "default") == Level::kCache);
  cluster.scheduler().AdvanceBy(seconds(9));
  REQUIRE(LevelOf(cluster, 0, "default") == Level::kSource);
}

TEST_CASE("what has expired is taken out though nobody asks for it") {
  GroupCluster cluster(1, With({.ttl = seconds(10), .ttl_jitter = 0}));
  for (int i = 0; i < 1000; ++i) LevelOf(cluster, 0, "key-" + std::to_string(i));
  const std::uint64_t full = cluster.group(0).stats().cache.used_bytes;
  cluster.scheduler().AdvanceBy(seconds(12));
  const CacheStats stats = cluster.group(0).stats().cache;
  REQUIRE(stats.items == 0);
  REQUIRE(stats.expired == 1000);
  REQUIRE(stats.used_bytes < full / 2);
  cluster.CheckIdentities();
}

TEST_CASE("a stale value is served at once while one load renews it") {
  GroupCluster cluster(1, With({.ttl = seconds(10), .ttl_jitter = 0, .stale_for = seconds(5)}));
  REQUIRE(LevelOf(cluster, 0, "k") == Level::kSource);
  cluster.scheduler().AdvanceBy(seconds(11));
  cluster.source(0).Play(Script::kHold);
  for (int i = 0; i < 10; ++i) REQUIRE(LevelOf(cluster, 0, "k") == Level::kStale);
  REQUIRE(cluster.source(0).loads() == 2);
  REQUIRE(cluster.group(0).stats().refreshes == 1);
  REQUIRE(cluster.source(0).Release());
  REQUIRE(LevelOf(cluster, 0, "k") == Level::kCache);
  REQUIRE(cluster.group(0).stats().hits_stale == 10);
  cluster.scheduler().AdvanceBy(seconds(16));  // beyond the window too
  cluster.source(0).Play(Script::kNow);
  REQUIRE(LevelOf(cluster, 0, "k") == Level::kSource);
  cluster.CheckIdentities();
}

TEST_CASE("a flood of Gets of a missing key asks the source once in its time") {
  GroupCluster cluster(2, With({.negative_ttl = seconds(1)}));
  const std::string key = cluster.KeyOf(1);
  cluster.source(1).Play(Script::kAbsent);
  for (int i = 0; i < 100; ++i) REQUIRE(cluster.Get(i % 2, key) == "NOT_FOUND");
  // Each Get above took 100 ms of virtual time, so the key was asked for some ten times.
  REQUIRE(cluster.source(1).loads() <= 11);
  REQUIRE(cluster.group(1).stats().negative_hits >= 89);
  cluster.scheduler().AdvanceBy(seconds(2));
  cluster.source(1).Play(Script::kNow);
  REQUIRE(cluster.Get(0, key) == "OK: value of " + key);
  cluster.CheckIdentities();
}

TEST_CASE("missing keys do not push out values and a set ends a missing key at once") {
  GroupCluster cluster(1, With({.negative_ttl = std::chrono::hours(1)}));
  for (int i = 0; i < 100; ++i) LevelOf(cluster, 0, "good-" + std::to_string(i));
  cluster.source(0).Play(Script::kAbsent);
  for (int i = 0; i < 20'000; ++i) {
    cluster.group(0).Get(AskFor("bad-" + std::to_string(i)), [](const Result<GetReply>&) {});
  }
  for (int i = 0; i < 100; ++i) {
    REQUIRE(LevelOf(cluster, 0, "good-" + std::to_string(i)) == Level::kCache);
  }
  cluster.group(0).Set({.group = "g", .key = "bad-19999", .value = "v"},
                       [](const Result<void>&) {});
  REQUIRE(cluster.Get(0, "bad-19999") == "OK: v");
  cluster.CheckIdentities();
}

TEST_CASE("a Get whose deadline has passed on arrival loads nothing") {
  GroupCluster cluster(1, With({}));
  cluster.scheduler().AdvanceBy(seconds(1));
  Answers answers;
  cluster.group(0).Get(AskFor("k", cluster.scheduler().Now()), answers.Callback());
  REQUIRE(answers.size() == 1);
  REQUIRE(answers.text(0) == "DEADLINE_EXCEEDED");
  REQUIRE(cluster.source(0).loads() == 0);
  REQUIRE(cluster.group(0).stats().too_late == 1);
  cluster.CheckIdentities();
}

TEST_CASE("loads in a dead owner's place are a bounded part of the misses") {
  GroupOptions options = With({.negative_ttl = {}});
  options.layers.hot_share = 0;  // so that each Get is a miss
  options.fallback_budget = {.fraction = 0.25, .floor_per_s = 0, .balance_max = 10};
  GroupCluster cluster(2, options);
  cluster.transport().Kill("n1");
  const std::string key = cluster.KeyOf(1);
  int ok = 0;
  for (int i = 0; i < 400; ++i) ok += cluster.Get(0, key).starts_with("OK") ? 1 : 0;
  REQUIRE(ok >= 100);
  REQUIRE(ok <= 110);  // a quarter, and what the budget began with
  REQUIRE(cluster.group(0).stats().fallbacks_refused == 400U - static_cast<unsigned>(ok));
  cluster.CheckIdentities();
}

}  // namespace
}  // namespace ringlab
