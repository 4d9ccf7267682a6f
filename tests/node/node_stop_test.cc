// How a node begins to serve, and how it ends.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/node/grpc/raw_call.h"
#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// grpc.health.v1: request field 1 is the service's name; reply field 1 is 1 SERVING, 2 NOT_SERVING.
std::string HealthOf(const std::string& address, const std::string& service) {
  std::string request = service;
  if (!service.empty()) request = std::string("\x0a") + static_cast<char>(service.size()) + service;
  const RawReply reply = RawCall(address, "/grpc.health.v1.Health/Check", request);
  if (!reply.status.ok()) return "error " + std::to_string(reply.status.error_code());
  return reply.bytes == "\x08\x01" ? "SERVING" : reply.bytes == "\x08\x02" ? "NOT_SERVING" : "?";
}

std::unique_ptr<Node> StartAlone(NodeOptions options) {
  options.name = "n0";
  auto node = StartNode(options, TestEngine());
  REQUIRE(node);
  return *std::move(node);
}

TEST_CASE("health is NOT_SERVING until the node knows its cluster") {
  const auto node = StartAlone(NodeOptions());
  for (const char* service : {"", "groupcachepb.GroupCache"}) {
    REQUIRE(HealthOf(node->address(), service) == "NOT_SERVING");
  }
  REQUIRE(node->SetPeers({{"n0", node->address()}}));
  for (const char* service : {"", "groupcachepb.GroupCache"}) {
    REQUIRE(HealthOf(node->address(), service) == "SERVING");
  }
  REQUIRE(HealthOf(node->address(), "other.Service") == "error 5");  // NOT_FOUND
}

TEST_CASE("a node may end without ever having served, or been asked") {
  {
    const auto node = StartAlone(NodeOptions());
  }
  const auto node = StartAlone(NodeOptions());
  node->Stop();
  node->Stop(Duration::zero());                        // idempotent
  REQUIRE(node->SetPeers({{"n0", node->address()}}));  // too late, and harmless
  REQUIRE_FALSE(node->stats().name.empty());
}

TEST_CASE("the port of a stopped node is free at once") {
  NodeOptions options;
  options.listen = OwnLoopback() + ":0";
  for (int i = 0; i < 5; ++i) {
    const auto node = StartAlone(options);
    options.listen = node->address();
  }
}

TEST_CASE("a graceful stop answers every accepted request with its value") {
  constexpr std::size_t kRequests = 200;
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).latency = milliseconds(100);
  NodeCluster cluster(2, options);
  Answers answers;
  for (std::size_t i = 0; i < kRequests; ++i) {
    cluster.client().Get("n0", NodeCluster::AskFor("key-" + std::to_string(i)), answers.Callback());
  }
  // All accepted: each is counted by the node before it waits for its source.
  REQUIRE(Eventually([&] { return cluster.stats(0).led == kRequests; }));
  cluster.node(0).Stop(seconds(30));
  REQUIRE(answers.WaitFor(kRequests));
  for (std::size_t i = 0; i < kRequests; ++i) {
    if (!answers.at(i)) FAIL(answers.at(i).error().message);
  }
  REQUIRE(cluster.Get(0, "one more").error().code == Code::kUnavailable);
}

TEST_CASE("a stop under load loses no request without an answer") {
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).latency = milliseconds(5);
  NodeCluster cluster(3, options);
  constexpr std::size_t kRequests = 2000;
  Answers answers;
  std::thread stopper([&] {
    (void)answers.WaitFor(kRequests / 10);
    cluster.node(1).Stop(seconds(30));
  });
  for (std::size_t i = 0; i < kRequests; ++i) {
    cluster.client().Get(cluster.peers()[i % 3].name,
                         NodeCluster::AskFor("key-" + std::to_string(i)), answers.Callback());
    if (i % 50 == 49) std::this_thread::sleep_for(milliseconds(1));
  }
  const bool all = answers.WaitFor(kRequests);
  stopper.join();
  REQUIRE(all);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < kRequests; ++i) {
    const auto reply = answers.at(i);
    if (reply) continue;
    // Only those that asked the stopped node itself, and were not accepted by it.
    CAPTURE(reply.error().message);
    REQUIRE(reply.error().code == Code::kUnavailable);
    ++refused;
  }
  REQUIRE(refused <= kRequests / 3 + 1);
}

TEST_CASE("a client that is connected and asks nothing holds up no stop") {
  const auto node = StartAlone(NodeOptions());
  REQUIRE(node->SetPeers({{"n0", node->address()}}));
  // Plain TCP: whoever says nothing cannot hang up when it is told that the server goes.
  const std::size_t colon = node->address().rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(node->address().substr(colon + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int idle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(connect(idle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const std::string preface = std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") +
                              std::string("\0\0\0\4\0\0\0\0\0", 9);  // and empty SETTINGS
  REQUIRE(write(idle, preface.data(), preface.size()) == static_cast<ssize_t>(preface.size()));
  char settings = 0;
  REQUIRE(read(idle, &settings, 1) == 1);  // it is taken for a client
  node->Stop(std::chrono::hours(1));       // the test ends in its time, or not at all
  close(idle);
}

TEST_CASE("a node that refuses says so and answers what it has accepted") {
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).latency = milliseconds(50);
  NodeCluster cluster(1, options);
  Answers answers;
  cluster.client().Get("n0", NodeCluster::AskFor("accepted"), answers.Callback());
  REQUIRE(Eventually([&] { return cluster.stats(0).led == 1; }));
  cluster.node(0).Refuse();
  cluster.client().Get("n0", NodeCluster::AskFor("late"), answers.Callback());
  REQUIRE(answers.WaitFor(2));
  const bool late_is_first = !answers.at(0);
  REQUIRE(answers.at(late_is_first ? 1 : 0));
  const Error refusal = answers.at(late_is_first ? 0 : 1).error();
  REQUIRE(refusal.code == Code::kUnavailable);
  REQUIRE(refusal.message == "the node is stopping");
}

TEST_CASE("what lasts longer than the grace is cut off and told so") {
  NodeOptions options;
  std::get<SyntheticSpec>(options.source).latency = std::chrono::hours(1);
  NodeCluster cluster(2, options);
  Answers answers;
  for (std::size_t i = 0; i < 20; ++i) {
    cluster.client().Get("n0",
                         NodeCluster::AskFor("key-" + std::to_string(i), std::chrono::hours(2)),
                         answers.Callback());
  }
  REQUIRE(Eventually([&] { return cluster.stats(0).led == 20; }));
  cluster.node(0).Stop(milliseconds(20));  // must return, though the loads take an hour
  REQUIRE(answers.WaitFor(20));
  for (std::size_t i = 0; i < 20; ++i) REQUIRE_FALSE(answers.at(i));
  REQUIRE(cluster.stats(0).answered_error == 20);
  cluster.node(1).Stop(milliseconds(20));  // it may hold loads that n0 asked for
}

TEST_CASE("nodes start and stop over and over without a trace") {
  for (int round = 0; round < 10; ++round) {
    NodeCluster cluster(2);
    Answers answers;
    for (int i = 0; i < 20; ++i) {
      cluster.client().Get("n0", NodeCluster::AskFor("key-" + std::to_string(i)),
                           answers.Callback());
    }
    if (round % 2 == 0) REQUIRE(answers.WaitFor(20));
  }
}

}  // namespace
}  // namespace ringlab
