#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/node/h2/live_world.h"

namespace ringlab {
namespace {

using std::chrono::seconds;

// On a machine that does other work meanwhile, some of a thousand greetings come late.
H2Limits Patient() {
  H2Limits limits;
  limits.handshake_max = seconds(60);
  limits.stall_max = seconds(60);
  return limits;
}

// The first reply that is not "x", or "".
std::string Odd(const std::vector<Result<std::string>>& replies) {
  for (const auto& reply : replies) {
    if (reply != "x") return reply ? "answered \"" + *reply + "\"" : reply.error().message;
  }
  return "";
}

TEST_CASE("a thousand connections are dealt to the loops, and all are answered") {
  constexpr int kConnections = 1000;
  constexpr std::size_t kCalls = 3 * kConnections;
  H2World world(3, {.limits = Patient(),
                    .patience = {.connect_max = seconds(60)},
                    .connections_per_peer = kConnections});
  const auto server = world.Serve("127.0.0.1:0", {.limits = Patient()});
  Link& link = world.links->To(server->address());
  Replies replies;
  for (std::size_t i = 0; i < kCalls; ++i) {
    link.Call({.path = i % 2 == 0 ? kEcho : kOther, .request = "x"}, replies.Callback());
  }
  REQUIRE(Odd(replies.Await(kCalls)) == "");
  REQUIRE(server->connections() == kConnections);
  server->Stop(seconds(60));
  REQUIRE(server->connections() == 0);
}

TEST_CASE("a thousand servers share the loops of a process, and links to all of them") {
  constexpr std::size_t kServers = 1000;
  H2World world(2, {.limits = Patient(), .patience = {.connect_max = seconds(60)}});
  std::vector<std::unique_ptr<H2Server>> servers;
  Replies replies;
  for (std::size_t i = 0; i < kServers; ++i) {
    servers.push_back(world.Serve("127.0.0.1:0", {.limits = Patient()}));
    world.links->To(servers.back()->address())
        .Call({.path = kEcho, .request = "x"}, replies.Callback());
  }
  REQUIRE(Odd(replies.Await(kServers)) == "");
}

TEST_CASE("servers and links come and go while calls are made on all threads") {
  H2World world(3);
  std::atomic<bool> over{false};
  std::atomic<int> answered{0};
  std::atomic<int> odd{0};
  const auto steady = world.Serve();
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 15; ++i) {
        const auto links = *H2Links::Start(*world.loops);
        auto server = *H2Server::Start(*world.loops, "127.0.0.1:0", world.Methods());
        Replies replies;
        for (int call = 0; call < 40; ++call) {
          Link& link = links->To(call % 4 == 0 ? steady->address() : server->address());
          link.Call({.path = call % 2 == 0 ? kEcho : kOther, .request = "x"}, replies.Callback());
        }
        if (i % 3 == 0) server.reset();  // in their midst
        for (const auto& reply : replies.Await(40)) {
          const bool fine = reply ? *reply == "x" : reply.error().code == Code::kUnavailable;
          ++(fine ? answered : odd);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(odd == 0);
  REQUIRE(answered == 3 * 15 * 40);
}

TEST_CASE("large replies come whole, and too many of them are refused, not kept") {
  H2World world(1);
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  Replies large;
  for (int i = 0; i < 60; ++i) link.Call({.path = kLarge, .request = ""}, large.Callback());
  int whole = 0;
  for (const auto& reply : large.Await(60)) {
    if (reply) {
      REQUIRE(reply->size() == 1 << 20);
      ++whole;
    } else {
      REQUIRE(reply.error().code == Code::kResourceExhausted);
    }
  }
  REQUIRE(whole >= 10);
  REQUIRE(Ask(link, kLarge, "").value().size() == 1 << 20);
}

}  // namespace
}  // namespace ringlab
