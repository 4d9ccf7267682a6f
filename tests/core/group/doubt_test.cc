// A node that cannot tell whether it still owns its keys, and one that was away.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// n0 owns `key`, and has it.
class Doubt {
 public:
  Doubt() { REQUIRE(cluster.Get(0, key) == "OK: " + FakeSource::ValueOf(key)); }

  Membership& membership() { return cluster.node(0).membership; }
  void Begin() { membership().SureUntil(cluster.scheduler().Now(), cluster.scheduler().Now()); }

  // n0's peers have had it off their rings, and what they own has been written.
  void Away(std::string_view value) {
    for (const std::size_t node : {1, 2}) cluster.node(node).membership.Swap(without);
    Set(1, value);
  }
  void StepAside() {
    cluster.group(0).Distrust();
    membership().Swap(without);
    membership().SureUntil(kNever, kNever);
  }
  void ComeBack() {
    for (std::size_t part = 0; cluster.group(0).ForgetDisowned(part); ++part) {
    }
    const TimePoint until = cluster.scheduler().Now() + seconds(10);
    for (const std::size_t node : {0, 1, 2})
      cluster.node(node).membership.Swap(all, without, until);
  }
  Result<void> Set(std::size_t node, std::string_view value) {
    Result<void> ended = Fail(Code::kInternal, "not answered");
    cluster.group(node).Set({.group = "g", .key = key, .value = value},
                            [&](Result<void> reply) { ended = std::move(reply); });
    cluster.scheduler().AdvanceBy(milliseconds(100));
    return ended;
  }
  Result<void> Remove(std::size_t node) {
    Result<void> ended = Fail(Code::kInternal, "not answered");
    cluster.group(node).Remove({.group = "g", .key = key},
                               [&](Result<void> reply) { ended = std::move(reply); });
    cluster.scheduler().AdvanceBy(milliseconds(100));
    return ended;
  }

  GroupCluster cluster{3};
  const std::string key = cluster.KeyOf(0);
  const std::shared_ptr<const Ring> all = RingOf({"n0", "n1", "n2"});
  const std::shared_ptr<const Ring> without = RingOf({"n1", "n2"});
};

TEST_CASE("a Get in doubt waits and is answered from memory once there is none") {
  Doubt d;
  d.Begin();
  Answers answers;
  d.cluster.group(0).Get(AskFor(d.key), answers.Callback());
  d.cluster.group(1).Get(AskFor(d.key), answers.Callback());  // asks n0
  d.cluster.scheduler().AdvanceBy(milliseconds(500));
  REQUIRE(answers.size() == 0);
  d.membership().SureUntil(kNever, kNever);
  d.cluster.scheduler().AdvanceBy(milliseconds(100));
  REQUIRE(answers.size() == 2);
  REQUIRE(answers.text(0) == "OK: " + FakeSource::ValueOf(d.key));
  REQUIRE(d.cluster.group(0).stats().source_loads == 1);  // that of before
  REQUIRE(d.cluster.group(0).stats().doubted > 0);
  d.cluster.CheckIdentities();
}

TEST_CASE("a Get in doubt ends at its deadline") {
  Doubt d;
  d.Begin();
  Answers answers;
  const TimePoint deadline = d.cluster.scheduler().Now() + milliseconds(50);
  d.cluster.group(0).Get(AskFor(d.key, deadline), answers.Callback());
  d.cluster.scheduler().AdvanceBy(milliseconds(60));
  REQUIRE(answers.size() == 1);
  REQUIRE(answers.at(0).error().code == Code::kDeadlineExceeded);
  d.membership().SureUntil(kNever, kNever);
  d.cluster.CheckIdentities();
}

TEST_CASE("writes and peeks in doubt are refused wherever they come from") {
  Doubt d;
  d.Begin();
  REQUIRE(d.Set(0, "new").error().code == Code::kUnavailable);
  REQUIRE(d.Remove(1).error().code == Code::kUnavailable);
  REQUIRE(d.cluster.group(0).stats().writes_in_doubt == 2);
  Code peeked = Code::kInternal;
  d.cluster.group(0).Peek(AskFor(d.key), [&](const Result<PeekReply>& reply) {
    peeked = reply ? Code::kInternal : reply.error().code;
  });
  REQUIRE(peeked == Code::kUnavailable);
  d.membership().SureUntil(kNever, kNever);
  d.cluster.CheckIdentities();
}

TEST_CASE("where reads are sure enough and writes are not, reads are answered from memory") {
  Doubt d;
  d.membership().SureUntil(kNever, d.cluster.scheduler().Now());
  REQUIRE(d.cluster.Get(1, d.key) == "OK: " + FakeSource::ValueOf(d.key));
  REQUIRE(d.cluster.group(0).stats().doubted == 0);
  REQUIRE(d.Set(0, "new").error().code == Code::kUnavailable);
}

TEST_CASE("a Get that waits in doubt is answered by the new owner when this node was missed") {
  Doubt d;
  d.Away("new");
  d.Begin();
  Answers answers;
  d.cluster.group(0).Get(AskFor(d.key), answers.Callback());
  d.cluster.scheduler().AdvanceBy(milliseconds(5));
  d.StepAside();
  d.cluster.scheduler().AdvanceBy(milliseconds(100));
  REQUIRE(answers.size() == 1);
  REQUIRE(answers.text(0) == "OK: new");
  d.cluster.CheckIdentities();
}

TEST_CASE("what was written while a node was away is read everywhere when it is back") {
  const std::size_t first = GENERATE(0, 1, 2);  // who asks first
  const bool removed = GENERATE(false, true);
  CAPTURE(first, removed);
  Doubt d;
  d.Away("new");
  if (removed) REQUIRE(d.Remove(2));
  d.StepAside();
  REQUIRE(d.cluster.Get(0, d.key) ==
          "OK: " + (removed ? FakeSource::ValueOf(d.key) : std::string("new")));
  d.ComeBack();
  for (const std::size_t node : {first, std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
    REQUIRE(d.cluster.Get(node, d.key) ==
            "OK: " + (removed ? FakeSource::ValueOf(d.key) : std::string("new")));
  }
  d.cluster.CheckIdentities();
}

TEST_CASE("what is written or removed after a hand-over is not undone by the former owner") {
  const bool removed = GENERATE(false, true);
  Doubt d;
  d.Away("new");
  d.StepAside();
  d.ComeBack();
  if (removed) {
    REQUIRE(d.Remove(1));
  } else {
    REQUIRE(d.Set(1, "newer"));
    // Evicted, as it might be.
    d.cluster.node(0).membership.Swap(d.without, nullptr, TimePoint{});
    for (std::size_t part = 0; d.cluster.group(0).ForgetDisowned(part); ++part) {
    }
    d.cluster.node(0).membership.Swap(d.all, d.without, d.cluster.scheduler().Now() + seconds(5));
  }
  REQUIRE(d.cluster.Get(0, d.key) == "OK: " + FakeSource::ValueOf(d.key));  // the source's
  d.cluster.CheckIdentities();
}

TEST_CASE("what one with a later ring wrote here stays when the ring changes, and is not undone") {
  const bool removed = GENERATE(false, true);
  Doubt d;
  REQUIRE(d.Set(0, "old"));
  d.StepAside();  // n0's ring is ahead of the others'
  const std::string after = d.without->nodes()[d.without->OwnerOf(d.key)];
  const std::size_t owner = after == "n1" ? 1 : 2;
  if (removed) {
    REQUIRE(d.Remove(0));
  } else {
    REQUIRE(d.Set(0, "new"));
  }
  for (std::size_t part = 0; d.cluster.group(owner).ForgetDisowned(part); ++part) {
  }
  const TimePoint until = d.cluster.scheduler().Now() + seconds(10);
  for (const std::size_t node : {1, 2})
    d.cluster.node(node).membership.Swap(d.without, d.all, until);
  REQUIRE(d.cluster.Get(owner, d.key) ==
          "OK: " + (removed ? FakeSource::ValueOf(d.key) : std::string("new")));
  REQUIRE(d.cluster.group(owner).stats().peeks == 0);
  d.cluster.CheckIdentities();
}

}  // namespace
}  // namespace ringlab
