// NodeCluster: real nodes on ports of the system's choice, and a client of theirs. Their address is
// this process's alone: nobody else answers where one has ended, and it may come back there.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/source/synthetic_value.h"
#include "node/node.h"
#include "tests/node/test_engine.h"
#include "tests/support/answers.h"
#include "tests/support/own_loopback.h"

namespace ringlab {

inline TimePoint In(Duration wait) { return SaturatingAdd(TimerThread::SteadyNow(), wait); }

// Waits for what will surely come, if the code is right.
inline bool Eventually(const std::function<bool()>& holds) {
  const TimePoint give_up = In(std::chrono::seconds(30));
  while (!holds()) {
    if (TimerThread::SteadyNow() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

class NodeCluster {
 public:
  // Nodes n0, n1 … made alike from `options`; each knows all.
  explicit NodeCluster(std::size_t nodes) : NodeCluster(nodes, NodeOptions()) {}
  NodeCluster(std::size_t nodes, NodeOptions options) {
    options.listen = OwnLoopback() + ":0";
    for (std::size_t i = 0; i < nodes; ++i) {
      options.name = "n" + std::to_string(i);
      auto node = StartNode(options, TestEngine());
      REQUIRE(node);
      peers_.push_back({options.name, (*node)->address()});
      nodes_.push_back(*std::move(node));
    }
    for (const auto& node : nodes_) REQUIRE(node->SetPeers(peers_));
    client().SetPeers(peers_);
    ring_ = BuildRing(options.ring, EqualNodes(Names())).value();
  }

  // Every node's counts must add up, whatever the test did to it.
  ~NodeCluster() {
    for (const auto& node : nodes_) CHECK(Broken(*node) == "");
  }
  NodeCluster(const NodeCluster&) = delete;
  NodeCluster& operator=(const NodeCluster&) = delete;

  Node& node(std::size_t i) { return *nodes_.at(i); }
  const std::vector<Peer>& peers() const { return peers_; }
  WireTransport& client() { return client_.transport(); }

  static GetRequest AskFor(std::string_view key, Duration patience = std::chrono::seconds(30)) {
    return {.group = "default", .key = key, .deadline = In(patience)};
  }

  Result<GetReply> Get(std::size_t node, const GetRequest& request) {
    Answers answers;
    client().Get(peers_.at(node).name, request, answers.Callback());
    REQUIRE(answers.WaitFor(1));
    return answers.at(0);
  }
  Result<GetReply> Get(std::size_t node, std::string_view key) { return Get(node, AskFor(key)); }

  // "OK" for the value that `key` has at version 0, else what went wrong.
  static std::string Judge(std::string_view key, const Result<GetReply>& reply) {
    if (!reply) return std::string(CodeName(reply.error().code)) + " " + reply.error().message;
    return SyntheticVersion(key, reply->value.view()) == 0u ? "OK" : "a wrong value";
  }

  // A key that node `i` owns, another one for each `which`.
  std::string KeyOf(std::size_t i, int which = 0) const {
    for (int n = 0;; ++n) {
      const std::string key = "key-" + std::to_string(n);
      if (ring_->nodes()[ring_->OwnerOf(key)] != peers_.at(i).name) continue;
      if (which-- == 0) return key;
    }
  }

  GroupStats stats(std::size_t i) const { return nodes_.at(i)->stats().groups.at(0).second; }

  std::uint64_t Sum(std::uint64_t GroupStats::* field) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) sum += stats(i).*field;
    return sum;
  }

 private:
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const Peer& peer : peers_) names.push_back(peer.name);
    return names;
  }

  // The identity that does not hold once the node is quiet: a load may outlast who asked for it.
  static std::string Broken(const Node& node) {
    std::string broken;
    (void)Eventually([&] {
      broken.clear();
      for (const auto& [name, stats] : node.stats().groups) {
        if (broken.empty()) broken = CheckIdentities(stats);
      }
      return broken.empty();
    });
    return broken;
  }

  std::vector<Peer> peers_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::shared_ptr<const Ring> ring_;
  TestClient client_;  // ends before the nodes
};

}  // namespace ringlab
