// The story of a Get, one turn of it after the other.
#include "core/group/group.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using Script = FakeSource::Script;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Ok(const std::string& key) { return "OK: " + FakeSource::ValueOf(key); }

TEST_CASE("an owner loads from its source once and then answers from its cache") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(0);
  Answers answers;
  for (int i = 0; i < 3; ++i) cluster.group(0).Get(AskFor(key), answers.Callback());
  REQUIRE(answers.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(answers.text(i) == Ok(key));
  REQUIRE(answers.at(0)->level == Level::kSource);
  REQUIRE(answers.at(1)->level == Level::kCache);
  REQUIRE(cluster.source(0).loads() == 1);
  REQUIRE(cluster.source(1).loads() == 0);
  const GroupStats stats = cluster.group(0).stats();
  REQUIRE(stats.hits == 2);
  REQUIRE(stats.source_loads_own == 1);
  REQUIRE(stats.peer_loads == 0);
  cluster.CheckIdentities();
}

TEST_CASE("many who ask for one cold key cause one load") {
  GroupCluster cluster(1);
  cluster.source(0).Play(Script::kHold);
  Answers answers;
  for (int i = 0; i < 64; ++i) cluster.group(0).Get(AskFor("k"), answers.Callback());
  REQUIRE(answers.size() == 0);
  REQUIRE(cluster.source(0).loads() == 1);
  REQUIRE(cluster.source(0).Release());
  REQUIRE(answers.size() == 64);
  REQUIRE(answers.text(63) == Ok("k"));
  REQUIRE(cluster.group(0).stats().joined == 63);
  cluster.CheckIdentities();
}

TEST_CASE("who is not the owner asks the owner, which keeps the value") {
  GroupCluster cluster(3);
  const std::string key = cluster.KeyOf(2);
  Answers answers;
  cluster.group(0).Get(AskFor(key), answers.Callback());
  REQUIRE(answers.text(0) == Ok(key));
  REQUIRE(answers.at(0)->level == Level::kPeer);
  REQUIRE(cluster.Get(1, key) == Ok(key));
  REQUIRE(cluster.source(2).loads() == 1);
  REQUIRE(cluster.source(0).loads() + cluster.source(1).loads() == 0);
  REQUIRE(cluster.group(0).stats().peer_ok == 1);
  REQUIRE(cluster.group(2).stats().gets_from_peers == 2);
  REQUIRE(cluster.group(2).stats().hits == 1);
  cluster.CheckIdentities();
}

TEST_CASE("a node counts the hits of its peers apart and callers' misses by owner") {
  GroupCluster cluster(3);
  const std::string key = cluster.KeyOf(2);
  for (int i = 0; i < 3; ++i) REQUIRE(cluster.Get(0, key) == Ok(key));
  for (int i = 0; i < 2; ++i) REQUIRE(cluster.Get(2, key) == Ok(key));
  REQUIRE(cluster.group(2).stats().hits == 4);  // all but the first of n0
  REQUIRE(cluster.group(2).stats().hits_from_peers == 2);
  REQUIRE(cluster.group(0).stats().hits_from_peers == 0);
  const auto routed = [&](std::size_t node, NodeIndex owner) {
    return cluster.node(node).membership.Snapshot()->routed[owner].load();
  };
  REQUIRE(routed(0, 2) == 3);
  REQUIRE(routed(0, 0) + routed(0, 1) == 0);
  REQUIRE(routed(2, 2) == 0);  // its callers hit, and peers are not counted
  cluster.CheckIdentities();
}

TEST_CASE("a group that stops answers who waits and who comes") {
  GroupCluster cluster(1);
  cluster.source(0).Play(Script::kHold);
  Answers answers;
  cluster.group(0).Get(AskFor("k"), answers.Callback());
  cluster.group(0).GiveUpLoads();
  REQUIRE(answers.text(0) == "UNAVAILABLE");
  REQUIRE(cluster.Get(0, "another") == "UNAVAILABLE");
  REQUIRE(cluster.source(0).loads() == 1);
  REQUIRE(cluster.source(0).Release());  // in vain, but kept
  REQUIRE(cluster.Get(0, "k") == Ok("k"));
  cluster.CheckIdentities();
}

TEST_CASE("a request carries hop, origin, ring and deadline to the owner") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(1);
  std::vector<std::string> origins;
  GetRequest seen;
  cluster.transport().Serve("n1", [&](const GetRequest& request, GetCallback done) {
    seen = request;
    origins.emplace_back(request.origin);
    done(Fail(Code::kNotFound, "none"));
  });
  const TimePoint deadline = cluster.scheduler().Now() + seconds(5);
  Answers answers;
  cluster.group(0).Get(AskFor(key, deadline), answers.Callback());
  REQUIRE(answers.text(0) == "NOT_FOUND");
  REQUIRE(seen.hop == Hop::kPeer);
  REQUIRE(seen.deadline == cluster.scheduler().Now() + seconds(2));  // of the load
  REQUIRE(seen.wanted_by == deadline - seconds(3));
  REQUIRE(seen.ring_fingerprint == cluster.node(0).membership.Snapshot()->ring->fingerprint());
  REQUIRE(origins == std::vector<std::string>{"n0"});
  cluster.CheckIdentities();
}

TEST_CASE("a request that took its hop is never forwarded") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(1);  // not n0's
  Answers answers;
  cluster.group(0).Get(AskFor(key, kNever, Hop::kPeer), answers.Callback());
  REQUIRE(answers.text(0) == Ok(key));
  REQUIRE(cluster.source(0).loads() == 1);
  REQUIRE(cluster.group(0).stats().peer_loads == 0);
  REQUIRE(cluster.group(1).stats().gets == 0);
  cluster.CheckIdentities();
}

TEST_CASE("an empty key is refused before anything else") {
  GroupCluster cluster(1);
  Answers answers;
  cluster.group(0).Get(AskFor(""), answers.Callback());
  REQUIRE(answers.at(0).error() == Error{Code::kInvalidArgument, "key required"});
  REQUIRE(cluster.group(0).stats().invalid == 1);
  REQUIRE(cluster.source(0).loads() == 0);
  cluster.CheckIdentities();
}

TEST_CASE("what landed between the two looks is found by the second") {
  // Between Find and Join of the second Get nothing else can run on one thread, so the race is
  // played through the flight: its landing answers a waiter, which asks again at once.
  GroupCluster cluster(1);
  Answers answers;
  cluster.group(0).Get(AskFor("k"), [&](const Result<GetReply>&) {
    cluster.group(0).Get(AskFor("k"), answers.Callback());
  });
  REQUIRE(answers.text(0) == Ok("k"));
  REQUIRE(cluster.source(0).loads() == 1);  // the value is cached before the waiters are told
  cluster.CheckIdentities();
}

TEST_CASE("a key that the source does not have is NOT_FOUND and asked for again if not kept") {
  GroupCluster cluster(2, {.name = "g", .layers = {.negative_ttl = {}}});
  cluster.source(1).Play(Script::kAbsent);
  const std::string key = cluster.KeyOf(1);
  REQUIRE(cluster.Get(1, key) == "NOT_FOUND");
  REQUIRE(cluster.Get(0, key) == "NOT_FOUND");
  REQUIRE(cluster.source(1).loads() == 2);
  REQUIRE(cluster.source(0).loads() == 0);  // the owner's word is final
  REQUIRE(cluster.group(0).stats().peer_final == 1);
  REQUIRE(cluster.group(0).stats().fallbacks == 0);
  REQUIRE(cluster.group(1).stats().source_not_found == 2);
  cluster.CheckIdentities();
}

TEST_CASE("a value too large to cache is answered all the same") {
  GroupCluster cluster(1, {.name = "g", .layers = {.bytes = Cache::kBudgetBytesMin}});
  const std::string key(1000, 'k');
  REQUIRE(cluster.Get(0, key) == Ok(key));
  REQUIRE(cluster.Get(0, key) == Ok(key));
  REQUIRE(cluster.source(0).loads() == 2);
  REQUIRE(cluster.group(0).stats().cache.oversize == 2);
  cluster.CheckIdentities();
}

// mailgun/groupcache issue 72: with flights keyed by key alone, n0 waits for n1's flight, which
// waits for n0's, for ever.
TEST_CASE("a ring that changes moves a key to its new owner") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(1);
  REQUIRE(cluster.Get(0, key) == Ok(key));
  cluster.node(0).membership.Swap(RingOf({"n0"}));
  REQUIRE(cluster.Get(0, key) == Ok(key));
  REQUIRE(cluster.source(0).loads() == 1);
  cluster.CheckIdentities();
}

// Runs what is due on a thread of its own before RunAt returns: the fastest timer there may be.
class EagerScheduler final : public Scheduler {
 public:
  TimePoint Now() const override { return now_.load(); }
  void RunAt(TimePoint when, Task task) override {
    if (when > kDeadline) return;
    now_.store(when);
    std::thread([&] { task(); }).join();
  }

  static constexpr TimePoint kStart{seconds(1000)};
  static constexpr TimePoint kDeadline = kStart + Duration(1);

 private:
  std::atomic<TimePoint> now_{kStart};
};

TEST_CASE("a request whose bytes end with its answer is loaded under its own key") {
  EagerScheduler scheduler;
  ManualScheduler unused;
  DirectTransport transport(unused);
  FakeSource source(Script::kHold);
  Membership membership("n0", RingOf({"n0", "n1"}));
  const auto ring = membership.Snapshot()->ring;
  std::string mine = "key-0000";
  for (int i = 0; ring->nodes()[ring->OwnerOf(mine)] != "n0"; ++i) {
    mine = "key-" + std::to_string(1000 + i);
  }
  std::string foreign = "other-00";
  for (int i = 0; ring->nodes()[ring->OwnerOf(foreign)] != "n1"; ++i) {
    foreign = "oth-" + std::to_string(1000 + i);
  }
  REQUIRE(mine.size() == foreign.size());
  std::string bytes = mine;
  std::string answer;
  Group group({.name = "g"}, {membership, transport, source, scheduler});
  group.Get(AskFor(bytes, EagerScheduler::kDeadline), [&](const Result<GetReply>& reply) {
    answer = CodeName(reply.error().code);
    bytes = foreign;  // the buffer is used for another request
  });
  REQUIRE(answer == "DEADLINE_EXCEEDED");
  REQUIRE(source.loads_of(mine) == 1);
  REQUIRE(group.stats().peer_loads == 0);
  REQUIRE(source.Release());
  REQUIRE(CheckIdentities(group.stats()) == "");
}

}  // namespace
}  // namespace ringlab
