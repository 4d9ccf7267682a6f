// What a reply says of its time: to who asks, and of which wait.
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>

#include "core/group/group.h"
#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using Script = FakeSource::Script;
using std::chrono::milliseconds;

constexpr float kMs = 1e6F;

// The reply to a caller of node 0 that asks for times, or not.
struct Asked {
  Asked(GroupCluster& cluster, const std::string& key, bool timed = true) {
    GetRequest request = AskFor(key);
    request.timed = timed;
    cluster.group(0).Get(request, [this](Result<GetReply> answer) {
      REQUIRE(answer);
      reply = *std::move(answer);
    });
  }
  std::optional<GetReply> reply;
};

TEST_CASE("a hit waited for nothing, and who did not ask is told nothing") {
  GroupCluster cluster(1);
  cluster.source(0).Play(Script::kHold);
  const Asked not_timed(cluster, "k", false);
  cluster.scheduler().AdvanceBy(milliseconds(7));
  REQUIRE(cluster.source(0).Release());
  REQUIRE(not_timed.reply);
  CHECK(not_timed.reply->times == AnswerTimes{});
  const Asked hit(cluster, "k");
  REQUIRE(hit.reply);
  CHECK(hit.reply->times == AnswerTimes{});
}

TEST_CASE("the owner of a key tells how long its source took") {
  GroupCluster cluster(1);
  cluster.source(0).Play(Script::kHold);
  const Asked asked(cluster, "k");
  cluster.scheduler().AdvanceBy(milliseconds(7));
  REQUIRE(cluster.source(0).Release());
  REQUIRE(asked.reply);
  CHECK(asked.reply->level == Level::kSource);
  CHECK(asked.reply->times == AnswerTimes{.source = 7 * kMs});
}

TEST_CASE("of another node's answer what that does not account for was on the way") {
  GroupCluster cluster(2, {.name = "g"}, milliseconds(3));  // to the owner
  const std::string key = cluster.KeyOf(1);
  cluster.source(1).Play(Script::kHold);
  const Asked asked(cluster, key);
  cluster.scheduler().AdvanceBy(milliseconds(10));
  REQUIRE(cluster.source(1).Release());
  cluster.scheduler().AdvanceBy(milliseconds(10));
  REQUIRE(asked.reply);
  CHECK(asked.reply->level == Level::kPeer);
  const AnswerTimes& times = asked.reply->times;
  CHECK(times.took == 0);
  CHECK(times.source == 7 * kMs);
  // The owner's service completes its times (node/wire/answer_times.h); here nobody does, and so
  // all of the wait was on the way.
  CHECK(times.hop == 10 * kMs);
}

TEST_CASE("the owner's own account of its time is no time on the way") {
  GroupCluster cluster(2);
  cluster.transport().Serve("n1", [&](const GetRequest& request, GetCallback done) {
    REQUIRE(request.timed);
    cluster.scheduler().RunAt(
        cluster.scheduler().Now() + milliseconds(9),
        [done = std::make_shared<GetCallback>(std::move(done))] {
          (*done)(GetReply{.value = Value::Copy("v"),
                           .level = Level::kSource,
                           .times = {.took = 6 * kMs, .queue = 1 * kMs, .source = 4 * kMs}});
        });
  });
  const Asked asked(cluster, cluster.KeyOf(1));
  cluster.scheduler().AdvanceBy(milliseconds(10));
  REQUIRE(asked.reply);
  CHECK(asked.reply->times == AnswerTimes{.queue = 1 * kMs, .hop = 3 * kMs, .source = 4 * kMs});
}

}  // namespace
}  // namespace ringlab
