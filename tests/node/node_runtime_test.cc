// Nodes that share a runtime: one timer, one engine, one ring.
#include "node/node_runtime.h"

#include <filesystem>

#include "tests/node/grpc/raw_call.h"
#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

std::size_t Entries(const std::string& folder) {
  std::size_t entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    entries += entry.exists() ? 1 : 0;
  }
  return entries;
}

// Nodes n0, n1 ... of one runtime, all on one ring.
struct SharedNodes {
  explicit SharedNodes(int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back("n" + std::to_string(i));
    ring = *BuildRing({}, EqualNodes(names));
    for (const std::string& name : names) {
      NodeOptions options;
      options.name = name;
      options.reflection = false;
      auto node = Node::Start(options, runtime, ring);
      REQUIRE(node);
      peers.push_back({name, (*node)->address()});
      nodes.push_back(*std::move(node));
    }
    const ClusterView view{ring, BookOf(*runtime->links, peers)};
    for (const auto& node : nodes) REQUIRE(node->Join(view));
    client.SetPeers(view.book);
  }

  Result<GetReply> Get(const std::string& to, const std::string& key) {
    Answers answers;
    client.Get(to, NodeCluster::AskFor(key), answers.Callback());
    REQUIRE(answers.WaitFor(1));
    return answers.at(0);
  }

  std::shared_ptr<NodeRuntime> runtime = MakeRuntime(TestEngine()).value();
  std::shared_ptr<const Ring> ring;
  std::vector<Peer> peers;
  std::vector<std::unique_ptr<Node>> nodes;
  WireTransport client{runtime->links};
};

TEST_CASE("nodes of one runtime share threads and connections") {
  SharedNodes cluster(20);
  const std::size_t files = Entries("/proc/self/fd");
  for (const Peer& peer : cluster.peers) {
    for (int i = 0; i < 20; ++i) {
      const std::string key = "key-" + std::to_string(i);
      REQUIRE(NodeCluster::Judge(key, cluster.Get(peer.name, key)) == "OK");
    }
  }
  // Both ends of one connection to each, though all of them asked each other.
  REQUIRE(Entries("/proc/self/fd") <= files + 20 * 2 + 5);
  REQUIRE(Entries("/proc/self/task") < 40);
}

TEST_CASE("one node of a runtime may end while the others serve") {
  SharedNodes cluster(3);
  const std::string key = "some key";
  const std::string owner = cluster.ring->nodes()[cluster.ring->OwnerOf(key)];
  for (auto& node : cluster.nodes) {
    if (node->name() == owner) node.reset();
  }
  for (const auto& node : cluster.nodes) {
    if (!node) continue;
    REQUIRE(NodeCluster::Judge(key, cluster.Get(node->name(), key)) == "OK");  // by fallback
  }
  REQUIRE(cluster.Get(owner, key).error().code == Code::kUnavailable);
}

TEST_CASE("a node that is not on the ring it is given stays as it is") {
  SharedNodes cluster(2);
  const auto other = *BuildRing({}, EqualNodes({"x", "y"}));
  const auto joined = cluster.nodes[0]->Join({other, BookOf(*cluster.runtime->links, {})});
  REQUIRE(joined.error().code == Code::kInvalidArgument);
  REQUIRE(cluster.nodes[0]->view()->ring == cluster.ring);
}

TEST_CASE("a node without reflection still refuses what it does not know") {
  SharedNodes cluster(1);
  const RawReply reply = RawCall(cluster.peers[0].address, "/groupcachepb.GroupCache/Steal", "");
  REQUIRE(reply.status.error_code() == grpc::UNIMPLEMENTED);
}

}  // namespace
}  // namespace ringlab
