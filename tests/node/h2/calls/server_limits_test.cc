// Each limit of a server's connection: reached, counted, and what becomes of the peer.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/node/h2/frames.h"
#include "tests/node/h2/talks.h"

using namespace ringlab;          // NOLINT(google-build-using-namespace): a test
using namespace ringlab::frames;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

constexpr const char* kLater = "/test.Test/Later";
constexpr const char* kEcho = "/test.Test/Echo";

}  // namespace

TEST_CASE("h2 limits: streams at once") {
  ServerTalk server({.streams_max = 2});
  server.Feed(Call(1, kLater, "") + Call(3, kLater, ""));
  CHECK(server.Hear().empty());
  server.Feed(Headers(5, Request(kLater)));
  CHECK(Has(server.Hear(), "GOAWAY 3 PROTOCOL_ERROR"));  // it had acknowledged our SETTINGS
  CHECK(server.reached(H2Limit::kLibrary) == 1);
}

TEST_CASE("h2 limits: streams at once, before the peer can know") {
  ServerWorld server({.streams_max = 2});
  server.Feed(std::string(NGHTTP2_CLIENT_MAGIC) + Settings());
  for (std::uint32_t i = 0; i < 10; ++i) server.Feed(Call(2 * i + 1, kLater, ""));
  Reader reader;
  const std::string said = reader.Read(server.Pull());
  CHECK(Has(said, "RESET 5 REFUSED_STREAM"));
  CHECK(Has(said, "RESET 19 REFUSED_STREAM"));
  CHECK(server.waiting.size() == 2);
  CHECK(server.counters.calls == 2);
}

TEST_CASE("h2 limits: handlers at work, those of reset streams too") {
  ServerTalk server({.handlers_max = 3});
  for (std::uint32_t i = 0; i < 10; ++i) {
    server.Feed(Call(2 * i + 1, kLater, "") + Reset(2 * i + 1, NGHTTP2_CANCEL));
  }
  CHECK(server.waiting.size() == 3);
  CHECK(server.reached(H2Limit::kHandlers) == 7);
  server.Hear();
  server.AnswerNext(std::string("a"));
  server.Feed(Call(21, kEcho, "b"));
  CHECK(Has(server.Hear(), "DATA 21 " + Message("b")));
  CHECK(server.adds_up());
}

TEST_CASE("h2 limits: handlers at work in a node") {
  ServerTalk server({.handlers_node_max = 1});
  server.Feed(Call(1, kLater, ""));
  server.Connect();  // another connection
  server.Feed(Preface() + Call(1, kLater, ""));
  CHECK(Has(server.reader.Read(server.Pull()), "grpc-status=8"));
  CHECK(server.reached(H2Limit::kNodeHandlers) == 1);
  server.AnswerNext(std::string("late"));
  server.Feed(Call(3, kEcho, "b"));
  CHECK(Has(server.Hear(), "DATA 3 " + Message("b")));
}

TEST_CASE("h2 limits: half-received messages") {
  ServerTalk server({.half_received_bytes_max = 1000});
  for (std::uint32_t stream = 1; stream <= 5; stream += 2) {
    server.Feed(Headers(stream, Request(kEcho)) +
                Data(stream, Message(std::string(600, 'x')).substr(0, 400), 0));
  }
  CHECK(
      Has(server.Hear(), "HEADERS 5 end :status=200 content-type=application/grpc grpc-status=8"));
  CHECK(server.reached(H2Limit::kHalfReceived) == 1);
  server.Feed(Data(1, std::string(205, 'x')));
  CHECK(Has(server.Hear(), "HEADERS 1 end grpc-status=0"));
}

TEST_CASE("h2 limits: replies that nobody reads") {
  ServerTalk server({.unsent_bytes_max = 100'000});
  server.Feed(Call(1, kLater, "") + Call(3, kLater, ""));
  server.AnswerNext(std::string(90'000, 'x'));
  server.AnswerNext(std::string(90'000, 'x'));
  CHECK(
      Has(server.Hear(), "HEADERS 3 end :status=200 content-type=application/grpc grpc-status=8"));
  CHECK(server.reached(H2Limit::kUnsentBytes) == 1);
}

TEST_CASE("h2 limits: a peer that does not read is left") {
  ServerTalk server;
  server.Feed(Call(1, kLater, ""));
  server.AnswerNext(std::string(100'000, 'x'));
  server.Hear();
  CHECK(server.connection->NextDue() == kStart + 30s);
  server.Feed(WindowUpdate(1, 1000) + WindowUpdate(0, 1000), kStart + 20s);
  server.Hear(kStart + 20s);
  CHECK(server.connection->NextDue() == kStart + 50s);
  server.connection->Due(kStart + 50s);
  CHECK(server.connection->done());
  CHECK(server.reached(H2Limit::kStallTime) == 1);
}

TEST_CASE("h2 limits: no more is made ready than a socket takes") {
  ServerTalk server;
  server.Feed(WindowUpdate(0, 10'000'000) + WindowUpdate(0, 10'000'000));
  for (std::uint32_t stream = 1; stream < 200; stream += 2) {
    server.Feed(Call(stream, kEcho, std::string(16'000, 'x')));
  }
  OutChain out;
  server.connection->Pull(out, kStart);
  CHECK(out.size() >= server.limits.out_bytes_max);
  CHECK(out.size() < server.limits.out_bytes_max + 20'000);
}

TEST_CASE("h2 limits: replies of a method that is followed") {
  ServerTalk server({.follow_replies_max = 5});
  server.Feed(Settings(Setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0)));
  server.Feed(Call(1, "/grpc.health.v1.Health/Watch", ""));
  for (int i = 0; i < 10; ++i) {
    server.health->SetServing(i % 2 == 0);
    server.connection->LookAgain();
    server.Hear();
  }
  CHECK(server.reached(H2Limit::kFollowReplies) == 1);
  server.Feed(WindowUpdate(1, 1000));
  CHECK(Has(server.Hear(), "HEADERS 1 end grpc-status=8"));
  CHECK(server.adds_up());
}

TEST_CASE("h2 limits: stream ids") {
  ServerTalk server({.stream_id_last = 5});
  server.Feed(Call(1, kEcho, "a"));
  CHECK_FALSE(server.connection->draining());
  server.Feed(Call(5, kEcho, "a"));
  CHECK(server.connection->draining());
  CHECK(Has(server.Hear(), "GOAWAY 2147483647 NO_ERROR"));
  CHECK(server.reached(H2Limit::kStreamIds) == 1);
}

TEST_CASE("h2 limits: a greeting that does not end") {
  for (const std::string& part :
       {std::string(), Preface().substr(0, 10), Preface().substr(0, 33)}) {
    ServerWorld server;
    server.Feed(part);
    server.Pull();
    CHECK(server.connection->NextDue() == kStart + 10s);
    server.connection->Due(kStart + 10s);
    CHECK(server.connection->broken());
    CHECK(server.counters.limits[H2Limit::kHandshakeTime] == 1);
    server.Pull();
    CHECK(server.connection->done());
  }
}

TEST_CASE("h2 limits: a request that does not end") {
  ServerTalk server;
  server.Feed(Headers(1, Request(kEcho)) + Data(1, "\0", 0));
  CHECK(server.connection->NextDue() == kStart + 60s);
  server.connection->Due(kStart + 60s);
  const std::string said = server.Hear(kStart + 60s);
  CHECK(Has(said, "grpc-status=4 grpc-message=the request did not end in time"));
  CHECK(Has(said, "RESET 1 NO_ERROR"));
  CHECK(server.reached(H2Limit::kBodyTime) == 1);
  CHECK_FALSE(server.connection->broken());
}
