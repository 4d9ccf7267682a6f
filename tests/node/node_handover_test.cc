// A node that leaves, and comes back: nobody's Get fails, and nothing is loaded twice.
#include <catch2/catch.hpp>
#include <future>
#include <string>

#include "node/wire/wire.h"
#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

NodeOptions Announcing() {
  NodeOptions options;
  options.handover = std::chrono::seconds(30);
  options.announce = true;
  options.group.peek_timeout = std::chrono::seconds(30);  // on a slow machine, none is in vain
  return options;
}

std::size_t NodesSeenBy(const Node& node) { return node.view()->ring->nodes().size(); }

std::string KeyName(int k) { return "key-" + std::to_string(k); }

std::string Announce(NodeCluster& cluster, std::size_t to, const Announcement& announcement) {
  std::promise<std::string> done;
  cluster.client().Announce(
      cluster.peers().at(to).name, announcement, In(std::chrono::seconds(30)),
      [&](const Result<void>& heard) { done.set_value(heard ? "OK" : heard.error().message); });
  return done.get_future().get();
}

TEST_CASE("a node that leaves hands its keys over and nothing is loaded again") {
  constexpr int kKeys = 200;
  NodeCluster cluster(3, Announcing());
  for (int k = 0; k < kKeys; ++k) {
    REQUIRE(NodeCluster::Judge(KeyName(k), cluster.Get(k % 3, KeyName(k))) == "OK");
  }
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == kKeys);
  REQUIRE(cluster.node(2).Leave().empty());
  REQUIRE(NodesSeenBy(cluster.node(0)) == 2);
  REQUIRE(NodesSeenBy(cluster.node(1)) == 2);
  for (int k = 0; k < kKeys; ++k) {
    REQUIRE(NodeCluster::Judge(KeyName(k), cluster.Get(k % 3, KeyName(k))) == "OK");
  }
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == kKeys);
  REQUIRE(cluster.Sum(&GroupStats::peeks_found) > kKeys / 5);  // about a third was n2's
  REQUIRE(cluster.stats(2).peeks_answered == cluster.Sum(&GroupStats::peeks_found));
  REQUIRE(cluster.node(2).Leave().empty());  // once is enough
}

TEST_CASE("where others say who the peers are a node that left is peeked at all the same") {
  constexpr int kKeys = 200;
  NodeOptions options = Announcing();
  options.announce = false;
  NodeCluster cluster(3, options);
  for (int k = 0; k < kKeys; ++k) {
    REQUIRE(NodeCluster::Judge(KeyName(k), cluster.Get(k % 3, KeyName(k))) == "OK");
  }
  REQUIRE(cluster.node(2).Leave().empty());
  REQUIRE(NodesSeenBy(cluster.node(2)) == 2);
  REQUIRE(NodesSeenBy(cluster.node(0)) == 3);  // nobody has told it yet
  const std::vector<Peer> rest{cluster.peers()[0], cluster.peers()[1]};
  REQUIRE(cluster.node(0).SetPeers(rest));
  REQUIRE(cluster.node(1).SetPeers(rest));
  for (int k = 0; k < kKeys; ++k) {
    REQUIRE(NodeCluster::Judge(KeyName(k), cluster.Get(k % 3, KeyName(k))) == "OK");
  }
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == kKeys);
  REQUIRE(cluster.Sum(&GroupStats::peeks_found) > kKeys / 5);
}

TEST_CASE("a node that comes back says so and is on the ring again") {
  NodeCluster cluster(3, Announcing());
  NodeOptions options = Announcing();
  options.name = "n2";
  options.listen = cluster.node(2).address();
  REQUIRE(cluster.node(2).Leave().empty());
  cluster.node(2).Stop();
  REQUIRE(NodesSeenBy(cluster.node(0)) == 2);
  for (int k = 0; k < 20; ++k) {
    REQUIRE(NodeCluster::Judge(KeyName(k), cluster.Get(k % 2, KeyName(k))) == "OK");
  }
  const auto back = StartNode(options, TestEngine());
  REQUIRE(back);
  REQUIRE((*back)->SetPeers(cluster.peers()));
  REQUIRE(Eventually(
      [&] { return NodesSeenBy(cluster.node(0)) == 3 && NodesSeenBy(cluster.node(1)) == 3; }));
  for (int k = 0; k < 20; ++k) {
    REQUIRE(NodeCluster::Judge(KeyName(k), cluster.Get(k % 2, KeyName(k))) == "OK");
  }
  REQUIRE((*back)->stats().groups.at(0).second.source_loads == 0);  // it has its keys from the rest
}

TEST_CASE("what a node kept of other nodes' keys is dropped after the hand-over") {
  NodeOptions options = Announcing();
  options.handover = std::chrono::milliseconds(300);
  NodeCluster cluster(2, options);
  for (int k = 0; k < 100; ++k) (void)cluster.Get(0, KeyName(k));
  REQUIRE(cluster.node(1).Leave().empty());
  for (int k = 0; k < 100; ++k) (void)cluster.Get(0, KeyName(k));
  REQUIRE(Eventually([&] { return cluster.stats(1).cache.items == 0; }));
  REQUIRE(cluster.stats(0).cache.items == 100);
}

TEST_CASE("announcements of strangers and of nobody change nothing") {
  NodeCluster cluster(2, Announcing());
  REQUIRE(Announce(cluster, 0, {.name = "n7", .leaving = true}) ==
          "\"n7\" is no peer of this node");
  REQUIRE(Announce(cluster, 0, {.name = "", .leaving = true}) == "\"\" is no peer of this node");
  REQUIRE(Announce(cluster, 0, {.name = "n0", .leaving = true}) == "\"n0\" is this node itself");
  REQUIRE(Announce(cluster, 0, {.name = "n1", .leaving = false}) == "OK");  // known already
  REQUIRE(NodesSeenBy(cluster.node(0)) == 2);
  NodeCluster silent(2);  // told by somebody else who its peers are
  REQUIRE(Announce(silent, 0, {.name = "n1", .leaving = true}) == "\"n1\" is no peer of this node");
}

TEST_CASE("a node alone has nobody to leave its keys to") {
  NodeCluster cluster(1, Announcing());
  REQUIRE(cluster.node(0).Leave().empty());
  REQUIRE(NodesSeenBy(cluster.node(0)) == 1);
  REQUIRE(NodeCluster::Judge("key", cluster.Get(0, "key")) == "OK");
}

TEST_CASE("who cannot be told that a node leaves is named") {
  NodeCluster cluster(3, Announcing());
  cluster.node(1).Stop();
  REQUIRE(cluster.node(2).Leave() == std::vector<std::string>{"n1"});
  REQUIRE(NodesSeenBy(cluster.node(0)) == 2);
}

Result<void> SetKey(NodeCluster& cluster, std::size_t node, const std::string& key,
                    const std::string& value) {
  std::promise<Result<void>> done;
  cluster.client().Set(
      cluster.peers().at(node).name,
      {.group = "default", .key = key, .value = value, .deadline = In(std::chrono::seconds(30))},
      [&](Result<void> reply) { done.set_value(std::move(reply)); });
  return done.get_future().get();
}

// Where whoever keeps the list gives n0 a lease, and its renewals stop coming.
class Missed {
 public:
  Missed() : cluster(3, Options()) {
    REQUIRE(NodeCluster::Judge(key, cluster.Get(0, key)) == "OK");
    const TimePoint now = In({});
    cluster.node(0).tenure().Renewed(now, now + std::chrono::milliseconds(600));
  }

  static NodeOptions Options() {
    NodeOptions options = Announcing();
    options.announce = false;
    return options;
  }
  std::vector<Peer> Others() const { return {cluster.peers()[1], cluster.peers()[2]}; }
  bool Aside() { return cluster.node(0).view()->self == kNoNode; }
  std::string KeyOfFirst() const {
    const auto ring = BuildRing(RingSpec{}, EqualNodes({"n0", "n1", "n2"})).value();
    for (int k = 0;; ++k) {
      if (ring->nodes()[ring->OwnerOf(KeyName(k))] == "n0") return KeyName(k);
    }
  }

  const std::string key = KeyOfFirst();
  NodeCluster cluster;
};

TEST_CASE("a node without word of its place goes on while its peers have not missed it") {
  Missed m;
  m.cluster.node(1).Stop();  // who cannot be reached says nothing
  std::this_thread::sleep_for(std::chrono::milliseconds(900));
  REQUIRE(NodeCluster::Judge(m.key, m.cluster.Get(0, m.key)) == "OK");
  // One who cannot be asked may own the key by now.
  REQUIRE(SetKey(m.cluster, 0, m.key, "mine").error().code == Code::kUnavailable);
  REQUIRE_FALSE(m.Aside());
}

TEST_CASE("a node without word of its place takes writes while all its peers promise to keep it") {
  Missed m;
  const TimePoint until = In(std::chrono::milliseconds(2500));
  int done = 0;
  while (In({}) < until) {
    REQUIRE(SetKey(m.cluster, done % 3, m.key, std::to_string(done)));
    ++done;
  }
  REQUIRE_FALSE(m.Aside());
  REQUIRE(m.cluster.Get(2, m.key)->value.view() == std::to_string(done - 1));
}

TEST_CASE("who was promised to be kept on a ring stays there until the promise is over") {
  NodeCluster cluster(2, Missed::Options());
  REQUIRE(Announce(cluster, 0, {.name = "n1", .unheard = std::chrono::seconds(1)}) == "OK");
  REQUIRE(cluster.node(0).SetPeers({cluster.peers()[0]}));
  REQUIRE(NodesSeenBy(cluster.node(0)) == 2);
  // It goes: it is told so, and gets no other promise.
  REQUIRE(Announce(cluster, 0, {.name = "n1", .unheard = std::chrono::seconds(1)}) ==
          "\"n1\" was off the ring of n0: others had its keys");
  REQUIRE(Eventually([&] { return NodesSeenBy(cluster.node(0)) == 1; }));
}

TEST_CASE("a node that its peers have missed answers what they took meanwhile and steps aside") {
  const bool back = GENERATE(false, true);  // on their rings, when it asks
  Missed m;
  for (const std::size_t node : {1, 2}) REQUIRE(m.cluster.node(node).SetPeers(m.Others()));
  REQUIRE(SetKey(m.cluster, 1, m.key, "theirs"));
  if (back) {
    for (const std::size_t node : {1, 2}) REQUIRE(m.cluster.node(node).SetPeers(m.cluster.peers()));
  }
  REQUIRE(Eventually([&] { return m.Aside(); }));
  REQUIRE(m.cluster.Get(0, m.key)->value.view() == "theirs");
  // Who keeps the list has it again.
  const TimePoint now = In({});
  m.cluster.node(0).tenure().Renewed(now, now + std::chrono::seconds(30));
  REQUIRE(m.cluster.node(0).aside());
  for (const std::size_t node : {0, 1, 2}) {
    REQUIRE(m.cluster.node(node).SetPeers(m.cluster.peers()));
  }
  REQUIRE_FALSE(m.Aside());
  for (const std::size_t node : {0, 1, 2}) {
    REQUIRE(m.cluster.Get(node, m.key)->value.view() == "theirs");
  }
}

TEST_CASE("a node that a list of its peers lacked for a while asks them for what they took") {
  NodeCluster cluster(3, Announcing());
  const auto ring = cluster.node(0).view()->ring;
  int k = 0;
  while (ring->nodes()[ring->OwnerOf(KeyName(k))] != "n0") ++k;
  REQUIRE(SetKey(cluster, 0, KeyName(k), "old"));
  const std::vector<Peer> others{cluster.peers()[1], cluster.peers()[2]};
  for (const std::size_t node : {1, 2}) REQUIRE(cluster.node(node).SetPeers(others));
  REQUIRE(SetKey(cluster, 1, KeyName(k), "new"));
  const std::uint64_t epoch = cluster.node(0).view()->epoch;
  for (const std::size_t node : {1, 2}) REQUIRE(cluster.node(node).SetPeers(cluster.peers()));
  REQUIRE(Eventually([&] { return cluster.node(0).view()->epoch >= epoch + 4; }));
  for (const std::size_t node : {0, 1, 2}) {
    CAPTURE(node, cluster.stats(0).peeks, cluster.stats(0).peeks_found);
    REQUIRE(cluster.Get(node, KeyName(k))->value.view() == "new");
  }
}

}  // namespace
}  // namespace ringlab
