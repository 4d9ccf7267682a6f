// What a cluster of real nodes does with Gets that should succeed.
#include "node/node.h"

#include <unistd.h>

#include <atomic>
#include <future>

#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

NodeOptions WithLatency(Duration latency) {
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).latency = latency;
  return options;
}

TEST_CASE("a value comes the same from every node, and tells where it was") {
  NodeCluster cluster(3);
  for (std::size_t owner = 0; owner < 3; ++owner) {
    const std::string key = cluster.KeyOf(owner);
    for (std::size_t asked = 0; asked < 3; ++asked) {
      const auto reply = cluster.Get(asked, key);
      REQUIRE(NodeCluster::Judge(key, reply) == "OK");
      const Level first = asked != owner ? Level::kPeer
                          : asked == 0   ? Level::kSource
                                         : Level::kCache;
      REQUIRE(reply->level == first);
    }
    // A node keeps no copy of what another one owns.
    REQUIRE(cluster.Get(owner, key)->level == Level::kCache);
    REQUIRE(cluster.Get((owner + 1) % 3, key)->level == Level::kPeer);
  }
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == 3);
  REQUIRE(cluster.Sum(&GroupStats::gets_from_peers) == cluster.Sum(&GroupStats::peer_loads));
}

TEST_CASE("64 who ask three nodes for one cold key cause one load") {
  NodeCluster cluster(3, WithLatency(milliseconds(200)));
  for (std::size_t owner = 0; owner < 3; ++owner) {
    const std::string key = cluster.KeyOf(owner);
    const std::uint64_t before = cluster.Sum(&GroupStats::source_loads);
    Answers answers;
    for (std::size_t i = 0; i < 64; ++i) {
      cluster.client().Get(cluster.peers()[i % 3].name, NodeCluster::AskFor(key),
                           answers.Callback());
    }
    REQUIRE(answers.WaitFor(64));
    for (std::size_t i = 0; i < 64; ++i) {
      REQUIRE(NodeCluster::Judge(key, answers.at(i)) == "OK");
    }
    REQUIRE(cluster.Sum(&GroupStats::source_loads) == before + 1);
  }
}

TEST_CASE("groups of one node are apart") {
  NodeOptions options;
  options.groups = {{"small", 256}, {"large", std::size_t{1} << 20}};
  NodeCluster cluster(1, options);
  GetRequest request = NodeCluster::AskFor("k");
  for (const char* group : {"small", "large"}) {
    request.group = group;
    REQUIRE(NodeCluster::Judge("k", cluster.Get(0, request)) == "OK");
  }
  const NodeStats stats = cluster.node(0).stats();
  REQUIRE(stats.groups.at(0).first == "large");  // by name
  REQUIRE(stats.groups.at(0).second.gets == 1);
  REQUIRE(stats.groups.at(0).second.cache.budget_bytes == std::size_t{1} << 20);
  REQUIRE(stats.groups.at(1).second.gets == 1);
}

TEST_CASE("a value larger than the budget is served and never stored") {
  NodeOptions options;
  options.groups = {{"default", 1024}};
  std::get<SyntheticSpec>(options.source).size_min =
      std::get<SyntheticSpec>(options.source).size_max = 2000;
  NodeCluster cluster(1, options);
  for (int i = 0; i < 3; ++i) {
    const auto reply = cluster.Get(0, "k");
    REQUIRE(NodeCluster::Judge("k", reply) == "OK");
    REQUIRE(reply->value.size() == 2000);
  }
  REQUIRE(cluster.stats(0).source_loads == 3);
  REQUIRE(cluster.stats(0).cache.oversize == 3);
  REQUIRE(cluster.stats(0).cache.items == 0);
}

TEST_CASE("values of many megabytes travel over both hops") {
  NodeOptions options;
  options.load_timeout = std::chrono::minutes(1);  // a sanitizer takes long over so many bytes
  std::get<SyntheticSpec>(options.source).size_min =
      std::get<SyntheticSpec>(options.source).size_max = std::size_t{9} << 20;
  NodeCluster cluster(2, options);
  for (std::size_t asked = 0; asked < 2; ++asked) {
    REQUIRE(NodeCluster::Judge(cluster.KeyOf(0), cluster.Get(asked, cluster.KeyOf(0))) == "OK");
  }
}

TEST_CASE("keys are any bytes, up to 32 KiB") {
  NodeCluster cluster(3);
  const std::string odd("\0\xff\xfe a,b=\"c\"\n", 12);
  for (const std::string& key : {odd, std::string(1, '\0'), std::string(Item::kKeyBytesMax, 'k')}) {
    for (std::size_t asked = 0; asked < 3; ++asked) {
      REQUIRE(NodeCluster::Judge(key, cluster.Get(asked, key)) == "OK");
    }
  }
  const std::string longer(Item::kKeyBytesMax + 1, 'k');
  REQUIRE(NodeCluster::Judge(longer, cluster.Get(0, longer)) ==
          "INVALID_ARGUMENT a key of 32768 bytes; accepted: up to 32767");
}

// Two nodes that disagree about the ring, each sure that the other one owns every key: the case
// that deadlocks when flights are keyed by key alone (mailgun/groupcache issue 72).
TEST_CASE("nodes that disagree about the ring answer all the same") {
  NodeOptions options = WithLatency(milliseconds(50));
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<Peer> peers;
  for (const char* name : {"n0", "n1"}) {
    options.name = name;
    nodes.push_back(*StartNode(options, TestEngine()));
    peers.push_back({name, nodes.back()->address()});
  }
  // The address behind a name is swapped in one view: n0 asks itself by way of n1 and so on.
  REQUIRE(nodes[0]->SetPeers({{"n0", peers[0].address}, {"n1", peers[1].address}}));
  REQUIRE(nodes[1]->SetPeers({{"n1", peers[1].address},
                              {"a", peers[0].address},
                              {"b", peers[0].address},
                              {"c", peers[0].address}}));
  TestClient test_client;
  WireTransport& client = test_client.transport();
  client.SetPeers(peers);
  for (int k = 0; k < 40; ++k) {
    const std::string key = "key-" + std::to_string(k);
    const auto loads = [&] {
      return nodes[0]->stats().groups[0].second.source_loads +
             nodes[1]->stats().groups[0].second.source_loads;
    };
    const std::uint64_t before = loads();
    Answers answers;
    for (int i = 0; i < 8; ++i) {
      client.Get(peers[static_cast<std::size_t>(i % 2)].name, NodeCluster::AskFor(key),
                 answers.Callback());
    }
    REQUIRE(answers.WaitFor(8));
    for (std::size_t i = 0; i < 8; ++i) REQUIRE(NodeCluster::Judge(key, answers.at(i)) == "OK");
    REQUIRE(loads() - before >= 1);
    REQUIRE(loads() - before <= 2);
  }
  const GroupStats first = nodes[0]->stats().groups[0].second;
  const GroupStats second = nodes[1]->stats().groups[0].second;
  REQUIRE(first.gets_from_peers > 0);  // they did disagree: both forwarded
  REQUIRE(second.gets_from_peers > 0);
  REQUIRE(CheckIdentities(first) == "");
  REQUIRE(CheckIdentities(second) == "");
}

TEST_CASE("the cluster may change under load and no request is lost") {
  NodeCluster cluster(3, WithLatency(milliseconds(1)));
  std::atomic<bool> over{false};
  std::thread changer([&] {
    const std::vector<Peer>& all = cluster.peers();
    for (int i = 0; !over; ++i) {
      for (std::size_t n = 0; n < 3; ++n) {
        std::vector<Peer> some = {all[n], all[(n + 1) % 3]};
        if (!cluster.node(n).SetPeers(i % 2 == 0 ? some : all)) std::abort();
      }
      std::this_thread::sleep_for(milliseconds(1));
    }
  });
  constexpr std::size_t kRequests = 3000;
  Answers answers;
  for (std::size_t i = 0; i < kRequests; ++i) {
    cluster.client().Get(cluster.peers()[i % 3].name,
                         NodeCluster::AskFor("key-" + std::to_string(i % 500)), answers.Callback());
    if (i % 100 == 99) REQUIRE(answers.WaitFor(i - 50));  // a load, not a flood
  }
  const bool all = answers.WaitFor(kRequests);
  over = true;
  changer.join();
  REQUIRE(all);
  for (std::size_t i = 0; i < kRequests; ++i) {
    const auto reply = answers.at(i);
    if (!reply) FAIL(reply.error().message);
  }
  for (std::size_t n = 0; n < 3; ++n) REQUIRE(cluster.node(n).stats().ring.epoch > 2);
}

TEST_CASE("a node tells of itself over the wire what it tells inside") {
  NodeCluster cluster(3);
  REQUIRE(NodeCluster::Judge("k", cluster.Get(1, "k")) == "OK");
  std::promise<Result<NodeStats>> promise;
  cluster.client().Stats("n1", In(seconds(30)), [&](Result<NodeStats> s) { promise.set_value(s); });
  const auto told = promise.get_future().get();
  REQUIRE(told);
  const NodeStats inside = cluster.node(1).stats();
  REQUIRE(told->name == "n1");
  REQUIRE(told->ring.nodes == std::vector<std::string>{"n0", "n1", "n2"});
  REQUIRE(told->ring.fingerprint == inside.ring.fingerprint);
  REQUIRE(told->ring.fingerprint == cluster.node(2).stats().ring.fingerprint);
  REQUIRE(told->ring.epoch == 2);
  REQUIRE(told->groups[0].second.gets == inside.groups[0].second.gets);
  REQUIRE(told->process.pid == static_cast<std::uint64_t>(getpid()));
  REQUIRE(told->process.resident_bytes > 0);
}

}  // namespace
}  // namespace ringlab
