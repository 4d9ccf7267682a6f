// What a node answers to requests that it cannot serve, and to clusters that cannot be.
#include "node/wire/wire.h"
#include "tests/node/grpc/raw_call.h"
#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kGetPath = "/groupcachepb.GroupCache/Get";

TEST_CASE("a key without a value is NOT_FOUND and named, over one hop and over two") {
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).not_found = 1;
  NodeCluster cluster(2, options);
  const std::string key = cluster.KeyOf(0);
  for (std::size_t asked = 0; asked < 2; ++asked) {
    REQUIRE(NodeCluster::Judge(key, cluster.Get(asked, key)) ==
            "NOT_FOUND no value for key \"" + key + "\"");
  }
  REQUIRE(cluster.Sum(&GroupStats::fallbacks) == 0);  // no other node would know better
  REQUIRE(cluster.stats(1).peer_final == 1);

  const std::string longest(30'000, 'k');  // longer than a trailer: still NOT_FOUND
  for (std::size_t asked = 0; asked < 2; ++asked) {
    REQUIRE(cluster.Get(asked, longest).error().code == Code::kNotFound);
  }
}

TEST_CASE("an empty key is INVALID_ARGUMENT and an unknown group NOT_FOUND") {
  NodeCluster cluster(2);
  REQUIRE(NodeCluster::Judge("", cluster.Get(0, "")) == "INVALID_ARGUMENT key required");
  GetRequest request = NodeCluster::AskFor("k");
  request.group = "scores";
  REQUIRE(NodeCluster::Judge("k", cluster.Get(0, request)) == "NOT_FOUND no such group: scores");
  request.group = "";
  REQUIRE(cluster.Get(0, request).error().code == Code::kNotFound);
}

TEST_CASE("bytes that are no message are INVALID_ARGUMENT, and the node lives on") {
  NodeCluster cluster(1);
  const std::string& address = cluster.peers()[0].address;
  for (const std::string bytes : {"\x0a", "\xff\xff\xff\xff", "\x0a\x7f short", "nonsense"}) {
    const RawReply reply = RawCall(address, kGetPath, bytes);
    CAPTURE(bytes);
    REQUIRE(reply.status.error_code() == grpc::INVALID_ARGUMENT);
  }
  const RawReply empty = RawCall(address, kGetPath, "");
  REQUIRE(empty.status.error_code() == grpc::INVALID_ARGUMENT);
  REQUIRE(empty.status.error_message() == "key required");
  REQUIRE(NodeCluster::Judge("k", cluster.Get(0, "k")) == "OK");
}

TEST_CASE("a request larger than gRPC takes is refused, and the node lives on") {
  NodeCluster cluster(1);
  const RawReply reply =
      RawCall(cluster.peers()[0].address, kGetPath,
              EncodeGetRequest({.group = "default", .key = std::string(33 << 20, 'k')}));
  REQUIRE(reply.status.error_code() == grpc::RESOURCE_EXHAUSTED);
  REQUIRE(NodeCluster::Judge("k", cluster.Get(0, "k")) == "OK");
}

TEST_CASE("a source slower than the caller is DEADLINE_EXCEEDED, and its value comes later") {
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).latency = milliseconds(300);
  NodeCluster cluster(2, options);
  for (std::size_t asked = 0; asked < 2; ++asked) {
    const std::string key = cluster.KeyOf(0, static_cast<int>(asked));
    const auto reply = cluster.Get(asked, NodeCluster::AskFor(key, milliseconds(20)));
    REQUIRE_FALSE(reply);
    REQUIRE(reply.error().code == Code::kDeadlineExceeded);
    // The load that it began goes on for the sake of others.
    REQUIRE(NodeCluster::Judge(key, cluster.Get(asked, key)) == "OK");
  }
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == 2);
}

TEST_CASE("a load slower than the node's patience is given up without the caller's deadline") {
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).latency = milliseconds(500);
  options.load_timeout = milliseconds(50);
  NodeCluster cluster(2, options);
  for (std::size_t asked = 0; asked < 2; ++asked) {
    const std::string key = cluster.KeyOf(0);
    GetRequest request = NodeCluster::AskFor(key);
    request.deadline = kNever;
    REQUIRE(cluster.Get(asked, request).error().code == Code::kDeadlineExceeded);
  }
}

TEST_CASE("a source that fails is INTERNAL and asked once by each who can") {
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).error = 1;
  NodeCluster cluster(2, options);
  const std::string key = cluster.KeyOf(0);
  REQUIRE(cluster.Get(0, key).error().code == Code::kInternal);  // a source is no node
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == 1);
  const auto forwarded = cluster.Get(1, key);
  REQUIRE(forwarded.error().code == Code::kInternal);
  REQUIRE(forwarded.error().message.find(key) != std::string::npos);
  REQUIRE(cluster.stats(1).fallbacks == 1);
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == 3);
}

TEST_CASE("a dead owner is made good from the node's own source and counted") {
  NodeCluster cluster(3);
  cluster.node(2).Stop();
  constexpr int kKeys = 10;
  for (int i = 0; i < kKeys; ++i) {
    const std::string key = cluster.KeyOf(2, i);
    const auto reply = cluster.Get(0, key);
    REQUIRE(NodeCluster::Judge(key, reply) == "OK");
    REQUIRE(reply->level == Level::kSource);
  }
  REQUIRE(cluster.stats(0).peer_errors == kKeys);
  REQUIRE(cluster.stats(0).fallbacks == kKeys);
  // What it loaded that way it keeps: a dead owner's keys do not hit the source for ever.
  REQUIRE(cluster.Get(0, cluster.KeyOf(2, 0))->level == Level::kHot);
  REQUIRE(cluster.Get(2, "k").error().code == Code::kUnavailable);
}

TEST_CASE("an owner that comes back at its address is used again") {
  NodeCluster cluster(2);
  NodeOptions options;
  options.name = "n1";
  options.listen = cluster.peers()[1].address;
  cluster.node(1).Stop();
  int which = 0;
  REQUIRE(cluster.Get(0, cluster.KeyOf(1, which++))->level == Level::kSource);
  auto revived = StartNode(options, TestEngine());
  REQUIRE(revived);
  REQUIRE((*revived)->SetPeers(cluster.peers()));
  REQUIRE(
      Eventually([&] { return cluster.Get(0, cluster.KeyOf(1, which++))->level == Level::kPeer; }));
}

TEST_CASE("a port in use is refused with the address and the reason") {
  NodeCluster cluster(1);
  NodeOptions options;
  options.name = "late";
  options.listen = cluster.peers()[0].address;
  const auto node = StartNode(options, TestEngine());
  REQUIRE_FALSE(node);
  REQUIRE(node.error().code == Code::kUnavailable);
  CAPTURE(node.error().message);
  REQUIRE(node.error().message.find(options.listen) != std::string::npos);
  REQUIRE(node.error().message.find("Address already in use") != std::string::npos);
  REQUIRE(NodeCluster::Judge("k", cluster.Get(0, "k")) == "OK");
}

TEST_CASE("an address of another machine cannot be listened on") {
  NodeOptions options;
  options.name = "n0";
  for (const char* listen : {"192.0.2.1:0", "name.invalid:0"}) {
    options.listen = listen;
    const auto node = StartNode(options, TestEngine());
    REQUIRE_FALSE(node);
    REQUIRE(node.error().message.find(listen) != std::string::npos);
  }
}

TEST_CASE("a node does not join a cluster that lacks it or that cannot be") {
  NodeCluster cluster(2);
  Node& node = cluster.node(0);
  const std::uint64_t before = node.stats().ring.fingerprint;
  const auto without = node.SetPeers({{"n1", "127.0.0.1:1"}});
  REQUIRE_FALSE(without);
  REQUIRE(without.error().code == Code::kInvalidArgument);
  REQUIRE(without.error().message.find("\"n0\"") != std::string::npos);
  REQUIRE_FALSE(node.SetPeers({}));
  REQUIRE_FALSE(node.SetPeers({{"n0", "127.0.0.1:1"}, {"n0", "127.0.0.1:2"}}));
  REQUIRE(node.stats().ring.fingerprint == before);  // as if it had not been asked
  REQUIRE(NodeCluster::Judge("k", cluster.Get(0, "k")) == "OK");
}

}  // namespace
}  // namespace ringlab
