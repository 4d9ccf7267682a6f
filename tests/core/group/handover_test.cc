// Hand-overs: the ring has changed, and who owned a key before is asked for it before the source.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Script = FakeSource::Script;

// Three nodes, of which n2 is not on the ring at first: it joins, and has its keys from the others.
class Handover {
 public:
  explicit Handover(GroupOptions options = {.name = "g"}, Duration delay = milliseconds(1))
      : cluster(3, std::move(options), delay) {
    for (std::size_t i = 0; i < 3; ++i) cluster.node(i).membership.Swap(before);
  }

  void Join(Duration handover = seconds(10)) {
    const TimePoint until = cluster.scheduler().Now() + handover;
    for (std::size_t i = 0; i < 3; ++i) cluster.node(i).membership.Swap(after, before, until);
  }

  // The nth key that n2 takes from n0.
  std::string Key(int nth = 0) const {
    for (int k = 0;; ++k) {
      std::string key = "key-" + std::to_string(k);
      const bool moves = before->nodes()[before->OwnerOf(key)] == "n0" &&
                         after->nodes()[after->OwnerOf(key)] == "n2";
      if (moves && nth-- == 0) return key;
    }
  }

  GroupStats stats(std::size_t node) { return cluster.group(node).stats(); }

  GroupCluster cluster;
  const std::shared_ptr<const Ring> before = RingOf({"n0", "n1"});
  const std::shared_ptr<const Ring> after = RingOf({"n0", "n1", "n2"});
};

TEST_CASE("a new owner has its keys from the former one and not from the source") {
  Handover h;
  const std::string key = h.Key();
  REQUIRE(h.cluster.Get(0, key) == "OK: " + FakeSource::ValueOf(key));
  h.Join();
  for (const std::size_t node : {1, 2, 1}) {
    REQUIRE(h.cluster.Get(node, key) == "OK: " + FakeSource::ValueOf(key));
  }
  REQUIRE(h.stats(2).source_loads == 0);
  REQUIRE(h.stats(2).peeks == 1);
  REQUIRE(h.stats(2).peeks_found == 1);
  REQUIRE(h.stats(0).peeks_asked == 1);
  REQUIRE(h.stats(0).peeks_answered == 1);
  REQUIRE(h.stats(0).gets == 1);  // a peek is none
  h.cluster.CheckIdentities();
}

TEST_CASE("what the former owner does not have comes from the source once") {
  Handover h;
  h.Join();
  REQUIRE(h.cluster.Get(1, h.Key()) == "OK: " + FakeSource::ValueOf(h.Key()));
  REQUIRE(h.stats(2).source_loads == 1);
  REQUIRE(h.stats(2).peeks == 1);
  REQUIRE(h.stats(2).peeks_found == 0);
  REQUIRE(h.stats(0).source_loads == 0);
  h.cluster.CheckIdentities();
}

TEST_CASE("a former owner that hangs or is gone costs a moment and no answer") {
  Handover h({.name = "g", .peek_timeout = milliseconds(5)}, milliseconds(50));
  h.cluster.Get(0, h.Key());
  h.Join();
  REQUIRE(h.cluster.Get(2, h.Key()) == "OK: " + FakeSource::ValueOf(h.Key()));  // too slow
  h.cluster.transport().Kill("n0");
  REQUIRE(h.cluster.Get(2, h.Key(1)) == "OK: " + FakeSource::ValueOf(h.Key(1)));
  REQUIRE(h.stats(2).peeks == 2);
  REQUIRE(h.stats(2).source_loads == 2);
  h.cluster.CheckIdentities();
}

TEST_CASE("a peeked value lives as long as it would have where it was") {
  GroupOptions options{.name = "g"};
  options.layers.ttl = seconds(100);
  options.layers.ttl_jitter = 0;
  Handover h(options);
  h.cluster.Get(0, h.Key());
  h.cluster.scheduler().AdvanceBy(seconds(90));
  h.Join(seconds(60));
  h.cluster.Get(2, h.Key());
  REQUIRE(h.stats(2).peeks_found == 1);
  h.cluster.scheduler().AdvanceBy(seconds(11));
  h.cluster.Get(2, h.Key());
  REQUIRE(h.stats(2).source_loads == 1);
}

TEST_CASE("nobody is asked after the hand-over or by who owned the key before") {
  Handover h;
  h.Join(seconds(10));
  h.cluster.scheduler().AdvanceBy(seconds(10));
  h.cluster.Get(2, h.Key());
  for (int k = 0; k < 100; ++k) h.cluster.Get(0, h.cluster.KeyOf(0, k));  // all were its own before
  REQUIRE(h.stats(2).peeks + h.stats(0).peeks == 0);
}

TEST_CASE("peeks in vain end until the ring changes again") {
  Handover h({.name = "g", .peeks_in_vain_max = 3});
  h.Join(std::chrono::hours(1));
  for (int k = 0; k < 10; ++k) h.cluster.Get(2, h.Key(k));
  REQUIRE(h.stats(2).peeks == 3);
  REQUIRE(h.stats(2).source_loads == 10);
  h.Join(std::chrono::hours(1));
  h.cluster.Get(2, h.Key(10));
  REQUIRE(h.stats(2).peeks == 4);
}

TEST_CASE("a write that comes during a peek is not overwritten by it") {
  Handover h({.name = "g"}, milliseconds(5));
  const std::string key = h.Key();
  h.cluster.Get(0, key);
  h.Join();
  Answers answers;
  h.cluster.group(2).Get(AskFor(key), answers.Callback());
  h.cluster.group(2).Set({.group = "g", .key = key, .value = "new", .hop = Hop::kPeer},
                         [](const Result<void>&) {});
  h.cluster.scheduler().AdvanceBy(milliseconds(100));
  REQUIRE(answers.size() == 1);
  REQUIRE(h.cluster.Get(2, key) == "OK: new");
  h.cluster.CheckIdentities();
}

TEST_CASE("a batch peeks too and a peek of a strange key finds nothing") {
  Handover h;
  const std::string a = h.Key(0);
  const std::string b = h.Key(1);
  h.cluster.Get(0, a);
  h.Join();
  const std::string_view keys[] = {a, b};
  std::vector<std::string> got;
  h.cluster.group(2).GetMany({.group = "g", .keys = keys}, [&](const auto& replies) {
    for (const auto& reply : replies) got.emplace_back(reply->value.view());
  });
  h.cluster.scheduler().AdvanceBy(milliseconds(100));
  REQUIRE(got == std::vector<std::string>{FakeSource::ValueOf(a), FakeSource::ValueOf(b)});
  REQUIRE(h.stats(2).peeks_found == 1);
  Code code = Code::kInternal;
  h.cluster.group(0).Peek(AskFor(""), [&](const Result<PeekReply>& r) { code = r.error().code; });
  REQUIRE(code == Code::kNotFound);
  h.cluster.CheckIdentities();
}

TEST_CASE("what went to another node is forgotten and what is ours stays") {
  Handover h;
  for (int k = 0; k < 20; ++k) h.cluster.Get(0, h.Key(k));
  for (int k = 0; k < 30; ++k) h.cluster.Get(0, h.cluster.KeyOf(0, k));
  REQUIRE(h.stats(0).cache.items == 50);
  h.Join();
  std::size_t part = 0;
  while (h.cluster.group(0).ForgetDisowned(part)) ++part;
  REQUIRE(h.stats(0).cache.items == 30);
  REQUIRE(h.stats(0).cache.erased == 20);
  const std::uint64_t loads = h.stats(0).source_loads;
  for (int k = 0; k < 30; ++k) h.cluster.Get(0, h.cluster.KeyOf(0, k));
  REQUIRE(h.stats(0).source_loads == loads);
  h.cluster.CheckIdentities();
}

}  // namespace
}  // namespace ringlab
