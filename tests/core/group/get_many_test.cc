// GetMany: every key as in a Get, one call to each owner, failures key by key.
#include <catch2/catch.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;

// What a batch came to: a text for each key.
std::vector<std::string> GetMany(GroupCluster& cluster, std::size_t node,
                                 const std::vector<std::string>& keys,
                                 TimePoint deadline = kNever) {
  const std::vector<std::string_view> views(keys.begin(), keys.end());
  std::optional<std::vector<std::string>> texts;
  int answers = 0;
  cluster.group(node).GetMany({.group = "g", .keys = views, .deadline = deadline},
                              [&](const std::vector<Result<GetReply>>& replies) {
                                ++answers;
                                texts.emplace();
                                for (const auto& reply : replies) {
                                  texts->push_back(reply
                                                       ? std::string(reply->value.view())
                                                       : std::string(CodeName(reply.error().code)));
                                }
                              });
  cluster.scheduler().AdvanceBy(milliseconds(100));
  REQUIRE(answers == 1);
  return *texts;
}

TEST_CASE("a batch has every key in its order with one call to each owner") {
  GroupCluster cluster(3);
  std::vector<std::string> keys;
  std::vector<std::string> values;
  for (int nth = 0; nth < 10; ++nth) {
    for (std::size_t owner = 0; owner < 3; ++owner) keys.push_back(cluster.KeyOf(owner, nth));
  }
  for (const std::string& key : keys) values.push_back("value of " + key);
  REQUIRE(GetMany(cluster, 0, keys) == values);
  REQUIRE(GetMany(cluster, 0, keys) == values);  // its own from the cache now
  REQUIRE(cluster.group(1).stats().batches == 2);
  REQUIRE(cluster.group(2).stats().batches == 2);
  REQUIRE(cluster.group(1).stats().gets_from_peers == 20);
  for (std::size_t node = 0; node < 3; ++node) REQUIRE(cluster.source(node).loads() == 10);
  cluster.CheckIdentities();
}

TEST_CASE("a key that comes twice in a batch is loaded once and answered twice") {
  GroupCluster cluster(2);
  for (std::size_t owner = 0; owner < 2; ++owner) {
    const std::string key = cluster.KeyOf(owner);
    REQUIRE(GetMany(cluster, 0, {key, key, key}) == std::vector<std::string>(3, "value of " + key));
    REQUIRE(cluster.source(owner).loads() == 1);
  }
  cluster.CheckIdentities();
}

TEST_CASE("keys of a batch fail one by one") {
  GroupCluster cluster(2);
  const std::string good = cluster.KeyOf(1);
  const std::string absent = cluster.KeyOf(1, 1);
  REQUIRE(cluster.Get(1, good) == "OK: value of " + good);  // so that it is in the owner's cache
  cluster.source(1).Play(FakeSource::Script::kAbsent);
  REQUIRE(GetMany(cluster, 0, {good, "", absent}) ==
          std::vector<std::string>{"value of " + good, "INVALID_ARGUMENT", "NOT_FOUND"});
  cluster.CheckIdentities();
}

TEST_CASE("the keys of an owner that is gone come from our own source") {
  GroupCluster cluster(2);
  cluster.transport().Kill("n1");
  const std::string a = cluster.KeyOf(1);
  const std::string b = cluster.KeyOf(0);
  REQUIRE(GetMany(cluster, 0, {a, b}) ==
          std::vector<std::string>{"value of " + a, "value of " + b});
  REQUIRE(cluster.group(0).stats().fallbacks == 1);
  cluster.CheckIdentities();
}

TEST_CASE("a batch of no keys or too many is refused as a whole") {
  GroupCluster cluster(1, {.name = "g", .batch_keys_max = 3});
  REQUIRE(GetMany(cluster, 0, {}).empty());
  REQUIRE(cluster.group(0).ComplaintAboutBatch(0) == "a batch of 0 keys; accepted: 1 to 3");
  REQUIRE(GetMany(cluster, 0, {"a", "b", "c", "d"}) ==
          std::vector<std::string>(4, "INVALID_ARGUMENT"));
  REQUIRE(cluster.source(0).loads() == 0);
  cluster.CheckIdentities();
}

TEST_CASE("a batch shares the load of a Get that was first and the other way round") {
  GroupCluster cluster(2);
  cluster.source(1).Play(FakeSource::Script::kHold);
  const std::string key = cluster.KeyOf(1);
  Answers single;
  cluster.group(0).Get(AskFor(key), single.Callback());
  const std::vector<std::string_view> views{key};
  std::size_t batched = 0;
  cluster.group(0).GetMany(
      {.group = "g", .keys = views},
      [&](const std::vector<Result<GetReply>>& replies) { batched += replies.size(); });
  cluster.group(0).Get(AskFor(key), single.Callback());
  REQUIRE(cluster.source(1).Release());
  cluster.scheduler().AdvanceBy(milliseconds(100));
  REQUIRE(single.size() == 2);
  REQUIRE(batched == 1);
  REQUIRE(cluster.source(1).loads() == 1);
  cluster.CheckIdentities();
}

TEST_CASE("a batch whose answers are too large fails as a whole, and no source is asked for it") {
  GroupCluster cluster(2, {.name = "g", .batch_bytes_max = 200});
  for (const std::size_t owner : {std::size_t{0}, std::size_t{1}}) {
    std::vector<std::string> keys;
    for (int nth = 0; nth < 40; ++nth) {
      keys.push_back(cluster.KeyOf(owner, nth));
      cluster.Get(owner, keys.back());
    }
    const std::vector<std::string_view> views(keys.begin(), keys.end());
    const int loads = cluster.source(0).loads() + cluster.source(1).loads();
    for (const std::size_t keys_asked : {std::size_t{5}, std::size_t{40}}) {
      std::vector<Result<GetReply>> got;
      cluster.group(0).GetMany(
          {.group = "g", .keys = std::span(views).first(keys_asked)},
          [&](std::vector<Result<GetReply>> replies) { got = std::move(replies); });
      REQUIRE(got.size() == keys_asked);
      for (const auto& reply : got) {
        if (keys_asked == 5) REQUIRE(reply);
        if (keys_asked == 40) REQUIRE(reply.error().code == Code::kOutOfRange);
      }
    }
    REQUIRE(cluster.source(0).loads() + cluster.source(1).loads() == loads);
  }
  cluster.CheckIdentities();
}

}  // namespace
}  // namespace ringlab
