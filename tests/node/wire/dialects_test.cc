// Clients of the reference systems against our nodes: their paths, their bytes, their error texts.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "node/live/unix_time.h"
#include "proto/dialects/galaxycache.pb.h"
#include "proto/dialects/springcache.pb.h"
#include "tests/node/grpc/raw_call.h"
#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

constexpr const char* kGets[] = {
    "/geecachepb.GroupCache/Get",     "/gaocachepb.PeanutCache/Get",
    "/gaocachepb.Gaocache/Get",       "/peanutcachepb.PeanutCache/Get",
    "/springcachepb.SpringCache/Get", "/groupcachepb.GroupCache/Get",
};

std::string Field(int number, std::string_view bytes) {
  return std::string(1, static_cast<char>(number << 3 | 2)) +
         std::string(1, static_cast<char>(bytes.size())) + std::string(bytes);
}

std::string Request(std::string_view group, std::string_view key) {
  return Field(1, group) + Field(2, key);
}

std::string DialectsText(const RawReply& reply) {
  return std::to_string(reply.status.error_code()) + " " + reply.status.error_message();
}

NodeOptions OfTenBytes() {
  NodeOptions options;
  options.groups = {{"scores", std::size_t{1} << 20}};
  options.source = ParseSyntheticSpec("size=10").value();
  return options;
}

RawReply Ask(NodeCluster& cluster, const char* path, const std::string& request,
             std::size_t node = 0) {
  return RawCall(cluster.peers().at(node).address, path, request);
}

template <class Message>
Message Parsed(const RawReply& reply) {
  INFO(DialectsText(reply));
  REQUIRE(reply.status.ok());
  Message message;
  REQUIRE(message.ParseFromString(reply.bytes));
  return message;
}

TEST_CASE("every dialect gets the same value by the same bytes from every node with one load") {
  NodeCluster cluster(3, OfTenBytes());
  const std::string request = Request("scores", "Tom");
  REQUIRE(request == "\x0a\x06scores\x12\x03Tom");
  const std::string value(MakeSyntheticValue("Tom", 0, 10).view());
  for (const char* path : kGets) {
    for (std::size_t node = 0; node < 3; ++node) {
      const RawReply reply = Ask(cluster, path, request, node);
      INFO(path << " at node " << node << ": " << DialectsText(reply));
      REQUIRE(reply.status.ok());
      REQUIRE(reply.bytes.substr(0, 12) == Field(1, value));
      const bool ours = std::string_view(path).starts_with("/groupcachepb");
      REQUIRE((ours || reply.bytes.size() == 12));  // ours may say more, in fields of its own
    }
  }
  std::uint64_t loads = 0;
  for (std::size_t i = 0; i < 3; ++i)
    loads += cluster.node(i).stats().groups[0].second.source_loads;
  REQUIRE(loads == 1);
}

TEST_CASE("errors carry the words of the system that was called and no code") {
  NodeOptions options = OfTenBytes();
  options.source = ParseSyntheticSpec("not-found=100%").value();
  NodeCluster cluster(1, options);
  const auto told = [&](const char* path, const std::string& request) {
    return DialectsText(Ask(cluster, path, request));
  };
  const std::string no_key = Request("scores", "");
  const std::string no_group = Request("other", "k");
  REQUIRE(told("/geecachepb.GroupCache/Get", no_key) == "2 key is required");
  REQUIRE(told("/geecachepb.GroupCache/Get", no_group) == "2 no such group: other");
  for (const char* path : {"/gaocachepb.PeanutCache/Get", "/gaocachepb.Gaocache/Get",
                           "/peanutcachepb.PeanutCache/Get"}) {
    REQUIRE(told(path, no_key) == "2 key required");
    REQUIRE(told(path, no_group) == "2 group not found");
    REQUIRE(told(path, Request("scores", "x")) == "2 no value for key \"x\"");
    REQUIRE(told(path, "\xff\xff") == "2 the request is not a Get message");
  }
  REQUIRE(told("/springcachepb.SpringCache/Get", no_key) == "2 springcache: key is empty");
  REQUIRE(told("/springcachepb.SpringCache/Set", no_key) == "2 key is empty");
  REQUIRE(told("/springcachepb.SpringCache/Set", no_group) == "2 no such group: other");
  REQUIRE(told("/galaxycachepb.GalaxyCache/GetFromPeer", no_group) ==
          "3 Unable to find galaxy [other]");
  REQUIRE(told("/galaxycachepb.GalaxyCache/GetFromPeer", Request("scores", "x")) ==
          "5 not found: [x]: no value for key \"x\"");
  REQUIRE(told("/galaxycachepb.GalaxyCache/PeekPeer", "\xff") ==
          "3 the request is not a PeekRequest message");
  REQUIRE(told("/geecachepb.GroupCache/Set", no_key).starts_with("12 "));  // UNIMPLEMENTED
}

TEST_CASE("a deadline keeps its code in every dialect") {
  NodeOptions options = OfTenBytes();
  options.source = ParseSyntheticSpec("latency=1500ms").value();
  NodeCluster cluster(1, options);
  const RawReply reply = RawCall(cluster.peers()[0].address, kGets[0], Request("scores", "k"),
                                 std::chrono::milliseconds(1000));
  REQUIRE(reply.status.error_code() == grpc::DEADLINE_EXCEEDED);
  REQUIRE(Eventually([&] {  // the load, if the call came that far in its time
    const GroupStats stats = cluster.stats(0);
    return stats.source_ok == stats.led;
  }));
}

TEST_CASE("springcache's set holds on every node until its unix second") {
  NodeCluster cluster(2, OfTenBytes());
  springcachepb::SetRequest set;
  set.set_group("scores");
  set.set_key("k");
  set.set_value("one");
  constexpr const char* kSet = "/springcachepb.SpringCache/Set";
  constexpr const char* kGet = "/springcachepb.SpringCache/Get";
  const auto value = [&](std::size_t node) {
    return Parsed<springcachepb::GetResponse>(Ask(cluster, kGet, Request("scores", "k"), node))
        .value();
  };
  // 0 is no expiry: in the reference system it was 1970, and the value gone at once.
  REQUIRE(Parsed<springcachepb::SetResponse>(Ask(cluster, kSet, set.SerializeAsString())).ok());
  REQUIRE(value(0) == "one");
  REQUIRE(value(1) == "one");
  const std::int64_t now_s = UnixNowNs() / 1'000'000'000;
  set.set_value("two");
  set.set_ishot(true);
  set.set_expire(now_s + 2);
  REQUIRE(Parsed<springcachepb::SetResponse>(Ask(cluster, kSet, set.SerializeAsString(), 1)).ok());
  const bool held = value(0) == "two";
  REQUIRE((held || UnixNowNs() / 1'000'000'000 >= now_s + 2));  // of a slow machine
  const std::string loaded(MakeSyntheticValue("k", 0, 10).view());
  REQUIRE(Eventually([&] { return value(0) == loaded && value(1) == loaded; }));
  for (const std::int64_t past : {now_s - 10, std::int64_t{-1}, INT64_MIN}) {
    set.set_expire(past);
    const RawReply reply = Ask(cluster, kSet, set.SerializeAsString());
    REQUIRE_THAT(DialectsText(reply), Contains("2 ") && Contains("expired already"));
  }
  set.set_expire(INT64_MAX);
  REQUIRE(Parsed<springcachepb::SetResponse>(Ask(cluster, kSet, set.SerializeAsString())).ok());
  REQUIRE(value(1) == "two");
}

TEST_CASE("galaxycache's peers get where they ask and may peek") {
  NodeOptions options = OfTenBytes();
  options.group.layers.ttl = std::chrono::seconds(60);
  options.group.layers.ttl_jitter = 0;
  NodeCluster cluster(2, options);
  const std::string key = cluster.KeyOf(1);
  const std::string request = Request("scores", key);
  constexpr const char* kGet = "/galaxycachepb.GalaxyCache/GetFromPeer";
  constexpr const char* kPeek = "/galaxycachepb.GalaxyCache/PeekPeer";
  REQUIRE(DialectsText(Ask(cluster, kPeek, request)).starts_with("5 not found: [" + key + "]: "));
  const auto soon_s = UnixNowNs() / 1'000'000'000 + 61;
  // Node 0 is not the owner, but took the call: it loads by itself, and forwards nothing.
  for (int i = 0; i < 2; ++i) {
    const auto got = Parsed<galaxycachepb::GetResponse>(Ask(cluster, kGet, request));
    REQUIRE(got.value() == MakeSyntheticValue(key, 0, 10).view());
    REQUIRE(got.expiry().seconds() > soon_s - 30);
    REQUIRE(got.expiry().seconds() <= soon_s + 30);
  }
  REQUIRE(cluster.node(1).stats().groups[0].second.gets == 0);
  const auto peeked = Parsed<galaxycachepb::PeekResponse>(Ask(cluster, kPeek, request));
  REQUIRE(peeked.value() == MakeSyntheticValue(key, 0, 10).view());
  REQUIRE(peeked.expiry().seconds() <= soon_s + 30);
}

}  // namespace
}  // namespace ringlab
