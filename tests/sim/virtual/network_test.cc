// What crosses a virtual network: connections, calls, and what may go wrong with both.
#include "sim/virtual/network.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "sim/virtual/engine.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A client and a server that answers what it was asked, or nothing.
struct NetworkWorld {
  explicit NetworkWorld(NetworkLaw law = {.latency_more = {}}) : network(time, 1, law) {
    client.up = true;
    StartServer();
  }
  ~NetworkWorld() {
    time.As(client, [&] {
      links->EndOf(client);
      links->Forget(client);
    });
    time.DropAll();
  }

  void StartServer() {
    server.up = true;
    VirtualEngine engine(network, server, links);
    wire_server = engine
                      .Serve("",
                             {{.service = "S",
                               .name = "Echo",
                               .handler =
                                   [this](const IncomingCall& call, ReplyCallback done) {
                                     ++served;
                                     deadline = call.deadline;
                                     if (hangs) return kept.push_back(std::move(done));
                                     done(std::string(call.request));
                                   }}},
                             {})
                      .value();
  }
  void KillServer() {
    time.As(server, [&] { links->EndOf(server); });
    wire_server.reset();
  }

  // The answer, when it comes.
  std::shared_ptr<std::string> Call(std::string request, Duration timeout = seconds(1)) {
    auto answer = std::make_shared<std::string>();
    time.As(client, [&] {
      links->To(server.address)
          .Call(
              {.path = "/S/Echo", .request = std::move(request), .deadline = time.Now() + timeout},
              [answer](Result<std::string_view> reply) {
                REQUIRE(answer->empty());
                *answer =
                    reply ? "OK " + std::string(*reply) : std::string(CodeName(reply.error().code));
              });
    });
    return answer;
  }
  void Pass(Duration wait) { time.RunUntil(time.Now() + wait); }

  VirtualTime time;
  VirtualNetwork network;
  VirtualHost& client = network.AddHost("client");
  VirtualHost& server = network.AddHost("server");
  std::shared_ptr<VirtualLinks> links = std::make_shared<VirtualLinks>(network);
  std::unique_ptr<WireServer> wire_server;
  int served = 0;
  bool hangs = false;
  TimePoint deadline{};
  std::vector<ReplyCallback> kept;
};

TEST_CASE("a first call waits for its connection, the next takes one way there and one back") {
  NetworkWorld w;
  const TimePoint start = w.time.Now();
  const auto first = w.Call("a");
  while (first->empty()) REQUIRE(w.time.Step(start + seconds(1)));
  REQUIRE(w.time.Now() - start == 4 * w.network.law().latency_min);
  REQUIRE(*first == "OK a");
  const TimePoint then = w.time.Now();
  const auto second = w.Call("b");
  while (second->empty()) REQUIRE(w.time.Step(start + seconds(1)));
  REQUIRE(w.time.Now() - then == 2 * w.network.law().latency_min);
}

TEST_CASE("a call that is not answered ends at its deadline, once, and the server knows it") {
  NetworkWorld w;
  w.hangs = true;
  const TimePoint start = w.time.Now();
  const auto answer = w.Call("a", milliseconds(50));
  w.Pass(milliseconds(49));
  REQUIRE(answer->empty());
  REQUIRE(w.deadline == start + milliseconds(50) + w.network.law().latency_min);
  w.Pass(milliseconds(1));
  REQUIRE(*answer == "DEADLINE_EXCEEDED");
  w.kept.front()(std::string("late"));
  w.Pass(seconds(1));
  REQUIRE(*answer == "DEADLINE_EXCEEDED");
}

TEST_CASE("a process that ends resets its connections, and comes back when it is there again") {
  NetworkWorld w;
  w.hangs = true;
  const auto cut_off = w.Call("a");
  w.Pass(milliseconds(300));
  w.KillServer();
  w.Pass(milliseconds(1));
  REQUIRE(*cut_off == "UNAVAILABLE");
  const auto refused = w.Call("b");
  w.Pass(milliseconds(1));
  REQUIRE(*refused == "UNAVAILABLE");
  const auto at_once = w.Call("c");  // it is not tried again so soon
  REQUIRE(*at_once == "UNAVAILABLE");
  w.hangs = false;
  w.StartServer();
  w.Pass(seconds(1));
  const auto again = w.Call("d");
  w.Pass(milliseconds(1));
  REQUIRE(*again == "OK d");
  for (ReplyCallback& done : w.kept) done(std::string("of a server that is gone"));
}

TEST_CASE("what is sent while the way is cut comes through when it is mended, in order") {
  NetworkWorld w;
  REQUIRE(w.Call("connect") != nullptr);
  w.Pass(milliseconds(10));
  w.network.Cut(w.client, w.server);
  w.network.Cut(w.client, w.server);
  const auto one = w.Call("1", seconds(10));
  const auto two = w.Call("2", milliseconds(100));
  w.Pass(seconds(2));
  REQUIRE(one->empty());
  REQUIRE(*two == "DEADLINE_EXCEEDED");
  w.network.Mend(w.client, w.server);
  w.Pass(seconds(1));
  REQUIRE(one->empty());  // it is cut twice
  w.network.Mend(w.client, w.server);
  w.Pass(seconds(1));
  REQUIRE(*one == "OK 1");
  REQUIRE(w.served == 3);  // what nobody waits for any more arrives too, as over TCP
}

TEST_CASE("a connection that cannot be made fails after a second") {
  NetworkWorld w;
  w.network.Cut(w.client, w.server);
  const auto answer = w.Call("a", seconds(10));
  w.Pass(milliseconds(999));
  REQUIRE(answer->empty());
  w.Pass(milliseconds(1));
  REQUIRE(*answer == "UNAVAILABLE");
}

TEST_CASE("what was fenced off is not taken, and its caller told") {
  NetworkWorld w;
  (void)w.Call("connect");
  w.Pass(milliseconds(300));
  w.network.Cut(w.client, w.server);
  const auto before = w.Call("before", seconds(10));
  w.time.As(w.server, [&] { w.wire_server->Fence(); });
  w.network.Mend(w.client, w.server);
  w.Pass(seconds(1));
  REQUIRE(*before == "UNAVAILABLE");
  REQUIRE(w.served == 1);
  const auto after = w.Call("after");
  w.Pass(milliseconds(10));
  REQUIRE(*after == "OK after");
}

TEST_CASE(
    "a host has work with each message, one after the other, and more of it when it is slow") {
  NetworkWorld w({.latency_more = {}, .work = milliseconds(1)});
  (void)w.Call("connect");
  w.Pass(milliseconds(100));
  w.server.slowness = 10;
  const TimePoint start = w.time.Now();
  (void)w.Call("1");
  const auto last = w.Call("2");
  while (last->empty()) REQUIRE(w.time.Step(start + seconds(1)));
  // Ten each for the server, and one for the client with the answer.
  REQUIRE(w.time.Now() - start == milliseconds(21) + 2 * w.network.law().latency_min);
}

TEST_CASE("every loss is a delay, for what comes behind it as well") {
  NetworkWorld w;
  (void)w.Call("connect");
  w.Pass(milliseconds(10));
  w.network.law().loss = 1;  // four in a row: 200 ms, 400 …
  const auto lost = w.Call("1", seconds(60));
  w.network.law().loss = 0;
  const auto behind = w.Call("2", seconds(60));
  w.Pass(milliseconds(2999));
  REQUIRE((lost->empty() && behind->empty()));
  w.Pass(milliseconds(10));
  REQUIRE(*lost == "OK 1");
  REQUIRE(*behind == "OK 2");
}

TEST_CASE("messages are counted by kind, sent and arrived") {
  NetworkWorld w;
  (void)w.Call("a");
  w.Pass(milliseconds(10));
  for (const VirtualNetwork::Traffic& kind : w.network.traffic()) {
    CAPTURE(kind.kind);
    REQUIRE(kind.sent == 1);
    REQUIRE(kind.arrived == 1);
  }
  REQUIRE(w.network.traffic().size() == 4);  // connect, connected, the call, its reply
}

}  // namespace
}  // namespace ringlab
