// Set and Remove: routed within one hop, applied where they land, and past every load of the key.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;

SetRequest SetTo(std::string_view key, std::string_view value, Hop hop = Hop::kCaller) {
  return {.group = "g", .key = key, .value = value, .hop = hop};
}

RemoveRequest Forget(std::string_view key) { return {.group = "g", .key = key}; }

// How a write ended, once all that is due has run.
struct Written {
  WriteCallback Callback() {
    return [this](const Result<void>& reply) {
      texts.push_back(
          reply ? "OK" : std::string(CodeName(reply.error().code)) + " " + reply.error().message);
    };
  }
  std::vector<std::string> texts;
};

std::string SetAt(GroupCluster& cluster, std::size_t node, const SetRequest& request) {
  Written written;
  cluster.group(node).Set(request, written.Callback());
  cluster.scheduler().AdvanceBy(milliseconds(100));
  return written.texts.size() == 1 ? written.texts[0] : "not once";
}

std::string RemoveAt(GroupCluster& cluster, std::size_t node, const RemoveRequest& request) {
  Written written;
  cluster.group(node).Remove(request, written.Callback());
  cluster.scheduler().AdvanceBy(milliseconds(100));
  return written.texts.size() == 1 ? written.texts[0] : "not once";
}

TEST_CASE("a value that was set anywhere is read everywhere and not loaded") {
  GroupCluster cluster(3);
  const std::string key = cluster.KeyOf(1);
  for (std::size_t node = 0; node < 3; ++node) {
    const std::string value = "value of " + std::to_string(node);
    REQUIRE(SetAt(cluster, node, SetTo(key, value)) == "OK");
    for (std::size_t asked = 0; asked < 3; ++asked)
      REQUIRE(cluster.Get(asked, key) == "OK: " + value);
  }
  for (std::size_t node = 0; node < 3; ++node) REQUIRE(cluster.source(node).loads() == 0);
  REQUIRE(cluster.group(1).stats().writes_applied == 3);
  REQUIRE(cluster.group(0).stats().writes_forwarded_ok == 1);
  cluster.CheckIdentities();
}

TEST_CASE("a key that was removed anywhere is loaded again") {
  GroupCluster cluster(3);
  const std::string key = cluster.KeyOf(1);
  REQUIRE(SetAt(cluster, 0, SetTo(key, "set")) == "OK");
  for (std::size_t node = 0; node < 3; ++node) {
    REQUIRE(RemoveAt(cluster, node, Forget(key)) == "OK");
    REQUIRE(cluster.Get(0, key) == "OK: value of " + key);
  }
  REQUIRE(cluster.source(1).loads() == 3);
  REQUIRE(RemoveAt(cluster, 0, Forget("never seen")) == "OK");
  cluster.CheckIdentities();
}

// Defect 1 of the reference systems: a Set during a load was dropped, or broke who waited for it.
TEST_CASE("a load that was under way does not overwrite a set or a remove") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(0);
  for (const bool set : {true, false}) {
    INFO((set ? "set" : "remove"));
    cluster.source(0).Play(FakeSource::Script::kHold);
    Answers waiting;
    cluster.group(0).Get(AskFor(key), waiting.Callback());
    cluster.group(1).Get(AskFor(key), waiting.Callback());
    REQUIRE((set ? SetAt(cluster, 1, SetTo(key, "new")) : RemoveAt(cluster, 1, Forget(key))) ==
            "OK");
    cluster.source(0).Play(FakeSource::Script::kNow);
    if (set) REQUIRE(cluster.Get(1, key) == "OK: new");  // already, whatever is still under way
    while (cluster.source(0).Release()) {
    }
    cluster.scheduler().AdvanceBy(milliseconds(100));
    REQUIRE(waiting.size() == 2);  // who waited has what was when they asked
    REQUIRE(waiting.text(0) == "OK: value of " + key);
    const int loads = cluster.source(0).loads();
    REQUIRE(cluster.Get(0, key) == (set ? std::string("OK: new") : "OK: value of " + key));
    REQUIRE(cluster.source(0).loads() == loads + (set ? 0 : 1));
    REQUIRE(RemoveAt(cluster, 0, Forget(key)) == "OK");
  }
  REQUIRE(cluster.group(0).stats().superseded == 2);
  cluster.CheckIdentities();
}

// Found by sim --swarm, seed 358: nobody waited for the load any more, so no write met it, and what
// it brought at last was kept in the place of an acknowledged write.
TEST_CASE("a load that was given up before a write does not overwrite it when it lands") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(0);
  for (const bool set : {true, false}) {
    INFO((set ? "set" : "remove"));
    cluster.source(0).Play(FakeSource::Script::kHold);
    Answers waiting;
    cluster.group(0).Get(AskFor(key), waiting.Callback());
    cluster.scheduler().AdvanceBy(std::chrono::seconds(10));
    REQUIRE(waiting.size() == 1);
    REQUIRE(waiting.text(0) == "DEADLINE_EXCEEDED");
    REQUIRE((set ? SetAt(cluster, 1, SetTo(key, "new")) : RemoveAt(cluster, 1, Forget(key))) ==
            "OK");
    REQUIRE(cluster.source(0).Release());
    cluster.source(0).Play(FakeSource::Script::kNow);
    const int loads = cluster.source(0).loads();
    REQUIRE(cluster.Get(0, key) == (set ? std::string("OK: new") : "OK: value of " + key));
    REQUIRE(cluster.source(0).loads() == loads + (set ? 0 : 1));
    REQUIRE(RemoveAt(cluster, 0, Forget(key)) == "OK");
  }
}

TEST_CASE("a load that was given up is kept all the same when nothing has overtaken it") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(0);
  cluster.source(0).Play(FakeSource::Script::kHold);
  Answers waiting;
  cluster.group(0).Get(AskFor(key), waiting.Callback());
  cluster.scheduler().AdvanceBy(std::chrono::seconds(10));
  REQUIRE(SetAt(cluster, 0, SetTo("another key", "new")) == "OK");
  REQUIRE(cluster.source(0).Release());
  REQUIRE(cluster.Get(0, key) == "OK: value of " + key);
  REQUIRE(cluster.source(0).loads() == 1);
}

// Defect 14: a receiver that routed again let a Set bounce between nodes with different rings.
TEST_CASE("writes end where they land when two nodes disagree about the ring") {
  GroupCluster cluster(2);
  const std::string key = "key";
  // Each is sure that the other owns everything.
  cluster.node(0).membership.Swap(RingOf({"n1"}));
  cluster.node(1).membership.Swap(RingOf({"n0"}));
  REQUIRE(SetAt(cluster, 0, SetTo(key, "from n0")) == "OK");
  REQUIRE(SetAt(cluster, 1, SetTo(key, "from n1")) == "OK");
  for (std::size_t node = 0; node < 2; ++node) {
    const GroupStats stats = cluster.group(node).stats();
    REQUIRE(stats.writes_forwarded == 1);
    REQUIRE(stats.writes_applied == 1);
  }
  REQUIRE(RemoveAt(cluster, 0, Forget(key)) == "OK");
  REQUIRE(RemoveAt(cluster, 1, Forget(key)) == "OK");
  REQUIRE(cluster.Get(0, key) == "OK: value of " + key);
  cluster.CheckIdentities();
}

TEST_CASE("a write falls back on nobody when its owner is gone") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(1);
  cluster.transport().Kill("n1");
  REQUIRE(SetAt(cluster, 0, SetTo(key, "lost")) == "UNAVAILABLE no node n1");
  REQUIRE(RemoveAt(cluster, 0, Forget(key)) == "UNAVAILABLE no node n1");
  REQUIRE(cluster.group(0).stats().writes_forwarded_failed == 2);
  cluster.transport().Revive("n1");
  REQUIRE(cluster.Get(0, key) == "OK: value of " + key);
  cluster.CheckIdentities();
}

TEST_CASE("a write that cannot be is refused and nothing of it is stored") {
  GroupCluster cluster(1, {.name = "g", .layers = {.bytes = 1 << 20}, .value_bytes_max = 1000});
  const std::string long_key(Item::kKeyBytesMax + 1, 'k');
  SetRequest past = SetTo("k", "v");
  past.ttl = -milliseconds(1);
  for (const auto& [request, said] : std::vector<std::pair<SetRequest, std::string>>{
           {SetTo("", "v"), "INVALID_ARGUMENT key required"},
           {SetTo(long_key, "v"), "INVALID_ARGUMENT a key of 32768 bytes; accepted: up to 32767"},
           {SetTo("k", std::string(1001, 'v')),
            "INVALID_ARGUMENT set \"k\": a value of 1001 bytes; accepted: up to 1000"},
           {past,
            "INVALID_ARGUMENT set \"k\": it would have expired already; accepted: a time to live "
            "above 0, or 0 for the default"}}) {
    REQUIRE(SetAt(cluster, 0, request) == said);
  }
  REQUIRE(RemoveAt(cluster, 0, Forget("")) == "INVALID_ARGUMENT key required");
  REQUIRE(cluster.group(0).stats().writes_invalid == 5);
  REQUIRE(cluster.group(0).stats().cache.items == 0);
  cluster.CheckIdentities();
}

TEST_CASE("a value that its owner has no memory for is refused and the old one stays") {
  GroupCluster cluster(2, {.name = "g", .layers = {.bytes = 8 << 10}});
  const std::string key = cluster.KeyOf(1);
  const std::size_t bytes_max = cluster.group(1).layers().set_bytes_max() - key.size();
  REQUIRE(SetAt(cluster, 0, SetTo(key, "small")) == "OK");
  for (const std::size_t node : {0, 1}) {
    const std::string said = SetAt(cluster, node, SetTo(key, std::string(bytes_max + 1, 'v')));
    REQUIRE(said.starts_with("INVALID_ARGUMENT set \"" + key + "\": key and value of "));
    REQUIRE(cluster.Get(node, key) == "OK: small");
  }
  REQUIRE(SetAt(cluster, 0, SetTo(key, std::string(bytes_max, 'v'))) == "OK");
  REQUIRE(cluster.Get(0, key) == "OK: " + std::string(bytes_max, 'v'));
  REQUIRE(cluster.source(1).loads() == 0);
  cluster.CheckIdentities();
}

}  // namespace
}  // namespace ringlab
