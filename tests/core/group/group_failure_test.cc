// The story of a Get when peers, sources and rings fail.
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/group/group.h"
#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using Script = FakeSource::Script;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string OkFor(const std::string& key) { return "OK: " + FakeSource::ValueOf(key); }

TEST_CASE("an owner that fails is made good from our own source") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(1);
  cluster.source(1).Play(Script::kFail);
  REQUIRE(cluster.Get(0, key) == OkFor(key));
  cluster.transport().Kill("n1");
  const std::string other = cluster.KeyOf(1, 1);
  REQUIRE(cluster.Get(0, other) == OkFor(other));
  REQUIRE(cluster.source(0).loads() == 2);
  const GroupStats stats = cluster.group(0).stats();
  REQUIRE(stats.peer_errors == 2);
  REQUIRE(stats.fallbacks == 2);
  REQUIRE(stats.source_loads_own == 0);
  cluster.CheckIdentities();
}

TEST_CASE("the codes after which no other node could know better are final") {
  for (const Code code : {Code::kNotFound, Code::kInvalidArgument, Code::kDeadlineExceeded}) {
    GroupCluster cluster(2);
    cluster.transport().Serve(
        "n1", [code](const GetRequest&, GetCallback done) { done(Fail(code, "so it is")); });
    REQUIRE(cluster.Get(0, cluster.KeyOf(1)) == CodeName(code));
    REQUIRE(cluster.source(0).loads() == 0);
    REQUIRE(cluster.group(0).stats().peer_final == 1);
    cluster.CheckIdentities();
  }
}

TEST_CASE("fallbacks are bounded and give their permits back") {
  GroupCluster cluster(2, {.name = "g", .fallbacks_max = 2});
  cluster.transport().Kill("n1");
  cluster.source(0).Play(Script::kHold);
  Answers held;
  for (int nth = 0; nth < 2; ++nth) {
    cluster.group(0).Get(AskFor(cluster.KeyOf(1, nth)), held.Callback());
  }
  REQUIRE(cluster.Get(0, cluster.KeyOf(1, 2)) == "UNAVAILABLE");
  REQUIRE(cluster.group(0).stats().fallbacks_refused == 1);
  REQUIRE(cluster.Get(0, cluster.KeyOf(0)) == "0 answers");  // an owner's loads need no permit
  REQUIRE(cluster.source(0).loads() == 3);

  REQUIRE(cluster.source(0).Release());
  cluster.source(0).Play(Script::kNow);
  for (int nth = 2; nth < 6; ++nth) {
    REQUIRE(cluster.Get(0, cluster.KeyOf(1, nth)) == OkFor(cluster.KeyOf(1, nth)));
  }
  for (const Script script : {Script::kDrop, Script::kThrow, Script::kTwice, Script::kAbsent}) {
    cluster.source(0).Play(script);
    for (int nth = 6; nth < 10; ++nth) cluster.Get(0, cluster.KeyOf(1, nth));
  }
  REQUIRE(cluster.group(0).stats().fallbacks_refused == 1);  // every permit came back, once
  cluster.CheckIdentities();
}

TEST_CASE("a source that drops the load or throws fails it and frees the key") {
  for (const Script script : {Script::kDrop, Script::kThrow, Script::kThrowOdd}) {
    GroupCluster cluster(1);
    cluster.source(0).Play(script);
    REQUIRE(cluster.Get(0, "k") == "INTERNAL");
    REQUIRE(cluster.group(0).stats().source_errors == 1);
    cluster.source(0).Play(Script::kNow);
    REQUIRE(cluster.Get(0, "k") == OkFor("k"));
    cluster.CheckIdentities();
  }
}

TEST_CASE("a source that answers twice or throws after its answer counts once") {
  for (const Script script : {Script::kTwice, Script::kThrowLate}) {
    GroupCluster cluster(1);
    cluster.source(0).Play(script);
    REQUIRE(cluster.Get(0, "k") == OkFor("k"));
    REQUIRE(cluster.Get(0, "k") == OkFor("k"));  // from the cache: the first answer stayed
    REQUIRE(cluster.group(0).stats().source_loads == 1);
    REQUIRE(cluster.group(0).stats().source_ok == 1);
    cluster.CheckIdentities();
  }
}

TEST_CASE("a source that never answers costs its waiters their time, and not for ever") {
  GroupCluster cluster(1);
  cluster.source(0).Play(Script::kHold);
  Answers impatient;
  Answers patient;
  const TimePoint now = cluster.scheduler().Now();
  cluster.group(0).Get(AskFor("k", now + milliseconds(10)), impatient.Callback());
  cluster.group(0).Get(AskFor("k"), patient.Callback());
  cluster.scheduler().AdvanceBy(milliseconds(10));
  REQUIRE(impatient.text(0) == "DEADLINE_EXCEEDED");
  REQUIRE(patient.size() == 0);
  cluster.scheduler().AdvanceBy(seconds(2));
  REQUIRE(patient.text(0) == "DEADLINE_EXCEEDED");

  cluster.group(0).Get(AskFor("k"), patient.Callback());
  REQUIRE(cluster.source(0).loads() == 2);  // the key was free for a new load
  REQUIRE(cluster.source(0).Release());     // the first answer comes: too late to be told …
  REQUIRE(patient.size() == 1);
  REQUIRE(cluster.Get(0, "k") == OkFor("k"));  // … but not to be kept
  cluster.CheckIdentities();
}

TEST_CASE("a group that ends answers whoever still waits") {
  Answers answers;
  {
    GroupCluster cluster(2);
    cluster.source(0).Play(Script::kHold);
    cluster.source(1).Play(Script::kHold);
    cluster.group(0).Get(AskFor(cluster.KeyOf(0)), answers.Callback());
    cluster.group(0).Get(AskFor(cluster.KeyOf(1)), answers.Callback());
    REQUIRE(answers.size() == 0);
  }
  REQUIRE(answers.size() == 2);
  REQUIRE_FALSE(answers.at(0));
  REQUIRE_FALSE(answers.at(1));
}

TEST_CASE("two nodes that each take the other for the owner answer every call") {
  for (const bool slow : {false, true}) {
    GroupCluster cluster(2, {.name = "g"}, slow ? milliseconds(5) : milliseconds(0));
    const std::string key = "contested";
    cluster.node(0).membership.Swap(RingOf({"n1"}));  // n0 says n1, and n1 says n0
    cluster.node(1).membership.Swap(RingOf({"n0"}));
    if (slow) {
      cluster.source(0).Play(Script::kHold);
      cluster.source(1).Play(Script::kHold);
    }
    Answers answers;
    for (int i = 0; i < 10; ++i) {
      cluster.group(0).Get(AskFor(key), answers.Callback());
      cluster.group(1).Get(AskFor(key), answers.Callback());
    }
    cluster.scheduler().AdvanceBy(milliseconds(20));
    while (cluster.source(0).Release() || cluster.source(1).Release()) {
    }
    cluster.scheduler().AdvanceBy(milliseconds(20));  // far below any timeout
    REQUIRE(answers.size() == 20);
    for (std::size_t i = 0; i < 20; ++i) REQUIRE(answers.text(i) == OkFor(key));
    REQUIRE(cluster.source(0).loads() + cluster.source(1).loads() <= 2);
    cluster.CheckIdentities();
  }
}

}  // namespace
}  // namespace ringlab
