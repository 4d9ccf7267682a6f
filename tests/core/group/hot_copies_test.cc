// Copies of hot keys: offered by the owner, kept for a moment, taken back by a write.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

GroupOptions Hot() {
  GroupOptions options{.name = "g"};
  options.layers.bytes = std::size_t{1} << 20;
  options.layers.hot_ttl = seconds(5);
  options.hot_minute_qps = 300;
  options.hot_keys.sample_every = 1;
  return options;
}

Level LevelAt(GroupCluster& cluster, std::size_t node, const std::string& key) {
  Level level = Level::kNegative;
  cluster.group(node).Get(AskFor(key), [&](const Result<GetReply>& reply) {
    if (reply) level = reply->level;
  });
  cluster.scheduler().AdvanceBy(milliseconds(1));
  return level;
}

void Set(GroupCluster& cluster, std::size_t node, const std::string& key, const std::string& value,
         bool hot = false) {
  bool written = false;
  cluster.group(node).Set({.group = "g", .key = key, .value = value, .hot = hot},
                          [&](const Result<void>& reply) { written = reply.has_value(); });
  cluster.scheduler().AdvanceBy(milliseconds(1));
  REQUIRE(written);
}

// Asks until the node has a copy; the number of Gets that the owner saw.
int Heat(GroupCluster& cluster, std::size_t node, const std::string& key) {
  for (int gets = 1; gets < 1000; ++gets) {
    if (LevelAt(cluster, node, key) == Level::kHot) return gets;
  }
  return 1000;
}

TEST_CASE("a key that peers often ask for is copied and its owner left in peace") {
  GroupCluster cluster(3, Hot());
  const std::string key = cluster.KeyOf(1);
  REQUIRE(Heat(cluster, 0, key) < 200);
  const std::uint64_t asked = cluster.group(1).stats().gets_from_peers;
  for (int i = 0; i < 1000; ++i) REQUIRE(LevelAt(cluster, 0, key) == Level::kHot);
  REQUIRE(cluster.group(1).stats().gets_from_peers == asked);
  REQUIRE(cluster.group(0).stats().hits_hot >= 1000);
  REQUIRE(cluster.group(1).HotKeysNow(1).at(0).key == key);
  cluster.scheduler().AdvanceBy(seconds(5));  // no copy is older
  REQUIRE(LevelAt(cluster, 0, key) == Level::kPeer);
  cluster.CheckIdentities();
}

TEST_CASE("a key that nobody is after is not copied") {
  GroupCluster cluster(2, Hot());
  const std::string key = cluster.KeyOf(1);
  for (int i = 0; i < 20; ++i) {
    REQUIRE(LevelAt(cluster, 0, key) == Level::kPeer);
    cluster.scheduler().AdvanceBy(seconds(10));
  }
  REQUIRE(cluster.group(0).stats().copies_kept == 0);
  cluster.CheckIdentities();
}

TEST_CASE("a write reaches every node with a copy") {
  GroupCluster cluster(3, Hot());
  const std::string key = cluster.KeyOf(1);
  for (const std::size_t node : {0U, 2U}) REQUIRE(Heat(cluster, node, key) < 200);
  Set(cluster, 0, key, "new");
  for (std::size_t node = 0; node < 3; ++node) REQUIRE(cluster.Get(node, key) == "OK: new");
  REQUIRE(cluster.group(1).stats().invalidations == 2);
  REQUIRE(cluster.group(2).stats().copies_dropped == 1);
  bool removed = false;
  cluster.group(2).Remove({.group = "g", .key = key},
                          [&](const Result<void>& reply) { removed = reply.has_value(); });
  cluster.scheduler().AdvanceBy(milliseconds(1));
  REQUIRE(removed);
  for (std::size_t node = 0; node < 3; ++node) {
    REQUIRE(cluster.Get(node, key) == "OK: value of " + key);
  }
  cluster.CheckIdentities();
}

TEST_CASE("a copy that no write can reach is no older than its bound") {
  GroupCluster cluster(2, Hot());
  const std::string key = cluster.KeyOf(1);
  REQUIRE(Heat(cluster, 0, key) < 200);
  cluster.transport().Kill("n0");  // to calls from outside: it asks and serves all the same
  Set(cluster, 1, key, "new");
  REQUIRE(cluster.group(1).stats().invalidations_failed == 1);
  REQUIRE(cluster.Get(0, key) == "OK: value of " + key);
  cluster.scheduler().AdvanceBy(seconds(5));
  REQUIRE(cluster.Get(0, key) == "OK: new");
  cluster.CheckIdentities();
}

TEST_CASE("a key that was set as hot is copied from the first Get on") {
  GroupCluster cluster(2, Hot());
  const std::string key = cluster.KeyOf(1);
  Set(cluster, 0, key, "hot", true);
  REQUIRE(LevelAt(cluster, 0, key) == Level::kPeer);
  REQUIRE(LevelAt(cluster, 0, key) == Level::kHot);
  Set(cluster, 0, key, "cold");
  REQUIRE(LevelAt(cluster, 0, key) == Level::kPeer);
  REQUIRE(LevelAt(cluster, 0, key) == Level::kPeer);
  cluster.CheckIdentities();
}

TEST_CASE("one reply in ten is kept where copies are random as in groupcache") {
  GroupOptions options = Hot();
  options.hot_copies = HotCopies::kRandom10;
  GroupCluster cluster(2, options);
  const std::string key = cluster.KeyOf(1);
  REQUIRE(Heat(cluster, 0, key) <= 11);
  REQUIRE(cluster.group(1).stats().copies_offered == 0);
  cluster.CheckIdentities();
}

TEST_CASE("nothing is copied where that is off") {
  GroupOptions options = Hot();
  options.hot_copies = HotCopies::kOff;
  GroupCluster cluster(2, options);
  const std::string key = cluster.KeyOf(1);
  REQUIRE(Heat(cluster, 0, key) == 1000);
  REQUIRE(cluster.group(1).HotKeysNow(10).empty());
  cluster.CheckIdentities();
}

// A value that this node loaded as the owner, and that the next owner has overwritten since.
TEST_CASE("an owner of yesterday does not serve what it had in a group that is written to") {
  GroupCluster cluster(2, Hot());
  const std::string key = cluster.KeyOf(1);
  cluster.node(0).membership.Swap(RingOf({"n0"}));  // n0 takes itself for the owner
  Set(cluster, 0, key, "old");
  REQUIRE(cluster.Get(0, key) == "OK: old");
  cluster.node(0).membership.Swap(RingOf({"n0", "n1"}));
  Set(cluster, 1, key, "new");
  REQUIRE(cluster.Get(0, key) == "OK: new");
  REQUIRE(cluster.group(0).stats().disowned == 1);
  cluster.CheckIdentities();
}

}  // namespace
}  // namespace ringlab
