// The story of a Get whose owner says nothing, or is long about it, behind a guard.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "core/group/group.h"
#include "core/guard/guarded_transport.h"
#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using Script = FakeSource::Script;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Node 0 of a cluster again, behind a guard: what it asks of n1, and what comes of that.
struct AskingNode {
  explicit AskingNode(GroupCluster& its_cluster)
      : cluster(its_cluster), membership("n0", RingOf({"n0", "n1"})) {}

  // When an answer has come; nothing comes before a load is given up.
  Duration Await(const Answers& answers, std::size_t count) {
    const TimePoint began = cluster.scheduler().Now();
    while (answers.size() < count) cluster.scheduler().AdvanceBy(milliseconds(1));
    return cluster.scheduler().Now() - began;
  }
  TimePoint In(Duration time) { return cluster.scheduler().Now() + time; }
  std::string ValueOfKey(int nth = 0) { return "OK: " + FakeSource::ValueOf(Key(nth)); }
  std::string Key(int nth = 0) { return cluster.KeyOf(1, nth); }

  GroupCluster& cluster;
  Membership membership;
  FakeSource source;
  GuardedTransport guarded{cluster.transport(), cluster.scheduler(), {}};
  Group group{{.name = "g"}, {membership, guarded, source, cluster.scheduler()}};
};

TEST_CASE("callers of a silent owner are answered in their time, and the circuit learns it") {
  GroupCluster cluster(2);
  AskingNode node(cluster);
  std::vector<GetCallback> kept;
  cluster.transport().Serve(
      "n1", [&](const GetRequest&, GetCallback done) { kept.push_back(std::move(done)); });
  const auto patience = GENERATE(milliseconds(100), milliseconds(500), milliseconds(5000));
  for (int nth = 0; nth < 8; ++nth) {
    Answers answers;
    node.group.Get(AskFor(node.Key(nth), node.In(patience)), answers.Callback());
    REQUIRE(node.Await(answers, 1) <= std::min<Duration>(patience, seconds(2)) / 2);
    REQUIRE(answers.text(0) == node.ValueOfKey(nth));
  }
  REQUIRE(node.source.loads() == 8);
  REQUIRE(node.guarded.stats().open == 1);
  REQUIRE(kept.size() == 5);  // then it is not even asked
  REQUIRE(node.group.stats().fallbacks == 8);
}

TEST_CASE("an owner that is long at it is waited for, and its source is asked once") {
  GroupCluster cluster(2);
  AskingNode node(cluster);
  cluster.source(1).Play(Script::kHold);
  Answers answers;
  const auto patience = GENERATE(milliseconds(1900), milliseconds(10'000));
  node.group.Get(AskFor(node.Key(), node.In(patience)), answers.Callback());
  cluster.scheduler().AdvanceBy(milliseconds(1800));
  REQUIRE(answers.size() == 0);
  REQUIRE(cluster.source(1).Release());
  REQUIRE(answers.text(0) == node.ValueOfKey());
  REQUIRE(node.source.loads() == 0);
  REQUIRE(cluster.source(1).loads() == 1);
  REQUIRE(node.group.stats().asked_again == 1);
  REQUIRE(node.guarded.stats().sum.failed == 0);
  cluster.CheckIdentities();
}

TEST_CASE("of a batch, what the owner has comes at once, and the rest is waited for") {
  GroupCluster cluster(2);
  AskingNode node(cluster);
  REQUIRE(cluster.Get(1, node.Key(0)) == node.ValueOfKey(0));
  cluster.source(1).Play(Script::kHold);
  const std::vector<std::string> texts{node.Key(0), node.Key(1), node.Key(2)};
  const std::vector<std::string_view> keys(texts.begin(), texts.end());
  std::vector<Result<GetReply>> got;
  node.group.GetMany({.group = "g", .keys = keys, .deadline = node.In(seconds(5))},
                     [&](std::vector<Result<GetReply>> replies) { got = std::move(replies); });
  cluster.scheduler().AdvanceBy(milliseconds(1500));
  REQUIRE(got.empty());
  while (cluster.source(1).Release()) {
  }
  REQUIRE(got.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(got[i]->value.view() == FakeSource::ValueOf(keys[i]));
  REQUIRE(node.source.loads() == 0);
  REQUIRE(node.group.stats().asked_again >= 2);
  cluster.CheckIdentities();
}

TEST_CASE("a load is given up when its time is over, and its callers are told so") {
  GroupCluster cluster(2);
  AskingNode node(cluster);
  cluster.source(1).Play(Script::kHold);
  Answers answers;
  node.group.Get(AskFor(node.Key(), node.In(seconds(60))), answers.Callback());
  REQUIRE(node.Await(answers, 1) <= seconds(2));
  REQUIRE(answers.text(0) == "DEADLINE_EXCEEDED");
  cluster.CheckIdentities();
}

TEST_CASE("peers that route by another ring are counted, with the last one's name") {
  GroupCluster cluster(2);
  REQUIRE(cluster.group(0).other_rings().requests() == 0);
  const std::string key = cluster.KeyOf(0);
  GetRequest request = AskFor(key, kNever, Hop::kPeer);
  request.origin = "n1";
  request.ring_fingerprint = RingOf({"n0", "n1"})->fingerprint();
  Answers answers;
  cluster.group(0).Get(request, answers.Callback());
  REQUIRE(cluster.group(0).other_rings().requests() == 0);
  const std::string other = cluster.KeyOf(0, 1);
  request.key = other;
  request.ring_fingerprint = RingOf({"n0", "n1", "n2"})->fingerprint();
  cluster.group(0).Get(request, answers.Callback());
  REQUIRE(cluster.group(0).stats().other_rings == 1);
  REQUIRE(cluster.group(0).other_rings().last().node == "n1");
  REQUIRE(cluster.group(0).other_rings().last().fingerprint == request.ring_fingerprint);
}

}  // namespace
}  // namespace ringlab
