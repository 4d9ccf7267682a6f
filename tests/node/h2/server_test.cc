#include "node/h2/server.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/node/h2/live_world.h"
#include "tests/node/h2/stream/few_descriptors.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Looks again and again, for as long as a slow machine may take.
template <class Condition>
bool Eventually(Condition condition) {
  for (int i = 0; i < 30'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return false;
}

Descriptor RawClient(const std::string& address) {
  const auto to = Resolve(*SplitAddress(address), Lookup::kNumeric);
  auto client = Connect(to->front());
  if (!client) FAIL("no connection");  // an assertion only when it fails: see FewDescriptors below
  return *std::move(client);
}

// Whether the other side hangs up, after whatever it says before.
bool HangsUp(const Descriptor& client) {
  std::array<char, 4096> bytes{};
  for (int i = 0; i < 1000; ++i) {
    pollfd one{client.get(), POLLIN, 0};
    if (poll(&one, 1, 30'000) != 1) return false;
    if (recv(client.get(), bytes.data(), bytes.size(), 0) <= 0) return true;
  }
  return false;
}

TEST_CASE("calls are answered, by whatever way their handlers answer") {
  H2World world;
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  for (const std::string_view path : {kEcho, kSlow, kOther}) {
    REQUIRE(Ask(link, path, "text") == "text");
    REQUIRE(Ask(link, path, "") == "");
    const std::string large(300'000, 'q');
    REQUIRE(Ask(link, path, large) == large);
  }
  REQUIRE(Ask(link, kLarge, "").value().size() == 1 << 20);
  const auto failed = Ask(link, kFail, "");
  REQUIRE(failed.error() == Error{Code::kNotFound, "no such key: \"k\""});
  REQUIRE(Ask(link, "/test.Test/None", "").error().code == Code::kUnimplemented);
  const H2ServerCounters counters = server->counters();
  REQUIRE(counters.calls == 12);
  REQUIRE(counters.answered == 11);
  REQUIRE(counters.refused == 1);
  REQUIRE(server->connections() == 1);
}

TEST_CASE("many threads call at once, over many connections and loops") {
  H2World world(2, {.connections_per_peer = 4});
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  constexpr int kThreads = 4;
  constexpr int kCalls = 300;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Replies replies;
      for (int i = 0; i < kCalls; ++i) {
        const std::array paths = {kEcho, kOther, kSlow};
        link.Call({.path = paths[static_cast<std::size_t>(i % 3)], .request = std::to_string(t)},
                  replies.Callback());
      }
      for (const auto& reply : replies.Await(kCalls)) {
        if (reply == std::to_string(t)) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(right == kThreads * kCalls);
  REQUIRE(server->connections() == 4);
  REQUIRE(server->counters().answered == kThreads * kCalls);
}

TEST_CASE("a token is asked of every call") {
  H2World with_token(1, {.security = {.tls = {}, .token = "secret"}});
  const auto server = with_token.Serve("127.0.0.1:0", {.security = {.tls = {}, .token = "secret"}});
  REQUIRE(Ask(with_token.links->To(server->address()), kEcho, "x") == "x");
  for (const std::string& token : {std::string(), std::string("wrong")}) {
    const auto links =
        *H2Links::Start(*with_token.loops, {.security = {.tls = {}, .token = token}});
    REQUIRE(Ask(links->To(server->address()), kEcho, "x").error().code == Code::kUnauthenticated);
  }
}

TEST_CASE("a deadline is told by both sides, and a late answer finds nobody") {
  H2World world;
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  REQUIRE(Ask(link, kKeep, "", world.timer.Now() + milliseconds(30)).error().code ==
          Code::kDeadlineExceeded);
  world.kept.Await(1);
  REQUIRE(Eventually([&] {
    const H2ServerCounters counters = server->counters();
    return counters.expired + counters.gone == 1;
  }));
  world.kept.AnswerAll("late");
  REQUIRE(Ask(link, kEcho, "x") == "x");
  REQUIRE(server->counters().late == 1);
}

TEST_CASE("who refuses tells callers so, and finishes what it has") {
  H2World world;
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  Replies kept;
  link.Call({.path = kKeep, .request = ""}, kept.Callback());
  world.kept.Await(1);
  server->Refuse();
  REQUIRE(Ask(link, kEcho, "x").error() == Error{Code::kUnavailable, "the node is stopping"});
  world.kept.AnswerAll("done");
  REQUIRE(kept.Await(1).front() == "done");
}

TEST_CASE("a stop waits for the calls that it has, and for nobody who is idle") {
  H2World world(2, {.connections_per_peer = 3});
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  const Descriptor silent = RawClient(server->address());
  REQUIRE(Eventually([&] { return server->connections() == 1; }));
  Replies replies;
  for (int i = 0; i < 30; ++i) {
    link.Call({.path = i % 2 == 0 ? kSlow : kKeep, .request = "text"}, replies.Callback());
  }
  world.kept.Await(15);
  std::thread stop([&] { server->Stop(seconds(60)); });
  REQUIRE(Eventually(
      [&] { return !server->serving() && Eventually([&] { return replies.count() >= 15; }); }));
  world.kept.AnswerAll("text");
  stop.join();
  for (const auto& reply : replies.Await(30)) REQUIRE(reply == "text");
  REQUIRE(server->connections() == 0);
  REQUIRE(HangsUp(silent));
  server->Stop(seconds(60));  // idempotent
  REQUIRE(Ask(link, kEcho, "x").error().code == Code::kUnavailable);
}

TEST_CASE("after the grace callers are told that it is over, and the handlers are waited for") {
  H2World world;
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  Replies replies;
  link.Call({.path = kKeep, .request = ""}, replies.Callback());
  world.kept.Await(1);
  std::atomic<bool> stopped{false};
  std::thread stop([&] {
    server->Stop(milliseconds(20));
    stopped = true;
  });
  REQUIRE(replies.Await(1).front().error().code == Code::kUnavailable);
  REQUIRE_FALSE(stopped);
  world.kept.AnswerAll("late");
  stop.join();
}

TEST_CASE("where there are too many connections the one that was idle for longest goes") {
  H2World world;
  const auto server = world.Serve("127.0.0.1:0", {.connections_max = 3});
  std::vector<Descriptor> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(RawClient(server->address()));
    REQUIRE(Eventually([&] { return server->connections() == clients.size(); }));
  }
  Link& link = world.links->To(server->address());
  REQUIRE(Ask(link, kEcho, "x") == "x");
  REQUIRE(Eventually([&] { return server->connections() == 3; }));
  REQUIRE(server->complaints("connections") >= 1);
  REQUIRE(Ask(link, kEcho, "x") == "x");
}

TEST_CASE("where all connections are in use the newcomer goes") {
  H2World world;
  const auto server = world.Serve("127.0.0.1:0", {.connections_max = 1});
  Link& link = world.links->To(server->address());
  Replies replies;
  link.Call({.path = kKeep, .request = ""}, replies.Callback());
  world.kept.Await(1);
  const Descriptor newcomer = RawClient(server->address());
  REQUIRE(HangsUp(newcomer));
  world.kept.AnswerAll("text");
  REQUIRE(replies.Await(1).front() == "text");
}

TEST_CASE("without descriptors newcomers wait, and come in when there are some") {
  H2World world;
  const auto server = world.Serve();
  Descriptor client;
  bool complained = false;
  std::size_t connections = 0;
  {
    const FewDescriptors one(1);  // UBSan needs one to judge an assertion, so none is in here
    client = RawClient(server->address());
    complained = Eventually([&] { return server->complaints("exhausted") > 0; });
    connections = server->connections();
  }
  REQUIRE(complained);
  REQUIRE(connections == 0);
  REQUIRE(Eventually([&] { return server->connections() == 1; }));
  REQUIRE(Ask(world.links->To(server->address()), kEcho, "x") == "x");
}

TEST_CASE("a server that cannot listen says why, as every engine does") {
  H2World world;
  const auto server = world.Serve();
  const auto second = H2Server::Start(*world.loops, server->address(), world.Methods());
  REQUIRE_FALSE(second);
  REQUIRE(second.error().code == Code::kUnavailable);
  REQUIRE(second.error().message == "listen on \"" + server->address() +
                                        "\": Address already in use; expected a free " +
                                        "HOST:PORT of this machine (port 0: any free one)");
}

TEST_CASE("whoever speaks HTTP/1 is told what speaks here") {
  H2World world;
  const auto server = world.Serve();
  const Descriptor client = RawClient(server->address());
  REQUIRE(Eventually([&] { return send(client.get(), "GET / HTTP/1.1\r\n\r\n", 18, 0) == 18; }));
  REQUIRE(HangsUp(client));
  REQUIRE(server->counters().foreign == 1);
}

}  // namespace
}  // namespace ringlab
