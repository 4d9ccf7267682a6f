// Set, Remove and GetMany of real nodes over gRPC, and what is told beside an answer.
#include <catch2/catch.hpp>
#include <future>
#include <string>
#include <vector>

#include "node/wire/answer.h"
#include "node/wire/wire.h"
#include "tests/node/grpc/raw_call.h"
#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

std::string Text(const Result<void>& written) {
  return written ? "OK"
                 : std::string(CodeName(written.error().code)) + " " + written.error().message;
}

std::string SetAt(NodeCluster& cluster, std::size_t node, const SetRequest& request) {
  std::promise<std::string> done;
  cluster.client().Set(cluster.peers().at(node).name, request,
                       [&](const Result<void>& written) { done.set_value(Text(written)); });
  return done.get_future().get();
}

std::string RemoveAt(NodeCluster& cluster, std::size_t node, std::string_view key) {
  std::promise<std::string> done;
  cluster.client().Remove(cluster.peers().at(node).name, {.group = "default", .key = key},
                          [&](const Result<void>& written) { done.set_value(Text(written)); });
  return done.get_future().get();
}

std::vector<Result<GetReply>> GetMany(NodeCluster& cluster, std::size_t node,
                                      const std::vector<std::string_view>& keys) {
  std::promise<std::vector<Result<GetReply>>> done;
  cluster.client().GetMany(cluster.peers().at(node).name, {.group = "default", .keys = keys},
                           [&](auto replies) { done.set_value(std::move(replies)); });
  return done.get_future().get();
}

TEST_CASE("a set and a remove through any node hold for every node") {
  NodeCluster cluster(3);
  const std::string key = cluster.KeyOf(1) + std::string("\0\xff", 2);
  for (std::size_t node = 0; node < 3; ++node) {
    const Value value = MakeSyntheticValue(key, 7 + node, 100);
    REQUIRE(SetAt(cluster, node, {.group = "default", .key = key, .value = value.view()}) == "OK");
    for (std::size_t asked = 0; asked < 3; ++asked) {
      const auto reply = cluster.Get(asked, key);
      REQUIRE(reply);
      REQUIRE(SyntheticVersion(key, reply->value.view()) == 7 + node);
    }
  }
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == 0);
  REQUIRE(RemoveAt(cluster, 2, key) == "OK");
  const auto reply = cluster.Get(0, key);
  REQUIRE(reply);
  REQUIRE(SyntheticVersion(key, reply->value.view()) == 0U);
  REQUIRE(cluster.Sum(&GroupStats::writes_applied) == 4);
}

TEST_CASE("values as large as the node allows can be set, and read from another") {
  NodeOptions options;
  options.groups = {{"default", std::size_t{256} << 20}};
  options.group.value_bytes_max = std::size_t{40} << 20;  // beyond gRPC's own limits
  NodeCluster cluster(2, options);
  const std::string key = cluster.KeyOf(1);
  const std::string value(std::size_t{36} << 20, 'v');
  REQUIRE(SetAt(cluster, 0, {.group = "default", .key = key, .value = value}) == "OK");
  const auto reply = cluster.Get(0, key);
  REQUIRE(reply);
  REQUIRE(reply->value.view() == value);
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == 0);
}

TEST_CASE("writes to what is not there or cannot be are refused by name") {
  NodeCluster cluster(2);
  REQUIRE(SetAt(cluster, 0, {.group = "x", .key = "k"}) == "NOT_FOUND no such group: x");
  REQUIRE(SetAt(cluster, 0, {.group = "default", .key = ""}) == "INVALID_ARGUMENT key required");
  REQUIRE_THAT(SetAt(cluster, 0, {.group = "default", .key = "k", .ttl = -std::chrono::seconds(1)}),
               StartsWith("INVALID_ARGUMENT set \"k\": it would have expired already"));
  REQUIRE(RemoveAt(cluster, 0, "") == "INVALID_ARGUMENT key required");
}

TEST_CASE("an absolute expiry in the past is refused and one to come is taken") {
  NodeCluster cluster(1);
  groupcachepb::SetRequest message;
  message.set_group("default");
  message.set_key("k");
  message.set_expire_unix_ns(1);
  const std::string path = "/groupcachepb.GroupCache/Set";
  const std::string& address = cluster.peers().front().address;
  REQUIRE(RawCall(address, path, message.SerializeAsString()).status.error_code() ==
          grpc::INVALID_ARGUMENT);
  message.set_expire_unix_ns(INT64_MAX);
  REQUIRE(RawCall(address, path, message.SerializeAsString()).status.ok());
  message.set_ttl_ns(1);  // both
  REQUIRE(RawCall(address, path, message.SerializeAsString()).status.error_code() ==
          grpc::INVALID_ARGUMENT);
}

TEST_CASE("a batch over nodes has every key's own answer") {
  NodeCluster cluster(3);
  std::vector<std::string> keys;
  for (int nth = 0; nth < 20; ++nth) {
    for (std::size_t owner = 0; owner < 3; ++owner) keys.push_back(cluster.KeyOf(owner, nth));
  }
  keys.emplace_back();  // and one that cannot be
  const std::vector<std::string_view> views(keys.begin(), keys.end());
  const auto replies = GetMany(cluster, 0, views);
  REQUIRE(replies.size() == keys.size());
  for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
    REQUIRE(replies[i]);
    REQUIRE(SyntheticVersion(keys[i], replies[i]->value.view()) == 0U);
  }
  REQUIRE(replies.back().error().code == Code::kInvalidArgument);
  REQUIRE(cluster.Sum(&GroupStats::batches) == 3);
}

TEST_CASE("a batch of nothing or of far too much is refused before anything is loaded") {
  NodeCluster cluster(1);
  const std::string path = "/groupcachepb.GroupCache/GetMany";
  const std::string& address = cluster.peers().front().address;
  groupcachepb::GetManyRequest message;
  message.set_group("default");
  REQUIRE_THAT(RawCall(address, path, message.SerializeAsString()).status.error_message(),
               Contains("a batch of 0 keys; accepted: 1 to 10000"));
  for (int i = 0; i < 1'000'000; ++i) message.add_keys("k");
  const auto refused = RawCall(address, path, message.SerializeAsString());
  REQUIRE(refused.status.error_code() == grpc::INVALID_ARGUMENT);
  REQUIRE(cluster.Sum(&GroupStats::source_loads) == 0);
}

TEST_CASE("a caller who asks by metadata is told how a Get was answered") {
  NodeCluster cluster(2);
  const std::string key = cluster.KeyOf(1);
  const std::string request = EncodeGetRequest({.group = "default", .key = key});
  const auto answer = [&](std::size_t node) {
    const auto reply = RawCall(cluster.peers().at(node).address, "/groupcachepb.GroupCache/Get",
                               request, std::chrono::seconds(30), {{kExplainMetadata, "1"}});
    REQUIRE(reply.status.ok());
    REQUIRE(reply.trailing.count(kAnswerMetadata) == 1);
    return reply.trailing.find(kAnswerMetadata)->second;
  };
  REQUIRE_THAT(answer(0), StartsWith("level=peer;owner=n1;ring=") && Contains(";us="));
  REQUIRE_THAT(answer(1), StartsWith("level=cache;owner=n1;ring=") && Contains(";age_ms="));
}

TEST_CASE("a caller who asks by the field is told how a Get was answered in fields") {
  NodeCluster cluster(2);
  const std::string key = cluster.KeyOf(1);
  groupcachepb::GetRequest request;
  request.set_group("default");
  request.set_key(key);
  const auto answer = [&](std::size_t node) {
    const auto reply = RawCall(cluster.peers().at(node).address, "/groupcachepb.GroupCache/Get",
                               request.SerializeAsString());
    REQUIRE(reply.status.ok());
    REQUIRE(reply.trailing.count(kAnswerMetadata) == 0);
    groupcachepb::GetResponse response;
    REQUIRE(response.ParseFromString(reply.bytes));
    return response;
  };
  const auto unasked = answer(0);
  REQUIRE(unasked.owner().empty());
  REQUIRE(unasked.took_ns() == 0);
  request.set_explain(true);
  const auto forwarded = answer(0);
  REQUIRE(forwarded.level() == static_cast<std::uint32_t>(Level::kPeer));
  REQUIRE(forwarded.owner() == "n1");
  REQUIRE(forwarded.ring_fingerprint() == cluster.node(0).view()->ring->fingerprint());
  REQUIRE_FALSE(forwarded.has_age_ns());
  REQUIRE(forwarded.took_ns() > 0);
  const auto cached = answer(1);
  REQUIRE(cached.level() == static_cast<std::uint32_t>(Level::kCache));
  REQUIRE(cached.has_age_ns());
}

TEST_CASE("names of any bytes are escaped in an answer") {
  const Answer answer{.level = Level::kStale,
                      .owner = "a;b=\xff %",
                      .ring = 0xabc,
                      .age = std::chrono::milliseconds(12),
                      .took = std::chrono::microseconds(7)};
  REQUIRE(answer.ToText() ==
          "level=stale;owner=a%3Bb%3D%FF%20%25;ring=0000000000000abc;age_ms=12;us=7");
}

}  // namespace
}  // namespace ringlab
