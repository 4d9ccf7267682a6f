#include "sim/plan/client.h"

#include <functional>
#include <map>
#include <utility>

#include "core/ring/spec.h"
#include "tests/loadgen/measure/driver_world.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A client, its plan and its nodes n0, n1, n2 in virtual time. A node answers as `script` says.
struct ClientWorld {
  explicit ClientWorld(ScriptedTransport::Script script)
      : transport(scheduler, std::move(script)) {}

  Client& Make() {
    workload.duration = options.open_loop ? seconds(3600) : Duration::max();
    client.emplace(options, *Workload::Create(workload), scheduler, transport);
    client->SetRing(ring);
    return *client;
  }

  ClientReport Run(Duration patience = seconds(3600)) {
    if (!client) Make();
    client->Run([this] { ++ends; });
    scheduler.AdvanceBy(patience);
    const ClientReport report = client->report();
    CHECK(CheckIdentities(report.totals) == "");
    CHECK(report.in_flight == 0);
    CHECK(report.service.count() == report.totals.ok + report.totals.not_found);
    CHECK(report.failed.count() == report.totals.errors + report.totals.timeouts);
    return report;
  }

  void AnswerIn(Duration wait, Result<GetReply> reply, GetCallback done) {
    scheduler.RunAt(scheduler.Now() + wait,
                    [reply = std::move(reply), done = std::move(done)]() mutable { done(reply); });
  }

  ManualScheduler scheduler;
  ClientOptions options{.requests = 1000};
  WorkloadOptions workload{.seed = 3, .qps = 1000, .keys = 500};
  std::shared_ptr<const Ring> ring = *BuildRing({}, EqualNodes({"n0", "n1", "n2"}));
  ScriptedTransport transport;
  std::optional<Client> client;
  int ends = 0;
};

TEST_CASE("a closed loop keeps its concurrency and asks the nodes in turn") {
  std::uint64_t under_way = 0;
  std::uint64_t most = 0;
  std::map<std::string, int> asked;
  ClientWorld* world = nullptr;
  ClientWorld w([&](const ScriptedTransport::Call& call, GetCallback done) {
    most = std::max(most, ++under_way);
    ++asked[call.to];
    world->scheduler.RunAt(world->scheduler.Now() + milliseconds(1),
                           [&, key = call.key, done = std::move(done)]() mutable {
                             --under_way;
                             done(Right(key));
                           });
  });
  world = &w;
  w.options.concurrency = 7;
  const ClientReport report = w.Run();
  REQUIRE(w.ends == 1);
  REQUIRE(report.totals.sent == 1000);
  REQUIRE(report.totals.ok == 1000);
  REQUIRE(report.totals.wrong_values == 0);
  REQUIRE(most == 7);
  REQUIRE(asked == std::map<std::string, int>{{"n0", 334}, {"n1", 333}, {"n2", 333}});
  REQUIRE(report.elapsed == milliseconds(143));  // 1000 / 7 rounds of a millisecond
  REQUIRE(report.response.count() == 0);
  REQUIRE(report.service.max() == 1'000'000);
}

TEST_CASE("answers that come inside the asking do not pile up") {
  int depth = 0;
  int deepest = 0;
  ClientWorld w([&](const ScriptedTransport::Call& call, GetCallback done) {
    deepest = std::max(deepest, ++depth);
    done(Right(call.key));
    --depth;
  });
  w.options.requests = 100'000;
  REQUIRE(w.Run().totals.ok == 100'000);
  REQUIRE(deepest == 1);
  REQUIRE(w.ends == 1);
}

TEST_CASE("an open loop sends at the planned times and skips beyond its limit") {
  ClientWorld* world = nullptr;
  ClientWorld w([&](const ScriptedTransport::Call& call, GetCallback done) {
    world->AnswerIn(seconds(1), Right(call.key), std::move(done));
  });
  world = &w;
  w.options.open_loop = true;
  w.options.in_flight_max = 400;
  w.workload.process = ArrivalProcess::kConstant;
  const ClientReport report = w.Run();
  REQUIRE(report.totals.scheduled == 1000);
  REQUIRE(report.totals.sent == 400);  // all of the first second's that fit
  REQUIRE(report.totals.skipped == 600);
  REQUIRE(report.response.count() == 400);
  REQUIRE(w.transport.calls[1].at - w.transport.calls[0].at == milliseconds(1));
  REQUIRE(w.ends == 1);
}

TEST_CASE("a request to a node that is gone goes to the next one") {
  ClientWorld w([](const ScriptedTransport::Call& call, GetCallback done) {
    if (call.to == "n1") return done(Fail(Code::kUnavailable, "gone"));
    done(Right(call.key));
  });
  const ClientReport report = w.Run();
  REQUIRE(report.totals.ok == 1000);
  REQUIRE(report.totals.failed_over == 333);
  REQUIRE(report.totals.failovers == 333);
}

TEST_CASE("a request that no node takes fails after a bounded number of tries") {
  ClientWorld w([](const ScriptedTransport::Call&, GetCallback done) {
    done(Fail(Code::kUnavailable, "gone"));
  });
  w.options.failovers_max = 2;
  const ClientReport report = w.Run();
  REQUIRE(report.totals.errors == 1000);
  REQUIRE(report.totals.failed_over == 1000);
  REQUIRE(report.totals.failovers == 2000);
  REQUIRE(w.transport.calls.size() == 3000);
  REQUIRE(report.first_error.message == "gone");
}

TEST_CASE("a request fails over to the only node of a ring that shrank meanwhile") {
  ClientWorld* world = nullptr;
  ClientWorld w([&](const ScriptedTransport::Call& call, GetCallback done) {
    if (call.to == "n1") return done(Right(call.key));
    world->client->SetRing(*BuildRing({}, EqualNodes({"n1"})));
    done(Fail(Code::kCancelled, "gone"));
  });
  world = &w;
  const ClientTotals totals = w.Run().totals;
  REQUIRE(totals.ok == 1000);
  REQUIRE(totals.failovers == 1);
}

TEST_CASE("every kind of answer has its count") {
  int n = 0;
  ClientWorld w([&](const ScriptedTransport::Call& call, GetCallback done) {
    switch (n++ % 5) {
      case 0: return done(Fail(Code::kNotFound, "none"));
      case 1: return done(Fail(Code::kDeadlineExceeded, "late"));
      case 2: return done(Fail(Code::kInternal, "broken"));
      case 3: return done(GetReply{Value::Copy("foreign bytes"), Level::kSource});
      default: {
        Result<GetReply> right = Right(call.key);
        right->level = Level::kPeer;
        done(std::move(right));
      }
    }
  });
  const ClientTotals totals = w.Run().totals;
  REQUIRE(totals.not_found == 200);
  REQUIRE(totals.timeouts == 200);
  REQUIRE(totals.errors == 200);
  REQUIRE(totals.ok == 400);
  REQUIRE(totals.wrong_values == 200);
  REQUIRE(totals.level_source == 200);
  REQUIRE(totals.level_peer == 200);
  REQUIRE(totals.failovers == 0);
}

TEST_CASE("an answer out of a cache that does not own the key is a leftover") {
  ClientWorld w([](const ScriptedTransport::Call& call, GetCallback done) {
    done(Right(call.key));  // of Level::kCache
  });
  const ClientTotals totals = w.Run().totals;
  const Leftovers leftovers = w.client->leftovers();
  std::uint64_t at = 0;
  std::uint64_t of = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    at += leftovers.at[i];
    of += leftovers.of[i];
  }
  REQUIRE(totals.leftovers > 500);  // two of three nodes that were asked are not the owner
  REQUIRE(totals.leftovers < 800);
  REQUIRE(at == totals.leftovers);
  REQUIRE(of == totals.leftovers);
}

TEST_CASE("a client that is stopped answers for what it sent") {
  ClientWorld* world = nullptr;
  ClientWorld w([&](const ScriptedTransport::Call& call, GetCallback done) {
    if (world->transport.calls.size() == 100) world->client->Stop();
    world->AnswerIn(milliseconds(1), Right(call.key), std::move(done));
  });
  world = &w;
  for (const bool open : {false, true}) {
    w.options.open_loop = open;
    w.transport.calls.clear();
    w.client.reset();
    w.ends = 0;
    const ClientReport report = w.Run();
    REQUIRE(report.totals.sent == 100);
    REQUIRE(report.totals.ok == 100);
    REQUIRE(w.ends == 1);
  }
}

TEST_CASE("sending ends with the duration") {
  ClientWorld* world = nullptr;
  ClientWorld w([&](const ScriptedTransport::Call& call, GetCallback done) {
    world->AnswerIn(milliseconds(10), Right(call.key), std::move(done));
  });
  world = &w;
  w.options.concurrency = 2;
  w.options.duration = milliseconds(95);
  REQUIRE(w.Run().totals.sent == 20);
  REQUIRE(w.ends == 1);
}

TEST_CASE("the same seed sends the same requests") {
  const auto hash = [](std::uint64_t seed) {
    ClientWorld w(
        [](const ScriptedTransport::Call& call, GetCallback done) { done(Right(call.key)); });
    w.workload.seed = seed;
    return w.Run().plan_hash;
  };
  REQUIRE(hash(1) == hash(1));
  REQUIRE(hash(1) != hash(2));
}

TEST_CASE("the client's identities can be broken") {
  ClientTotals whole;
  static_cast<Totals&>(whole) = {.scheduled = 3, .sent = 2, .skipped = 1, .ok = 1, .errors = 1};
  whole.level_cache = 1;
  REQUIRE(CheckIdentities(whole).empty());
  for (std::uint64_t ClientTotals::* field : std::initializer_list<std::uint64_t ClientTotals::*>{
           &ClientTotals::scheduled, &ClientTotals::sent, &ClientTotals::skipped, &ClientTotals::ok,
           &ClientTotals::not_found, &ClientTotals::timeouts, &ClientTotals::level_peer,
           &ClientTotals::failed_over}) {
    ClientTotals broken = whole;
    ++(broken.*field);
    REQUIRE_FALSE(CheckIdentities(broken).empty());
  }
}

}  // namespace
}  // namespace ringlab
