#include "core/guard/guarded_transport.h"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/answers.h"
#include "tests/support/direct_transport.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Three nodes behind guards; n1 answers with `code`, or hangs.
struct GuardedTransportWorld {
  GuardedTransportWorld() {
    for (const std::string name : {"n1", "n2", "n3"}) {
      inner.Serve(name, [this, name](const GetRequest&, GetCallback done) {
        ++arrived;
        if (name != "n1" || code == std::nullopt) {
          return done(GetReply{Value::Copy("v"), Level::kCache});
        }
        if (!hangs) return done(Fail(*code, "as told"));
        hung = std::move(done);
      });
      REQUIRE(Get(name) == "OK: v");
    }
  }

  std::string Get(const std::string& to, Duration timeout = seconds(1)) {
    Answers answers;
    guarded.Get(to, {.group = "g", .key = "k", .deadline = scheduler.Now() + timeout},
                answers.Callback());
    if (hangs) scheduler.AdvanceBy(timeout);
    last = answers.size() == 1 ? answers.at(0) : Fail(Code::kUnknown, "no answer");
    return answers.text(0);
  }

  ManualScheduler scheduler;
  DirectTransport inner{scheduler};
  GuardedTransport guarded{inner, scheduler, {.circuits = {.circuit = {.backoff = {.jitter = 0}}}}};
  std::optional<Code> code;
  bool hangs = false;
  GetCallback hung;
  int arrived = 0;
  Result<GetReply> last;
};

TEST_CASE("calls are counted and timed by peer") {
  GuardedTransportWorld world;
  world.hangs = true;
  world.code = Code::kUnavailable;
  REQUIRE(world.Get("n1", seconds(1)) == "DEADLINE_EXCEEDED");
  world.hangs = false;
  const auto peers = world.guarded.peers();
  REQUIRE(peers.size() == 3);
  REQUIRE(peers[0].name == "n1");
  REQUIRE(peers[0].calls.succeeded == 1);
  REQUIRE(peers[0].calls.failed == 1);
  REQUIRE(peers[0].state == Circuit::State::kClosed);
  REQUIRE(peers[0].took == seconds(1));
  REQUIRE(peers[1].took == Duration::zero());
  const LatencyReading reading = world.guarded.latency();
  REQUIRE(reading.sum == seconds(1));
  REQUIRE(reading.counts[0] == 3);
}

TEST_CASE("a dead peer is refused at once after five failures and probed when it may be back") {
  GuardedTransportWorld world;
  world.inner.Kill("n1");
  for (int i = 0; i < 5; ++i) REQUIRE(world.Get("n1") == "UNAVAILABLE");
  REQUIRE(world.guarded.stats().open == 1);
  world.inner.Revive("n1");
  const int before = world.arrived;
  REQUIRE(world.Get("n1") == "UNAVAILABLE");
  REQUIRE(world.last.error().message == "peer \"n1\" is down since 0.0 s; next try in 1.0 s");
  REQUIRE(world.arrived == before);
  REQUIRE(world.Get("n2") == "OK: v");
  world.scheduler.AdvanceBy(seconds(1));
  REQUIRE(world.Get("n1") == "OK: v");
  REQUIRE(world.guarded.stats().open == 0);
}

TEST_CASE("what a peer answers is no failure of the peer") {
  GuardedTransportWorld world;
  world.code = GENERATE(Code::kNotFound, Code::kResourceExhausted, Code::kInternal,
                        Code::kInvalidArgument, Code::kCancelled, Code::kUnimplemented);
  for (int i = 0; i < 50; ++i) REQUIRE(world.Get("n1") == CodeName(*world.code));
  REQUIRE(world.guarded.stats().open == 0);
  REQUIRE(world.guarded.stats().sum.failed == 0);
}

TEST_CASE("a peer that refuses us has failed, and it is remembered why") {
  GuardedTransportWorld world;
  world.code = GENERATE(Code::kUnauthenticated, Code::kPermissionDenied);
  REQUIRE(world.Get("n1") == CodeName(*world.code));
  REQUIRE(world.guarded.stats().sum.failed == 1);
  REQUIRE(world.guarded.peers().front().last_failure.starts_with(CodeName(*world.code)));
}

TEST_CASE("deadlines count against a peer only if it was given time") {
  GuardedTransportWorld world;
  world.code = Code::kInternal;
  world.hangs = true;
  const bool hurried = GENERATE(true, false);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(world.Get("n1", milliseconds(hurried ? 19 : 20)) == "DEADLINE_EXCEEDED");
  }
  REQUIRE(world.guarded.stats().open == (hurried ? 0 : 1));
  REQUIRE(world.guarded.stats().sum.unjudged == (hurried ? 5 : 0));
}

// What comes of a Get that is wanted in so long, of a peer that hangs; and after how long.
std::pair<std::string, Duration> Silence(GuardedTransportWorld& world, Duration wanted_in) {
  Answers answers;
  const TimePoint asked = world.scheduler.Now();
  world.guarded.Get(
      "n1",
      {.group = "g", .key = "k", .deadline = asked + seconds(10), .wanted_by = asked + wanted_in},
      answers.Callback());
  while (answers.size() == 0) world.scheduler.AdvanceBy(milliseconds(1));
  return {answers.text(0), world.scheduler.Now() - asked};
}

TEST_CASE("a silent peer is given up in proportion, and fails") {
  GuardedTransportWorld world;
  world.code = Code::kInternal;
  world.hangs = true;
  using Seen = std::pair<std::string, Duration>;
  REQUIRE(Silence(world, seconds(4)) == Seen("UNAVAILABLE", seconds(2)));
  REQUIRE(Silence(world, milliseconds(100)) == Seen("UNAVAILABLE", milliseconds(50)));
  REQUIRE(Silence(world, milliseconds(10)) == Seen("UNAVAILABLE", seconds(5)));  // in a hurry
  REQUIRE(world.guarded.stats().sum.failed == 3);
  REQUIRE(world.guarded.peers()[0].last_failure ==
          "UNAVAILABLE peer \"n1\" said nothing within 5000 ms");
}

TEST_CASE("what a peer usually takes bounds its silence") {
  GuardedTransportWorld world;
  const auto takes = [&](Duration time) {
    world.inner.Serve("n1", [&world, time](const GetRequest&, GetCallback done) {
      world.scheduler.AdvanceBy(time);
      done(GetReply{Value::Copy("v"), Level::kCache});
    });
    REQUIRE(world.Get("n1") == "OK: v");
    world.inner.Serve(
        "n1", [&world](const GetRequest&, GetCallback done) { world.hung = std::move(done); });
  };
  takes(milliseconds(1));
  REQUIRE(Silence(world, seconds(4)).second == milliseconds(250));  // and no less
  takes(milliseconds(100));
  REQUIRE(Silence(world, seconds(4)).second == milliseconds(800));
  REQUIRE(Silence(world, seconds(1)).second == milliseconds(500));
}

TEST_CASE("a peer that says in time that it has no value yet lives") {
  GuardedTransportWorld world;
  world.code = Code::kDeadlineExceeded;
  for (int i = 0; i < 20; ++i) REQUIRE(world.Get("n1") == "DEADLINE_EXCEEDED");
  REQUIRE(world.guarded.stats().open == 0);
  REQUIRE(world.guarded.stats().sum.failed == 0);
}

TEST_CASE("a peek that comes too late counts against nobody") {
  GuardedTransportWorld world;
  PeekCallback hung;
  world.inner.Serve("n1", DirectTransport::Handlers{
                              .get = nullptr, .peek = [&](const GetRequest&, PeekCallback done) {
                                hung = std::move(done);
                              }});
  for (int i = 0; i < 20; ++i) {
    Code code = Code::kInternal;
    world.guarded.Peek("n1",
                       {.group = "g", .key = "k", .deadline = world.scheduler.Now() + seconds(1)},
                       [&](const Result<PeekReply>& reply) { code = reply.error().code; });
    world.scheduler.AdvanceBy(seconds(1));
    REQUIRE(code == Code::kDeadlineExceeded);
  }
  REQUIRE(world.guarded.stats().open == 0);
  world.inner.Kill("n1");  // who is gone is gone, whatever it was asked
  for (int i = 0; i < 5; ++i) {
    world.guarded.Peek("n1", {.group = "g", .key = "k"}, [](const Result<PeekReply>&) {});
  }
  REQUIRE(world.guarded.stats().open == 1);
}

TEST_CASE("a change of the membership forgets the circuits of those who left") {
  GuardedTransportWorld world;
  world.inner.Kill("n1");
  for (int i = 0; i < 5; ++i) world.Get("n1");
  world.guarded.KeepOnly({"n2", "n3"});
  REQUIRE(world.guarded.stats().peers == 2);
  REQUIRE(world.guarded.stats().open == 0);
}

TEST_CASE("an answer that comes after the guard is gone is passed on") {
  ManualScheduler scheduler;
  DirectTransport inner(scheduler);
  GetCallback held;
  inner.Serve("n1", [&](const GetRequest&, GetCallback done) { held = std::move(done); });
  Answers answers;
  auto guarded = std::make_unique<GuardedTransport>(inner, scheduler, GuardOptions{});
  guarded->Get("n1", {.group = "g", .key = "k"}, answers.Callback());
  guarded.reset();
  held(GetReply{Value::Copy("late"), Level::kCache});
  REQUIRE(answers.text(0) == "OK: late");
}

}  // namespace
}  // namespace ringlab
