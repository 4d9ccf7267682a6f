#include "node/h2/link.h"

#include <poll.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/node/h2/live_world.h"
#include "tests/support/certificates.h"
#include "tests/support/own_loopback.h"

namespace ringlab {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// An address where nobody listens, nor will.
std::string NobodysAddress() { return Listen(OwnLoopback() + ":0")->address; }

TEST_CASE("a call to nobody is UNAVAILABLE and says whom it was for") {
  H2World world;
  const std::string address = NobodysAddress();
  const auto reply = Ask(world.links->To(address), kEcho, "x");
  REQUIRE(reply.error() ==
          Error{Code::kUnavailable, "connect to \"" + address + "\": Connection refused"});
}

TEST_CASE("names are asked for, addresses are not, and what is neither is told") {
  H2World world;
  const auto server = world.Serve("localhost:0");
  REQUIRE(Ask(world.links->To(server->address()), kEcho, "x") == "x");
  REQUIRE(Ask(world.links->To("no-such-host.invalid:1"), kEcho, "x").error().code ==
          Code::kUnavailable);
  REQUIRE(Ask(world.links->To("no port"), kEcho, "x").error().code == Code::kUnavailable);
}

TEST_CASE("while a link waits before it tries again calls fail at once, unless told otherwise") {
  H2World world(1, {.patience = {.backoff = {.first = hours(1), .longest = hours(1)}}});
  const std::string address = NobodysAddress();
  Link& link = world.links->To(address);
  for (int i = 0; i < 10; ++i) {
    REQUIRE(Ask(link, kEcho, "x").error().code == Code::kUnavailable);
  }
  REQUIRE(world.links->counts().attempts == 1);
  const auto server = world.Serve(address);
  REQUIRE(Ask(link, kEcho, "x").error().code == Code::kUnavailable);
  link.ConnectNow();
  REQUIRE(Ask(link, kEcho, "x") == "x");
  REQUIRE(world.links->counts().attempts == 2);
  REQUIRE(world.links->counts().failed == 1);
}

TEST_CASE("a peer that comes back is used again") {
  H2World world;
  std::string address = OwnLoopback() + ":0";
  for (int round = 0; round < 5; ++round) {
    const auto server = world.Serve(address);
    address = server->address();
    Link& link = world.links->To(address);
    Result<std::string> reply = Fail(Code::kUnknown, "");
    for (int i = 0; i < 1000 && !reply; ++i) {
      link.ConnectNow();
      reply = Ask(link, kEcho, "x");
    }
    REQUIRE(reply == "x");
    server->Stop(seconds(10));
  }
}

TEST_CASE("calls on a connection that dies are UNAVAILABLE") {
  H2World world;
  const auto listening = Listen("127.0.0.1:0");
  Link& link = world.links->To(listening->address);
  Replies replies;
  for (int i = 0; i < 10; ++i) {
    link.Call({.path = kEcho, .request = "x"}, replies.Callback());
  }
  pollfd one{listening->sockets[0].get(), POLLIN, 0};
  REQUIRE(poll(&one, 1, 30'000) == 1);
  {
    const Accepted accepted = Accept(listening->sockets[0].get());
    pollfd greeting{accepted.socket.get(), POLLIN, 0};
    REQUIRE(poll(&greeting, 1, 30'000) == 1);
  }
  for (const auto& reply : replies.Await(10)) REQUIRE(reply.error().code == Code::kUnavailable);
}

TEST_CASE("a peer that accepts and says nothing does not outlast a deadline, or an attempt") {
  TestFolder folder;
  const TestAuthority authority(folder);
  const auto listening = Listen("127.0.0.1:0");  // nobody accepts, so the kernel alone answers
  SECTION("in the clear, calls wait as long as they may") {
    H2World world;
    Link& link = world.links->To(listening->address);
    REQUIRE(Ask(link, kEcho, "x", world.timer.Now() + milliseconds(50)).error().code ==
            Code::kDeadlineExceeded);
  }
  SECTION("in the clear, a greeting that does not come ends it") {
    H2LinksOptions options;
    options.limits.handshake_max = milliseconds(50);
    H2World world(1, options);
    REQUIRE(Ask(world.links->To(listening->address), kEcho, "x").error().code ==
            Code::kUnavailable);
  }
  SECTION("over TLS, the attempt ends") {
    H2World world(
        1, {.security = {.tls = {.ca = authority.cert()}, .token = {}},
            .patience = {.backoff = {.first = milliseconds(1)}, .connect_max = milliseconds(50)}});
    const auto reply = Ask(world.links->To(listening->address), kEcho, "x");
    REQUIRE(world.links->counts().attempts == 1);  // though the wait before the next is shorter
    REQUIRE(reply.error() == Error{Code::kUnavailable, "connect to \"" + listening->address +
                                                           "\": it does not answer"});
  }
}

TEST_CASE("a connection whose ids run out is replaced, and no call notices") {
  H2LinksOptions options;
  options.limits.stream_id_last = 99;  // fifty calls
  options.patience.backoff.first = Duration::zero();
  H2World world(2, options);
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  Replies replies;
  constexpr std::size_t kCalls = 1000;
  for (std::size_t i = 0; i < kCalls; ++i) {
    link.Call({.path = i % 2 == 0 ? kEcho : kOther, .request = "x"}, replies.Callback());
  }
  std::size_t right = 0;
  for (const auto& reply : replies.Await(kCalls)) right += reply == "x" ? 1 : 0;
  REQUIRE(right == kCalls);
  REQUIRE(world.links->counts().replaced >= kCalls / 50 - 1);
  REQUIRE(world.links->counts().lost == 0);
}

TEST_CASE("a server's goodbye moves calls to the next server, and loses none") {
  H2World world;
  auto server = world.Serve(OwnLoopback() + ":0");
  const std::string address = server->address();
  Link& link = world.links->To(address);
  std::atomic<bool> over{false};
  std::atomic<int> right{0};
  std::atomic<int> unavailable{0};
  std::atomic<int> wrong{0};
  std::thread caller([&] {
    while (!over) {
      link.ConnectNow();
      const auto reply = Ask(link, kOther, "x");
      ++(reply ? right : reply.error().code == Code::kUnavailable ? unavailable : wrong);
    }
  });
  for (int round = 0; round < 5; ++round) {
    const int before = right;
    while (right < before + 20) std::this_thread::yield();
    server->Stop(seconds(60));
    server = world.Serve(address);
  }
  over = true;
  caller.join();
  REQUIRE(wrong == 0);
  REQUIRE(right >= 100);
  server->Stop(seconds(60));
}

TEST_CASE("a server that says goodbye as soon as it is called does so for a reason") {
  H2World world;
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  REQUIRE(Ask(link, kEcho, "x") == "x");
  server->Stop(seconds(60));  // and the link waits before it dials again
  for (int i = 0; i < 3; ++i) {
    const auto reply = Ask(link, kEcho, "x");
    REQUIRE(reply.error().code == Code::kUnavailable);
    REQUIRE_FALSE(reply.error().message.empty());
    REQUIRE_FALSE(reply.error().message.ends_with(": "));  // "connect to …: " and nothing
  }
}

TEST_CASE("links that end answer every call, whatever its callback does") {
  auto world = std::make_unique<H2World>();
  const auto server = world->Serve();
  Link& link = world->links->To(server->address());
  Replies replies;
  Replies again;
  for (int i = 0; i < 5; ++i) {
    link.Call({.path = kKeep, .request = ""},
              [&, inner = replies.Callback()](Result<std::string_view> bytes) mutable {
                link.Call({.path = kEcho, .request = ""}, again.Callback());
                inner(std::move(bytes));
              });
  }
  world->kept.Await(5);
  world->links.reset();
  REQUIRE(replies.count() == 5);
  for (const auto& reply : again.Await(5)) {
    REQUIRE(reply.error() == Error{Code::kUnavailable, "the node is stopping"});
  }
  world->kept.AnswerAll("late");
  server->Stop(seconds(60));
}

TEST_CASE("a call's times are those of the wire") {
  H2World world(1);
  const auto server = world.Serve();
  Link& link = world.links->To(server->address());
  CallTimes times;
  const TimePoint before = world.timer.Now();
  Replies replies;
  link.Call({.path = kSlow, .request = "x", .times = &times}, replies.Callback());
  REQUIRE(replies.Await(1).front() == "x");
  REQUIRE(times.sent >= before);
  REQUIRE(times.done >= times.sent + milliseconds(20));
  REQUIRE(times.done <= world.timer.Now());

  Link& nobodys = world.links->To(NobodysAddress());
  for (int i = 0; i < 2; ++i) {  // the second is refused while the link waits
    CallTimes unsent;
    Replies failed;
    nobodys.Call({.path = kEcho, .request = "x", .times = &unsent}, failed.Callback());
    failed.Await(1);
    REQUIRE(unsent.sent == kNever);
    REQUIRE(unsent.done < kNever);
  }
}

TEST_CASE("a trace goes along") {
  constexpr const char* kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  H2World world;
  std::string seen;
  MethodTable table = {{"test.Test", "Echo", [&](const IncomingCall& call, ReplyCallback done) {
                          if (call.trace) seen = call.trace->parent + " " + call.trace->state;
                          done("ok");
                        }}};
  const auto server = *H2Server::Start(*world.loops, "127.0.0.1:0", std::move(table));
  Replies replies;
  world.links->To(server->address())
      .Call({.path = kEcho, .request = "", .trace = ReadTrace(kParent, "vendor=x")},
            replies.Callback());
  REQUIRE(replies.Await(1).front() == "ok");
  REQUIRE(seen == std::string(kParent) + " vendor=x");
}

}  // namespace
}  // namespace ringlab
